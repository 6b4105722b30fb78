"""A value as one sentence tells it: of whom, of what kind, of when, and whether it still stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from rag.clauses import SAYING, Clause, acts, clauses, proper, verbless
from rag.facts import Day, Quantity, dates, names, quantities
from rag.types import Source
from rag.wanted import telling
from rag.words import Token, content, fold, stem, tokens, words

# Figures of a year are reported in these months of the next.
YEARLY_MONTHS = 4

# A value dated longer before its report is background there.
RECENT_MONTHS = 2

OPENING = 8  # characters before a name that opens a sentence ("The …")


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in one sentence; offsets are the sentence's."""

    source: Source
    sentence: str
    around: str  # with its neighbours, heading and title
    start: int
    end: int
    value: Quantity | Day

    @property
    def clause(self) -> Clause:
        """The clause that holds the value."""
        listed = clauses(self.sentence)
        return next((c for c in listed if c.start <= self.start < c.end), listed[0])

    @property
    def words(self) -> str:
        """The value as written."""
        return " ".join(self.sentence[self.start : self.end].split())


# What an amount of money is. A word may stand in several lines.
_SUMS = {
    name: frozenset(map(stem, words(line)))
    for name, line in {
        "price": "pay paid buy bought acquire acquisition purchase takeover price cost sell sold "
        "fee stake deal charge invest investment",
        "value": "valuation value valued worth capitalisation capitalization cap",
        "round": "raise raised secure round funding financing seed series invest investment fund",
        "revenue": "revenue sales turnover revenues",
        "profit": "profit income earnings",
        "loss": "loss losses lose lost",
        "spending": "spend spent spending capex expenditure expenditures invest investment budget",
        "saving": "save saving savings",
        "fine": "fine fined penalty settle settlement damages pay paid compensation",
        "salary": "salary salaries wage bonus package compensation pay paid",
        "debt": "loan loans debt borrow bond bonds credit",
        "grant": "grant award subsidy subsidies receive get funding",
        "prize": "prize reward bounty",
    }.items()
}

# Measures of a period: another period has another value.
FLOWS = frozenset({"revenue", "profit", "loss", "spending", "saving"})


def sums(text: str) -> frozenset[str]:
    """The kinds of money (price, value, round …) that the words of ``text`` may mean."""
    mine = set(content(text))
    return frozenset(name for name, stems in _SUMS.items() if mine & stems)


_SUBJECT = re.compile(r"['’]s\b|,| (?:has|have|is|was|will|would|plans|[a-z]+(?:ed|es|s))\b")


def asked_sum(question: str) -> frozenset[str]:
    """The kinds of money that a question asks for: those of its first such word."""
    return next((found for t in tokens(question) if (found := sums(t.text))), frozenset())


def sum_of(reading: Reading) -> frozenset[str]:
    """The kinds that the word nearest to an amount of money gives it; empty for none.

    The word that the amount stands before counts ("a $2 billion valuation"), else the last one
    before it, else the first one after it in its clause.
    """
    clause = reading.clause
    own = _COMPOUND.match(reading.sentence, reading.end)
    found = sums(own.group(1).split()[-1]) if own else frozenset()
    if found:
        return found
    before = reading.sentence[: reading.start]
    inside = reading.sentence[clause.start : reading.start]
    for text, order in (
        (inside, -1),
        (reading.sentence[reading.end : clause.end], 1),
        (before, -1),
    ):
        for token in tokens(text)[::order]:
            found = frozenset() if _goods(text, token) else sums(token.text)
            if found:
                return found
    return frozenset()


def _goods(text: str, token: Token) -> bool:
    """Whether a token is the "worth" of "shares worth", which values no company."""
    return token.text.lower() == "worth" and bool(_GOODS.search(text[: token.start]))


_GOODS = re.compile(
    r"\b(?!companies|firms|start-?ups|is|was)(?:[a-z-]+s|stock|equipment|debt|equity)\s+$"
)


_COMPOUND = re.compile(
    r"[ -]((?:(?!(?:of|in|for|from|at|to|by|on|with|a|an|the|worth|and|or)\b)[\w-]+ ){0,2}"
    r"(?!worth of)[\w-]+)"
)

_OLD = re.compile(
    r"\b(?:previous(?:ly)?|former(?:ly)?|used to|original(?:ly)?|earlier (?:valued|priced|estimate|"
    r"report\w*|figure)|\w+ (?:year|month|week|quarter)s? (?:ago|earlier|before)"
    r"|last (?:year|quarter|month)|year-ago|year-earlier|prior|then|at th(?:e|at) time|back in)\b",
    re.I,
)

_BASE = re.compile(
    r"\b(?:from|than|against|versus|vs\.?|compared (?:with|to)|instead of|rather than|not|after)"
    r"\s+(?:the |its |a |an )?"
    r"(?:about |around |roughly |nearly |some |only |just |more than |over )?"
    r"\W{0,2}$",
    re.I,
)

_BOUND_THAN = re.compile(r"\b(?:more|less|fewer|better|other) than\s+(?:\w+ )?\W{0,2}$", re.I)

_IF = re.compile(r"\b(?:if|unless|whether|suppose|imagine|rumou?rs?)\b", re.I)


_SUPPOSED = re.compile(r"\W*(?:if|unless|should|suppose|imagine)\b", re.I)
_HAD = re.compile(
    r"\bhad\s+(?:\w+ly\s+|also\s+|once\s+)?(?:\w+ed|\w+en|been|given|put|set|cut|said|paid|bought|sold|"
    r"told|made|won|lost|held|hit|named|known|shown)\b"
)


def stands(reading: Reading) -> bool:
    """Whether the sentence itself gives the value as the present one, undenied."""
    clause = reading.clause
    lead = reading.sentence[max(clause.start, reading.start - 40) : reading.start]
    if clause.negated or _IF.search(clause.text) or _OLD.search(clause.text):
        return False
    if _BASE.search(lead) and not _BOUND_THAN.search(lead):
        return False
    if _SUPPOSED.match(reading.sentence):
        return False
    had = _HAD.search(clause.text)
    if had and not _reported(reading.sentence, clause):
        return False
    return not _ranged(reading)


def _reported(sentence: str, clause: Clause) -> bool:
    """Whether "had" is only reported speech: "it said it had cut"."""
    lead = sentence[: clause.start] + clause.text.split("had")[0]
    return any(stem(t.text) in SAYING for t in tokens(lead))


def bygone(reading: Reading) -> bool:
    """Whether the sentence dates its value to a time well before its own report."""
    published = reading.source.day
    if published is None:
        return False
    dated = [exact(d, published) for d in days(own_words(reading))]
    ends = [12 * d.year + (d.month or 3 * (d.quarter or 4)) for d in dated if d.year]
    if not ends:
        return False
    late = 12 * published.year + published.month - max(ends)
    yearly = late <= YEARLY_MONTHS and bool(sum_of(reading) & FLOWS)
    return late > RECENT_MONTHS and not yearly


def own_words(reading: Reading) -> str:
    """The clause of the value with those that only say when or where."""
    own = reading.clause
    return " ".join(
        c.text
        for c in clauses(reading.sentence)
        if c == own or (_PREPOSED.match(c.text) and not attribution(c.text))
    )


_RANGE = re.compile(r"\s*(?:\w+\s)?(?:to|and|or|–|-)\s*\W?", re.I)


def _ranged(reading: Reading) -> bool:
    """Whether the figure is an end of a range: "$60 billion to $65 billion"."""
    text = reading.sentence
    for other in quantities(text):
        left, right = min(other.end, reading.end), max(other.start, reading.start)
        if left < right and _RANGE.fullmatch(text[left:right]):
            return True
    return False


def unattributed(reading: Reading) -> str:
    """The sentence without the clauses that only say who reported it."""
    kept = [c.text for c in clauses(reading.sentence) if not attribution(c.text)]
    return " ".join(kept) or reading.sentence


_ATTRIBUTION = re.compile(
    r"^\W*(?:according to|citing|as reported)\b|\b(?:reported|said|wrote|told)\b[^,]*$", re.I
)


def attribution(text: str) -> bool:
    """Whether a clause only tells who reported or said it."""
    return bool(_ATTRIBUTION.search(text)) and not quantities(text)


SCOPE_NAME = re.compile(
    r"\b(?:in|at|for|of|across|within|near|outside|inside|on|under|from)\s+(?:the\s+|its\s+)?$"
)

_PREPOSED = re.compile(
    r"(?:In|At|For|Across|Within|Outside|On|Of|in|at|for|across|within|outside)\b"
)


def bearers(reading: Reading) -> list[tuple[str, ...]]:
    """Names that do what the value's clause says."""
    clause = reading.clause
    deeds = [a for a in acts(reading.sentence) if a.verb not in SAYING and a.start < clause.end]
    own = [a for a in deeds if a.start >= clause.start]
    if not own and verbless(clause.text):
        own = deeds[-1:]  # "Harbour cut 300 jobs, about 9% of its staff"
    before = [a for a in own if a.start < reading.start]
    return [tuple(agent) for act in before or own for agent in act.agents]


def borne_by(reading: Reading, given: str) -> bool:
    """Whether those who do what the clause says, where it names any, are named in ``given``.

    Where the clause names nobody that ``given`` names, a name that opens the sentence must be
    one of ``given``: "Harrow, which Paul Okafor founded after leaving Dunmore, raised …".
    """
    asked = folded(given)
    if not all(telling(name) & asked for name in bearers(reading)):
        return False  # another's, or one of several: "Harrow and Dunmore spend $3 billion"
    listed = [n for n in proper(reading.sentence, openers=True) if n.start <= OPENING]
    if not listed or telling(listed[0].tokens) & asked:
        return True
    if listed[0].opens and not _SUBJECT.match(reading.sentence, listed[0].end):
        return True  # "Current and former employees …"
    lead = reading.sentence[: listed[0].start]
    if (
        SCOPE_NAME.search(lead)
        or len(names(given)) == 0
        or attribution(reading.sentence[: listed[0].end + 40].split(",")[0])
    ):
        return True
    return any(set(n.tokens) & asked for n in proper(reading.clause.text, openers=True))


def folded(text: str) -> set[str]:
    """The words of ``text``, folded, also without a plural ending and in parts."""
    found: set[str] = set()
    for token in tokens(text):
        low = fold(token.text)
        found |= {low, low.removesuffix("s"), *low.split("-")}
    return found


_EVENTS = [
    frozenset(map(stem, words(line)))
    for line in (
        "launch release debut ship roll rollout available start arrive begin began introduce",
        "announce unveil reveal present",
        "close complete finish finalise finalize conclude",
        "open opening reopen restart",
        "sign signed signing",
        "end expire lapse",
        "die died death",
        "born birth",
        "resign leave left depart step quit exit",
        "join start",
        "effect force apply enter takes",
        "file sue sued lawsuit filed",
        "hold held meet take place happen occur",
        "publish publication appear",
        "vote pass approve adopt",
        "acquire buy bought purchase acquisition",
        "ban block prohibit",
        "found founded establish",
        "retire discontinue shut",
        "list ipo float debut public",
        "deliver delivery",
        "fire ousted remove dismiss sack",
        "operational operation online run",
    )
]


def events(text: str) -> frozenset[int]:
    """The kinds of event that the words of ``text`` may name."""
    mine = set(content(text))
    return frozenset(n for n, stems in enumerate(_EVENTS) if mine & stems)


def exact(day: Day, published: date | None) -> Day:
    """``day`` with the year that its article means: the one nearest to its publication."""
    if day.year or not published or not (day.month or day.quarter):
        return day
    month = day.month or 3 * (day.quarter or 1) - 1
    year = min(
        (published.year - 1, published.year, published.year + 1),
        key=lambda y: abs((y - published.year) * 12 + month - published.month),
    )
    return Day(year, day.month, day.day, day.start, day.end, day.quarter)


def days(text: str) -> list[Day]:
    """The dates of ``text`` as :func:`rag.facts.dates`, "in March 2027" as one."""
    found: list[Day] = []
    for d in dates(text):
        last = found[-1] if found else None
        joined = last and last.month and not last.year and not last.quarter
        if (
            last
            and joined
            and d.year
            and not d.month
            and text[last.end : d.start].strip(" ,") == ""
        ):
            found[-1] = Day(d.year, last.month, last.day, last.start, d.end)
        else:
            lead = re.match(r"[A-Za-z]+[ -](?=(?:March|May)\b)", text[d.start : d.end])
            found.append(replace(d, start=d.start + (lead.end() if lead else 0)))
    return found
