"""Whether two sentences that give a value tell of the same thing.

Subject, measure, scope, period and kind of statement must agree. Each difference that can be told
from the words alone is looked for, and any one of them is enough: a false alarm costs the reader
more than a miss.
"""

from __future__ import annotations

import re

from rag.clauses import proper
from rag.facts import CURRENCIES, Day, Quantity, quantities
from rag.figures import periods
from rag.metrics import measure_problem
from rag.readings import (
    FLOWS,
    SCOPE_NAME,
    Reading,
    bearers,
    days,
    folded,
    own_words,
    sum_of,
    sums,
    unattributed,
)
from rag.words import STOP, alike, content, fold, stem, tokens, words

# Reports of one period's figure come out within these days of each other.
FLOW_DAYS = 21

# Figures that differ by more than this factor are of two things.
FARTHEST = 12

_TOTAL = re.compile(
    r"\b(?:total(?:l?ing)?|altogether|in all|cumulative(?:ly)?|combined|so far|to date|lifetime|"
    r"since (?:it|its|the|\d)\w*|bring(?:s|ing)|aggregate)\b",
    re.I,
)

_STEP = re.compile(
    r"\b(?:further|additional|another|extra|again|initial(?:ly)?|immediate|remaining|other|rest|"
    r"separate(?:ly)?|[Oo]f (?:the|that|this|which|its) (?:sum|total|amount|money|cuts)|"
    r"half of|quarter of|third of|part of|some of|more|"
    r"(?:first|second|third|fourth|fifth) "
    r"(?:round|wave|phase|tranche|batch|step|stage|part|set|closing))\b(?! than)",
    re.I,
)

_FORECAST = re.compile(
    r"\b(?:forecasts?|expect(?:s|ed|ing|ations?)?|predict\w*|project(?:s|ed|ions?)|guidance|outlook|"
    r"estimate[sd]?|analysts?|consensus|target(?:s|ed)?|goal|could|would|may|might|hopes?|aims?|"
    r"will|plans?|by (?:the end of )?20\d\d)\b",
    re.I,
)

_RATES = {
    "second": r"per second|a second",
    "hour": r"hourly|(?:per|an|each|every) hour",
    "day": r"daily|(?:per|a|each|every) day",
    "week": r"weekly|(?:per|a|each|every) week",
    "month": r"monthly|(?:per|a|each|every) month",
    "year": r"yearly|annual(?:ly)?|(?:per|a|each|every) year|annuali[sz]ed|run[- ]rate",
    "paying": r"(?:paying|paid) (?:users?|members?|subscri\w+|customers?|seats?)|subscrib\w+",
    "registered": r"registered",
    "median": r"median",
    "average": r"average",
    "share": r"per share|a share",
    "net": r"net\b",
    "operating": r"operating",
    "adjusted": r"adjusted",
    "before": r"pre-money|pre-tax|before tax\w*|before costs",
    "after": r"post-money|after tax\w*|after costs",
}

_PER = re.compile(r"\b(?:[Pp]er|[Ff]or each|[Ff]or every) (?:\d[\d,.]*\w* )?(?!cent\b)([a-z]+)")


def difference(one: Reading, two: Reading, given: str) -> str:
    """Why two readings are not values of the same thing, as a phrase; empty if they are.

    :param given: the question or claim; what it names needs not stand in both sentences
    """
    if isinstance(one.value, Quantity) and isinstance(two.value, Quantity):
        return (
            _unlike(one, two, given)
            or _forms(one, two)
            or _measures(one, two, given)
            or _times(one, two)
            or _scopes(one, two, given)
        )
    return _scopes(one, two, given) or phases(one, two, given)


def _unlike(one: Reading, two: Reading, given: str) -> str:
    a, b = one.value, two.value
    if not isinstance(a, Quantity) or not isinstance(b, Quantity):
        return ""
    if a.unit != b.unit:
        return "units"
    if max(abs(a.value), abs(b.value)) > FARTHEST * min(abs(a.value), abs(b.value)):
        return "sizes"
    if a.unit or not (a.noun and b.noun):
        return ""
    mine, theirs = (content(r.sentence[r.end : r.end + 40])[:3] for r in (one, two))
    kin = _users(one) and _users(two)
    same = kin or any(alike(v, w) for v in (a.noun, *mine) for w in (b.noun, *theirs))
    return "" if same else "things counted"


_USERS = re.compile(r"\busers?\b|\bpeople (?:\w+ )?us(?:e|es|ing)\b|\b(?:is|are) used by\b")


def _users(reading: Reading) -> bool:
    """Whether a clause counts users: "weekly users", "people use it each week"."""
    return bool(_USERS.search(reading.clause.text))


def _forms(one: Reading, two: Reading) -> str:
    """Kinds of statement: a total, a further step, a rate, a forecast."""
    for name, pattern in (("total", _TOTAL), ("step", _STEP)):
        mine, theirs = ({stem(m) for m in pattern.findall(own_words(r))} for r in (one, two))
        if mine != theirs:
            return name
    mine, theirs = (
        {n for n, said in _RATES.items() if re.search(rf"\b(?:{said})\b", own_words(r), re.I)}
        for r in (one, two)
    )
    per = [{stem(w) for w in _PER.findall(own_words(r))} for r in (one, two)]
    if mine != theirs or per[0] != per[1]:
        return "rate"
    flow = any(not kinds or kinds <= FLOWS for kinds in (sum_of(one), sum_of(two)))
    planned = {bool(_FORECAST.search(own_words(r))) for r in (one, two)}
    if flow and len(planned) == 2 and one.value.unit in (*CURRENCIES, "%"):  # type: ignore[union-attr]
        return "forecast"
    return ""


def _measures(one: Reading, two: Reading, given: str) -> str:
    mine, theirs = (
        sum_of(r) if isinstance(r.value, Quantity) and r.value.unit in CURRENCIES else frozenset()
        for r in (one, two)
    )
    if (mine and theirs and not mine & theirs) or (bool(mine) != bool(theirs) and not sums(given)):
        return "kinds of money"
    a, b = one.value, two.value
    if not isinstance(a, Quantity) or not isinstance(b, Quantity):
        return ""
    for left, q, right, o in ((one, a, two, b), (two, b, one, a)):
        if "value" not in mine & theirs and measure_problem(left.sentence, q, right.sentence, o):
            return "measure"
    asked = set(content(given))
    for left, right in ((one, two), (two, one)):
        near = {*content(right.clause.text), *asked}
        if any(not any(alike(w, v) for v in near) for w in _counted(left)):
            return "what is counted"
    others = [_beside(r) for r in (one, two)]
    for unit in {q.unit for q in others[0]} & {q.unit for q in others[1]}:
        values = [{q.value for q in listed if q.unit == unit} for listed in others]
        if not values[0] & values[1]:
            return "figures beside"
    return ""


def _counted(reading: Reading) -> list[str]:
    """Stems of the words between a figure and its noun, and of a "per …" after it."""
    rest = reading.sentence[reading.end : reading.clause.end]
    q = reading.value
    found: list[str] = []
    if isinstance(q, Quantity) and q.noun and not q.unit:
        for token in tokens(rest):
            low = fold(token.text)
            if stem(low.split("-")[-1]) == q.noun or low in STOP:
                break
            found += content(token.text)
    per = re.search(r"\b(?:per|for every|for each)\s+((?:[\w-]+\s?){1,3})", rest)
    if per:
        found += content(per.group(1))
    return [w for w in found if not w[0].isdigit()]


def _beside(reading: Reading) -> list[Quantity]:
    """Percentages in the same clause: the share that a price is for."""
    clause = reading.clause
    return [
        q
        for q in quantities(reading.sentence)
        if q.unit == "%" and clause.start <= q.start < clause.end and q.start != reading.start
    ]


def _times(one: Reading, two: Reading) -> str:
    spans = [periods(r.clause.text) or periods(unattributed(r)) for r in (one, two)]
    flow = bool((sum_of(one) | sum_of(two)) & FLOWS) and not ((sum_of(one) & sum_of(two)) - FLOWS)
    if spans[0] != spans[1] and (flow or (spans[0] and spans[1])):
        return "length of time"
    mine, theirs = _period(one), _period(two)
    if mine and theirs:
        parts = ("quarter", "month", "year")
        sides = [
            [{getattr(d, part) for d in listed} - {None} for listed in (mine, theirs)]
            for part in parts
        ]
        return "period" if any(a and b and not a & b for a, b in sides) else ""
    for told, other in ((mine, two), (theirs, one)):
        day = other.source.day
        years = {d.year for d in told if d.year}
        if years and (day is None or day.year not in years):
            return "period"
    if flow and not (mine and theirs):
        days_ = (one.source.day, two.source.day)
        if None in days_ or abs((days_[0] - days_[1]).days) > FLOW_DAYS:  # type: ignore[operator]
            return "period"
    return ""


def _period(reading: Reading) -> list[Day]:
    """The years, quarters and months that the sentence names, days of reports left out."""
    text = unattributed(reading)
    return [d for d in days(text) if d.day is None]


_PLACE = re.compile(
    r"\b(?:in|at|across|within|among|near|outside|inside|throughout)\s+"
    r"(?:(?:the|its|their|his|her|a|an)\s+)?((?:[a-z][\w-]*\s?){1,3})"
)

_NO_PLACE = frozenset(
    map(
        stem,
        words(
            "cash stock share direct funding round deal total all year month week quarter day time "
            "full addition advance exchange return talk plan move order response part line fact "
            "least most once first last next past coming present recent early late start end "
            "beginning middle statement filing memo letter post blog interview email call case "
            "takeover acquisition purchase transaction term principle effort bid world worldwide "
            "wake face light view process aggregate value price valuation rate cost "
            "series seed settlement court compromise agreement principle "
            "january february march april may june july august september october "
            "november december spring summer autumn fall winter monday tuesday wednesday thursday "
            "friday saturday sunday financing investment offer sale"
        ),
    )
)


def _scopes(one: Reading, two: Reading, given: str) -> str:
    """Names and places that one sentence limits its value to, and the other doesn't."""
    asked = folded(given)
    stems = set(content(given))
    for left, right in ((one, two), (two, one)):
        near = folded(right.around)
        for name in _scope_names(left):
            own = [t for t in name if t not in asked]
            if own and not any(t in near for t in own):
                return f"scope {own[0]}"
        known = {*content(right.around), *stems}
        for match in _PLACE.finditer(left.clause.text):
            place = [w for w in content(match.group(1)) if not w[0].isdigit()][-1:]
            if quantities(match.group(1)):
                continue  # "in nine countries"
            if place and place[0] not in _NO_PLACE and not any(alike(place[0], k) for k in known):
                return f"place {place[0]}"
    mine, theirs = ({t for name in bearers(r) for t in name if t not in asked} for r in (one, two))
    if mine and theirs and not mine & theirs:
        return "subject"
    return ""


def _scope_names(reading: Reading) -> list[tuple[str, ...]]:
    """Names of the sentence that limit its value: after "in", "for" …, or a part of a name."""
    text = own_words(reading)
    found = []
    for name in proper(text):
        lead = text[: name.start]
        joined = re.search(r"\b(?:with|by|led|via|says?|said|told)\s+(?:the\s+)?$", lead)
        if SCOPE_NAME.search(lead) or (not joined and _noun_like(text, name.end)):
            found.append(name.tokens)
    return found


def _noun_like(text: str, end: int) -> bool:
    """Whether a name stands before a plain noun ("Weave Small model") or its possession."""
    return bool(
        re.match(
            r"['’]s?\s+[a-z]|\s+(?!(?:and|or|is|are|was|has|will|to|in|for|on|at|said|"
            r"says|of|from|with|by|the|a|an)\b)[a-z]{3,}(?<!ed)(?<!s)\b",
            text[end:],
        )
    )


_PHASES = words(
    "preview beta alpha early access waitlist general availability public publicly limited test "
    "tests testing pilot trial trials developer developers subscriber subscribers paid free "
    "enterprise business api app ios android windows mac web desktop mobile partially partial "
    "preliminary final draft proposed provisional interim phase stage round "
    "hearing deadline application applications registration full fully remaining rest others"
)


def phases(one: Reading, two: Reading, given: str) -> str:
    """A stage that only one of the clauses names ("preview", "in the beta"); empty for none."""
    asked = folded(given)
    mine, theirs = (
        {fold(t.text) for t in tokens(r.clause.text)} & _PHASES - asked for r in (one, two)
    )
    return "phase" if mine != theirs else ""
