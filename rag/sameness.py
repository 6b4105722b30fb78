"""Whether two values are one: up to rounding, bounds and a day, of one event or of two."""

from __future__ import annotations

import re
from datetime import date

from rag.facts import Day, Quantity, quantities
from rag.readings import Reading, exact

# The most that two figures differ as one value, rounded ("14,000", "about 14,100").
SAME_VALUE = 0.03

BOUND = 0.15  # "more than 12 million" may be up to 15% more

# Reports at least this many days apart: the newer replaces the older; closer: they disagree.
REPLACES_DAYS = 14
SHORT = 4  # letters of a noun: a month's name cut short, "May", is none

# Rounds, layoffs and purchases so many days apart are different ones.
RECURS_DAYS = 90

# Days of one event that is still to come are no further apart than this; of one that has been,
# and of one whose first day had passed when the later was named.
SAME_EVENT_DAYS = 1500

PAST_DAYS = 31

DELAY_DAYS = 120


def in_row(reading: Reading) -> bool:
    """Whether a figure stands in a row of them: "6,000 jobs in May and 9,000 in July"."""
    own = reading.value
    if not isinstance(own, Quantity):
        return False
    for q in quantities(reading.sentence):
        left, right = min(q.end, own.end), max(q.start, own.start)
        between = reading.sentence[left:right]
        bare = not (q.noun and own.noun) or q.noun == own.noun or len(q.noun) < SHORT
        alone = q.unit == own.unit and (bool(q.unit) or bare)
        if left < right and alone and _ROW.search(between) and not _BREAK.search(between):
            return True
    return False


_ROW = re.compile(
    r"\b(?:and|or|then|followed by)\s+(?:about |around |roughly |nearly |another )?\W?$|,\s*\W?$"
)

_BREAK = re.compile(r"\b(?:from|at|in return|up|down|compared|which|that|who|of)\b|[.;:]")


def same(one: Reading, two: Reading) -> bool:
    """Whether two readings give one value, up to rounding, bounds and a day's difference."""
    a, b = one.value, two.value
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return same_value(a, b) or _within(one, a, b) or _within(two, b, a)
    if isinstance(a, Day) and isinstance(b, Day):
        a, b = exact(a, one.source.day), exact(b, two.source.day)
        apart = _days(a, b)
        return abs(apart) <= 1 if apart is not None else a.agrees(b)
    return False


def _days(one: Day, two: Day) -> int | None:
    """The days from one date to another; None where either gives no day."""
    try:
        first, second = (date(d.year or 0, d.month or 0, d.day or 0) for d in (one, two))
    except ValueError:
        return None
    return (second - first).days


_LOWER = re.compile(
    r"\b(?:more than|over|at least|above|exceed\w*|surpass\w*|upwards of)\s+\W?$", re.I
)

_UPPER = re.compile(
    r"\b(?:up to|at most|less than|fewer than|under|below|nearly|almost)\s+\W?$", re.I
)


def _within(reading: Reading, own: Quantity, other: Quantity) -> bool:
    """Whether ``other`` is what the bound of ``own`` allows: "more than 12 million"."""
    lead = reading.sentence[max(0, reading.start - 20) : reading.start]
    plus = reading.sentence[reading.end - 1 : reading.end + 1].endswith("+")
    side = 1 if plus or _LOWER.search(lead) else -1 if _UPPER.search(lead) else 0
    same = own.unit == other.unit
    return same and side != 0 and 0 <= side * (other.value - own.value) <= BOUND * own.value


def one_event(one: Reading, two: Reading) -> bool:
    """Whether two dates may be of one event."""
    a, b = exact(one.value, one.source.day), exact(two.value, two.source.day)  # type: ignore[arg-type]
    if not a.year or not b.year or not _common(a, b):
        return False
    first, second = (date(d.year or 1, d.month or 6, d.day or 15) for d in (a, b))
    told = sorted(
        (r.source.day, on) for r, on in ((one, first), (two, second)) if r.source.day is not None
    )
    if len(told) < 2:
        return False
    (earlier, old), (later, new) = told
    if old <= earlier and new <= later:
        return abs((new - old).days) <= PAST_DAYS
    # A day that had passed before the later report was of another event: last year's.
    return (new - old).days <= (DELAY_DAYS if old <= later else SAME_EVENT_DAYS)


def _common(one: Day, two: Day) -> bool:
    """Whether both give a month, or both a quarter."""
    return bool(one.month and two.month) or bool(one.quarter and two.quarter)


_DEEDS = re.compile(
    r"\b(?:cut|cuts|cutting|lay|lays|laid|laying|fire\w*|hire\w*|hiring|rais\w+|buy\w*|bought|pay\w*|"
    r"acquir\w+|fine[sd]?|invest\w*|order\w*|ship\w*|award\w*|receiv\w+|borrow\w*|lend\w*|sell\w*|sold|"
    r"settle\w*|donat\w+|eliminat\w+|shed\w*|kill\w*|die[sd]?)\b",
    re.I,
)

_REVISED = re.compile(
    r"\b(?:revis\w+|shr[aiu]nk\w*|instead of|final|now|no longer|"
    r"(?:less|more|lower|higher|smaller|larger|fewer) than (?:the )?(?:\w+ ){0,4}"
    r"(?:announced|planned|reported|expected|agreed|said))\b",
    re.I,
)


def recurs(one: Reading, two: Reading, asked: str) -> bool:
    """Whether reports far apart may be of two deeds of one kind: another round, more layoffs."""
    days = [r.source.day for r in (one, two)]
    if not _DEEDS.search(asked) or None in days:
        return False
    if abs((days[0] - days[1]).days) < RECURS_DAYS:  # type: ignore[operator]
        return False
    newer, older = (one, two) if days[0] >= days[1] else (two, one)  # type: ignore[operator]
    told = any(
        isinstance(older.value, Quantity) and same_value(q, older.value)
        for q in quantities(newer.around)
    )
    return not (told or _REVISED.search(newer.around))


def same_value(left: Quantity, right: Quantity) -> bool:
    """Equal up to rounding, units agreeing where both have one.

    A figure may be rounded to the digits that it is written with, or by 3% where it says so.
    """
    if left.unit != right.unit and left.unit and right.unit:
        return False
    most = max(abs(left.value), abs(right.value))
    coarse = max(_step(left.value), _step(right.value)) / 2
    slack = SAME_VALUE * most
    if not (left.rough or right.rough):
        slack = min(coarse, slack)
    return abs(left.value - right.value) <= slack + 1e-9 * most


def _step(value: float) -> float:
    """The last place that a figure is written to: 1,000 for 14,000, 0.1 for 14.3."""
    written = f"{abs(value):.6g}"
    digits, _, power = f"{float(written):.5e}".partition("e")
    kept = digits.rstrip("0").partition(".")[2]
    return float(10 ** (int(power) - len(kept)))


def apart(newer: date | None, older: date | None) -> bool:
    """Whether a report comes so long after another that it replaces it."""
    return bool(newer and older and (newer - older).days >= REPLACES_DAYS)
