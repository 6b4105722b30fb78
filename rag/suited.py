"""How well what a sentence tells suits a question in time, period and kind.

Two sentences may hold a value of the wanted form and all of the question's words, and one of them
tell of another month, of a quarter where a year is asked for, of a price where a valuation is, or
of what used to be. Each of these is read here from the words of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from rag.candidates import Candidate
from rag.expressions import Days
from rag.facts import CURRENCIES, Day, Quantity, quantities
from rag.figures import periods
from rag.forms import AMOUNTS, Form
from rag.limits import Limit, limits
from rag.readings import FLOWS, Reading, asked_sum, bearers, bygone, days, folded, stands, sum_of
from rag.times import Relation, mentions
from rag.types import Order, Query
from rag.wanted import Found, foreground, telling

_ASIDE = re.compile(r"\([^()]*\)")
# Not "as per", nor "per the report" or "per Reuters".
_RATE = re.compile(
    r"(?<!\bas )\b[Pp]er (?!cent\b|the\b|its\b|their\b|his\b|her\b|an?\b)[a-z\d]\w*"
    r"|\bfor (?:each|every)\b|\b(?:apiece|each)\b"
)
_CLOSE = 100  # days: a period so short, a quarter, is seldom met by chance
_LENGTHS = ("month", "quarter", "half", "year")  # the shortest first
_CERTAIN = frozenset({"value"}) | FLOWS  # "paid" may be a price, a fine, a salary …
# A question about how things are, not how they were.
_PRESENT = re.compile(r"\b(?:is|are|does|do|has|have)\b|['’]s\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:did|was|were|had|used to|before|previous\w*|former\w*|original\w*|earlier|ago|then|last|"
    r"first|initial\w*|since|until|old)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question says of time, period and kind, worked out once.

    :ivar named: its words, folded
    :ivar windows: the periods that it names by the calendar ("this week" is the article's own)
    :ivar length: how long the period is that its value is for, "" where it doesn't say
    :ivar kinds: the kinds of money asked for, those that one word tells for certain
    :ivar present: whether it asks how things are
    :ivar sums: the kinds of money that its words may mean
    :ivar limits: amounts beyond which the values asked for lie
    :ivar rate: whether an amount for each of something is asked for ("per book")
    """

    form: Form
    named: frozenset[str]
    windows: tuple[Days, ...]
    length: str
    kinds: frozenset[str]
    present: bool
    sums: frozenset[str]
    limits: tuple[Limit, ...]
    rate: bool

    @classmethod
    def of(cls, query: Query, form: Form) -> Asking:
        """Read the question, its background in brackets left out."""
        whole = query.standalone or query.question
        asked = foreground(whole)
        named = mentions(asked, query.as_of)
        # A follow-up's times may be worked out from what was said before.
        told = [m for m in named if not m.relative and asked == whole]
        dated = tuple(m.window(query.as_of) for m in told if m.relation is Relation.IN)
        kinds = asked_sum(asked) & _CERTAIN if form is Form.MONEY else frozenset[str]()
        latest = query.order is Order.LATEST
        return cls(
            form,
            frozenset(folded(asked)),
            dated,
            _shortest(asked) if kinds & FLOWS else "",
            kinds,
            latest or (not named and bool(_PRESENT.search(asked)) and not _PAST.search(asked)),
            asked_sum(asked),
            limits(asked),
            form in AMOUNTS and bool(_RATE.search(asked)),
        )


def within(asking: Asking, candidate: Candidate) -> float:
    """+1 where the sentence has a value within each limit of the question, down to -1 where it
    has only others; 0 where it has none, or the question sets no limit."""
    return min((_suits(limit, asking, candidate) for limit in asking.limits), default=0.0)


def _suits(limit: Limit, asking: Asking, candidate: Candidate) -> float:
    text, source = candidate.sentence.text, candidate.hit.passage.source
    listed = limit.values(text)
    if not listed:
        return 0.0
    if limit.unit in CURRENCIES and asking.sums:
        # Of money, that of the kind asked for: what was raised is no valuation.
        told = [(q, sum_of(Reading(source, text, text, q.start, q.end, q))) for q in listed]
        listed = [q for q, kinds in told if not kinds or kinds & asking.sums]
    return 1.0 if any(limit.holds(q, text) for q in listed) else -1.0


def in_time(asking: Asking, candidate: Candidate) -> float:
    """-1 where the sentence names times and none is in the question's, +1 where one is, else 0.

    That it is in the same year says little: 0 too, as where either names no time.
    """
    published = candidate.hit.passage.source.day
    if not asking.windows or published is None:
        return 0.0
    text = _ASIDE.sub(" ", candidate.sentence.text)
    own = [m.window(published) for m in mentions(text, published)]
    if not own:
        return 0.0
    met = [window for window in asking.windows if _met(window, own)]
    if not met:
        return -1.0
    return float(any((until - since).days <= _CLOSE for since, until in met))


def _met(window: Days, told: Sequence[Days]) -> bool:
    """Whether one of the periods told and the window have days in common."""
    since, until = window
    return any(a <= until and since <= b for a, b in told)


def untimely(asking: Asking, candidate: Candidate) -> bool:
    """Whether nothing places a sentence in the period that the question names.

    Neither it nor its neighbours, heading and title name a time in it, and its article came out
    well before or long after.
    """
    published = candidate.hit.passage.source.day
    if not asking.windows or published is None:
        return False
    told = [m.window(published) for m in mentions(candidate.around, published)]
    told.append((published - _AFTER, published + _BEFORE))
    return not any(_met(window, told) for window in asking.windows)


# Articles tell of the quarter that has passed, and of what comes within days.
_AFTER, _BEFORE = timedelta(days=120), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Suit:
    """How the possible answers of a sentence suit, each by the one that does so best.

    :ivar kind: +1 for the kind of money asked for, -1 for another, 0 unknown
    :ivar period: +1 for a period of the length asked for, or a rate where one is; -1 for another,
        0 unknown
    :ivar past: 1 where the question asks how things are and all are told as past, else 0
    :ivar joint: 1 where all are of several together, of whom it names some, else 0
    """

    kind: float = 0.0
    period: float = 0.0
    past: float = 0.0
    joint: float = 0.0


def suit(asking: Asking, candidate: Candidate, found: Sequence[Found], least: float) -> Suit:
    """How the found stretches of at least a strength suit; all 0 where there are none."""
    every = _readings(asking, candidate, [f for f in found if f.strength >= least])
    if not every:
        return Suit()
    standing = [r for r in every if stands(r)]
    read = standing or every
    return Suit(
        max(_kind(asking, r) for r in read),
        max(_period(asking, r) for r in read),
        float(asking.present and all(bygone(r) for r in standing)),
        float(all(_joint(asking, r) for r in read)),
    )


def _readings(asking: Asking, candidate: Candidate, found: Sequence[Found]) -> list[Reading]:
    text, source = candidate.sentence.text, candidate.hit.passage.source
    listed: Sequence[Day | Quantity] = ()
    if asking.form in AMOUNTS:
        listed = quantities(text)
    elif asking.form is Form.DATE:
        listed = days(text)
    return [
        Reading(source, text, text, value.start, value.end, value)
        for value in listed
        if any(f.start < value.end and value.start < f.end for f in found)
    ]


def _joint(asking: Asking, reading: Reading) -> bool:
    mine = [bool(telling(name) & asking.named) for name in bearers(reading)]
    return any(mine) and not all(mine)


def _kind(asking: Asking, reading: Reading) -> float:
    told = sum_of(reading) if asking.kinds else frozenset[str]()
    return 0.0 if not told else 1.0 if told & asking.kinds else -1.0


def _period(asking: Asking, reading: Reading) -> float:
    if asking.rate and not asking.length:
        return float(bool(_RATE.search(reading.clause.text)))
    if not asking.length:
        return 0.0
    told = _shortest(reading.clause.text) or _shortest(reading.sentence)
    return 0.0 if not told else 1.0 if told == asking.length else -1.0


def _shortest(text: str) -> str:
    named = periods(text)
    return next((length for length in _LENGTHS if length in named), "")
