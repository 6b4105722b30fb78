"""Does a figure mean in the claim what it means in the source sentence?

The value itself, its unit and what it counts are checked in :mod:`rag.verify`; here: of which
measure, for which period, as the old or the new value, by how much or to how much, at least
or at most, and among whom.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.clauses import VERBS, Clause, acts, clauses, proper
from rag.facts import Quantity, dates, quantities
from rag.metrics import METRICS, OPEN, measure_problem
from rag.words import STOP, alike, content, fold, stem, tokens


def figure_problems(part: str, unit: str) -> list[str]:
    """What the figures of ``part`` mean that those of the source sentence don't."""
    problems: list[str] = []
    theirs = quantities(unit)
    for q in quantities(part):
        same = [o for o in theirs if _equal(q, o)]
        if not same:
            continue
        said = part[q.start : q.end].strip()
        listed = [_compare(part, q, unit, o) for o in same]
        if all(listed):
            problems.append(f"{said}: {listed[0]}")
        restricted = [_restricted(part, unit, o) for o in same]
        if all(restricted):
            problems.append(f"{said} is said only “{restricted[0]}” in the source")
        rival = _recounted(q, unit, same, theirs)
        if rival:
            problems.append(f"{said} counts something else than “{rival}” in the source")
        if _rate(part, q) and not any(_rate(unit, o) == _rate(part, q) for o in same):
            problems.append(f"{said} is not for each {_rate(part, q)} in the source")
    problems += _of_another(part, unit)
    problems += _proportions(part, unit)
    return problems


def _equal(q: Quantity, o: Quantity) -> bool:
    slack = 0.03 if q.rough else 1e-9
    return abs(q.value - o.value) <= slack * max(abs(q.value), abs(o.value))


def _compare(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    """The first difference of meaning, as a phrase; empty where there is none."""
    return (
        measure_problem(part, q, unit, o)
        or _period(part, q, unit, o)
        or _change(part, q, unit, o)
        or _bound(part, q, unit, o)
        or _points(part, q, unit, o)
        or _qualified(part, q, unit, o)
        or _whose(part, unit, o)
    )


_RATE = re.compile(
    r"\s*(?:a|an|per|each|every)\s+(second|hour|day|week|month|quarter|year)\b(?!\s+(?:earlier|ago|before|later))"
)


def _rate(text: str, q: Quantity) -> str:
    found = _RATE.match(text, q.end) or _RATE.match(
        text, q.start + len(text[q.start : q.end].rstrip())
    )
    return found.group(1) if found else ""


def _of_another(part: str, unit: str) -> list[str]:
    """Words of a claim clause that the source ties to another figure of the same kind."""
    theirs, pieces = quantities(unit), clauses(unit)
    for clause in clauses(part):
        mine = quantities(clause.text)
        if len(mine) != 1:
            continue
        tied = [(o, c) for o in theirs for c in pieces if c.start <= o.start < c.end]
        homes = [c for o, c in tied if _equal(mine[0], o)]
        rivals = [
            c
            for o, c in tied
            if o.unit == mine[0].unit and not _equal(mine[0], o) and c not in homes
        ]
        taken = _taken(clause, homes, rivals, pieces) if homes and rivals else []
        taken = taken or _complement(clause.text, mine[0], unit, theirs)
        if taken:
            return [f"the source says “{taken[0]}” of another figure"]
    return []


def _taken(
    clause: Clause, homes: list[Clause], rivals: list[Clause], pieces: tuple[Clause, ...]
) -> list[str]:
    """The telling words of ``clause`` that only clauses with another figure hold."""
    verbs = {act.verb for act in acts(clause.text)}
    before = [c for c in pieces[: pieces.index(homes[0])] if c not in rivals]
    own = [w for c in (*homes, *before) for w in content(c.text)]
    own += [w for w in content(pieces[0].text) if w not in VERBS]
    named = {stem(t) for n in proper(clause.text, openers=True) for t in n.tokens}
    mine = [
        w
        for w in content(clause.text)
        if w not in own and w not in named and not any(alike(w, o) for o in own)
    ]
    mine += [clause.text[d.start : d.end].casefold() for d in dates(clause.text)]
    if all(_CONTRAST.match(c.text) for c in homes):
        mine = [w for w in mine if w not in verbs]  # "compared with 5% of …" has no verb of its own
    found = [
        w
        for w in dict.fromkeys(mine)
        for c in rivals
        if w in content(c.text) or (" " in w and w in c.text.casefold())
    ]
    if any(_BESIDE.search(c.text) for c in homes):
        found = [w for w in found if w not in METRICS]
    return found if any(" " in w or w in METRICS or w in verbs for w in found) else []


_CONTRAST = re.compile(r"(?:and |but )?(?:compared|against|versus|up|down|from)\b")


def _complement(claim: str, q: Quantity, unit: str, theirs: list[Quantity]) -> list[str]:
    """Words after the claim's figure that stand after the other figure of a comparison only."""
    pieces = clauses(unit)
    homes = [c for o in theirs if _equal(q, o) for c in pieces if c.start <= o.start < c.end]
    own = [w for c in homes for w in content(c.text)]
    others: list[str] = []
    for o in theirs:
        home = next((c for c in pieces if c.start <= o.start < c.end), None)
        if home is None or home in homes or o.unit != q.unit or _equal(q, o):
            continue
        if any(_SET_APART.match(c.text) for c in (home, *homes)):
            others += content(unit[o.end : home.end])
    mine = [w for w in content(claim[q.end :]) if not w[0].isdigit()]
    return [w for w in mine if w in others and not any(alike(w, x) for x in own)]


_SET_APART = re.compile(r"(?:and |but )?(?:compared|against|versus|of which|whereas|while)\b")
_BESIDE = re.compile(r"\b(?:beat\w*|above|below|compared|against|from|than|topp\w+|exceed\w*)\b")


# Periods and the base of a comparison

_PERIOD = {
    "quarter": r"\bquarter\b|\bQ[1-4]\b|quarterly|three months",
    "half": r"\bhalf[- ]year|\b(?:first|second) half\b",
    "month": r"\b(?:the|a|last|this|per|each) month\b|monthly",
    "year": r"\b(?:for|the|full|whole|last|this|next|previous|fiscal|in|a)[- ](?:fiscal |full )?"
    r"(?:year\b|(?:19|20)\d\d\b)|full-year|annual|year earlier|year ago|for the year|"
    r"(?:twelve|12)[- ]months?",
}
_BASE = re.compile(
    r"\b(?:from|than|on)\s+(?:a|the|one)\s+(?:previous\s+|prior\s+|same\s+)?"
    r"(year|quarter|month|week)\b"
)


def _period(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    own = next((c.text for c in clauses(unit) if c.start <= o.start < c.end), unit)
    mine = next((c.text for c in clauses(part) if c.start <= q.start < c.end), part)
    base, other = _BASE.search(mine), _BASE.search(own)
    if base and other and base.group(1) != other.group(1):
        return f"the source compares with the {other.group(1)} before"
    said = periods(_BASE.sub(" ", mine)) or periods(_BASE.sub(" ", part))
    meant = periods(_BASE.sub(" ", own))
    if said and meant and not said & meant:
        return f"the source gives it for the {min(meant)}"
    if said == {"year"} and "quarter" in meant:
        return "the source gives it for the quarter"
    return ""


def periods(text: str) -> set[str]:
    """The periods that a text names: quarter, half, month, year."""
    return {name for name, form in _PERIOD.items() if re.search(form, text, re.I)}


# Old and new values, "by" and "to"

_FORMER = re.compile(
    r"\b(?:had (?:been|previously)|previously|formerly|used to|originally|"
    r"earlier (?:valued|priced))\b",
    re.I,
)
_PAST_MARK = re.compile(
    r"\b(?:from|had|was|were|been|earlier|previous(?:ly)?|compared|against|ago|last|before|"
    r"old|former(?:ly)?|used|originally|versus|in 20\d\d|in (?:January|February|March|April|May|"
    r"June|July|August|September|October|November|December))\b",
    re.I,
)
_LEAD = re.compile(
    r"\b(from|by|to|of|at)\s+(?:about |around |roughly |nearly |some |only |just )?\W{0,2}$", re.I
)


def _lead(text: str, q: Quantity) -> str:
    """The preposition right before a figure: "from", "by", "to", "of", "at" or ""."""
    found = _LEAD.search(text[max(0, q.start - 24) : q.start])
    return found.group(1).lower() if found else ""


def _change(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    mine, theirs = _lead(part, q), _lead(unit, o)
    own = next((c.text for c in clauses(unit) if c.start <= o.start < c.end), unit)
    old = theirs == "from" or bool(_FORMER.search(own))
    past = _PAST_MARK.search(part) and not re.search(r"\bnow\b", part)
    if old and not past and mine != "from":
        return "that is the old value in the source"
    if mine == "from" and theirs == "to":
        return "that is the new value in the source"
    if mine == "to" and theirs == "from":
        return "that is the old value in the source"
    if mine == "by" and theirs in ("to", "from"):
        return f"the source says “{theirs}”, not “by”"
    return ""


# Bounds

_LOWER = re.compile(
    r"(?:more than|over|at least|above|exceed\w*|surpass\w*|pass(?:ed|es)?|upwards of|minimum of|"
    r"no less than|no fewer than)\s+\W{0,2}$|[>≥]\s?[$€£¥]?$",
    re.I,
)
_UPPER = re.compile(
    r"(?:up to|at most|less than|fewer than|under|below|no more than|as (?:much|many) as|"
    r"maximum of|nearly|almost)\s+\W{0,2}$|[<≤]\s?[$€£¥]?$",
    re.I,
)


def _bound(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    mine, theirs = _side(part, q), _side(unit, o)
    if mine and theirs and mine != theirs:
        return f"the source says {theirs}, not {mine}"
    return ""


def bound_problems(part: str, unit: str) -> list[str]:
    """ "More than" of a figure that the source says "less than" of, wherever it gives it."""
    theirs = quantities(unit)
    for q in quantities(part):
        found = [_bound(part, q, unit, o) for o in theirs if _equal(q, o)]
        if found and all(found):
            return [found[0]]
    return []


def _side(text: str, q: Quantity) -> str:
    lead = text[max(0, q.start - 24) : q.start]
    if _LOWER.search(lead):
        return "at least"
    return "at most" if _UPPER.search(lead) else ""


_POINTS = re.compile(r"\s*(?:percentage\s+)?points?\b|\s*pp\b", re.I)


def _points(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    if q.unit != "%" or o.unit != "%":
        return ""
    mine = "point" in part[q.start : q.end] or bool(_POINTS.match(part, q.end))
    theirs = "point" in unit[o.start : o.end] or bool(_POINTS.match(unit, o.end))
    return "per cent and percentage points differ" if mine != theirs else ""


# Among whom

_AMONG = re.compile(r"\b(?:[Aa]mong|[Aa]mongst|[Ee]xcluding|[Ee]xcept(?: for)?)\s+([^,;.]+)")


def _restricted(part: str, unit: str, o: Quantity) -> str:
    """The "among …" of the source sentence that the claim leaves out; empty if none."""
    mine, kept = content(part), {q.value for q in quantities(part)}
    for match in _AMONG.finditer(unit):
        told = match.group(1)
        if match.start() < o.start < match.end():
            told = unit[match.start(1) : o.start]
        limits = [q for q in quantities(told) if q.value != o.value]
        words_ = [w for w in content(told) if not w[0].isdigit()]
        if any(q.value not in kept for q in limits) or (
            words_ and not any(alike(w, m) for w in words_ for m in mine)
        ):
            return " ".join(match.group().split()[:6])
    return ""


def _recounted(q: Quantity, unit: str, same: list[Quantity], theirs: list[Quantity]) -> str:
    """A noun that the source counts by another figure, while this one counts no such thing."""
    if q.unit or not q.noun or any(o.noun and alike(o.noun, q.noun) for o in same):
        return ""
    others = [o for o in theirs if o not in same and not o.unit and o.noun == q.noun]
    if len(others) != 1:
        return ""
    after, before = unit[same[0].end : others[0].start], unit[others[0].end : same[0].start]
    if re.match(r"\s*(?:of|out of)\b[^,;.]*$", after) or re.match(r"[\w\s]{0,14}\bto $", before):
        return ""  # "17 of 20 chatbots", "523 votes to 46"
    return others[0].noun


_PAIRS = (
    re.compile(r"\b(\d[\d,]*)\s+(?:of|out of)\s+(?:the\s+|its\s+|roughly\s+|about\s+)*(\d[\d,]*)"),
    re.compile(r"\b(\d[\d,]*)\s+(?:votes\s+)?to\s+(\d[\d,]*)\b"),
)


def _proportions(part: str, unit: str) -> list[str]:
    """ "17 of 20" and "312 votes to 207" must be pairs of the source, not two of its numbers."""
    for form in _PAIRS:
        theirs = {m.groups() for m in form.finditer(unit)}
        for match in form.finditer(part):
            if theirs and match.groups() not in theirs:
                return [f"{match.group()} is not in the source"]
    return []


def _qualified(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    """A noun beside the figure that the two narrow differently: "input tokens", "output tokens"."""
    own = next((c.text for c in clauses(unit) if c.start <= o.start < c.end), unit)
    mine, theirs = _narrowed(part), _narrowed(own)
    for head, narrowing in mine.items():
        other = theirs.get(head)
        if other and not any(alike(a, b) for a in narrowing for b in content(own)):
            return f"the source gives it for “{min(other)} {head}”"
    return ""


_FOR = re.compile(r"\s+(?:for|at)\s+((?:[A-Z][\w.-]*\s?)+(?:\d[\d.]*\d|\d)?)")


def _whose(part: str, unit: str, o: Quantity) -> str:
    """The name right after the source's figure ("81% for Weave 1.5") that the claim lacks."""
    match = _FOR.match(unit, o.end) or _FOR.match(unit, o.end - 1)
    if match is None or dates(match.group(1)):
        return ""
    name = match.group(1).strip()
    return "" if name.casefold() in part.casefold() else f"the source gives it for {name}"


def _narrowed(text: str) -> dict[str, set[str]]:
    """Each plain noun with the plain word before it, as stems."""
    found: dict[str, set[str]] = {}
    counted = [(q.start, q.end) for q in quantities(text)] + [
        (n.start, n.end) for n in proper(text)
    ]
    every = [t for t in tokens(text) if not any(a <= t.start < b for a, b in counted)]
    for left, right in pairwise(every):
        one, two = fold(left.text), fold(right.text)
        if text[left.end : right.start] != " " or not (one.isalpha() and two.isalpha()):
            continue
        if one in STOP or two in STOP or one in OPEN or stem(one) in VERBS or stem(two) in VERBS:
            continue
        if "'" in left.text or "’" in left.text:
            continue
        found.setdefault(stem(two), set()).add(stem(one))
    return found
