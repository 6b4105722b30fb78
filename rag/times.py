"""Time expressions in questions, as periods of days relative to the day of asking.

Covers days, months, quarters, halves, seasons and years, with and without a year, made
coarser or finer ("late February", "mid-2024"), and relative ones ("last week", "three
months ago", "on Tuesday"). A day without a year is the last such day not after ``as_of``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rag.expressions import ANY_YEAR, RULES, Days, bare_month


class Relation(StrEnum):
    """How a question stands to the period it names."""

    IN = "in"
    SINCE = "since"  # also "after"
    UNTIL = "until"  # also "before", "by"
    AS_OF = "as_of"  # the state of things at that time


@dataclass(frozen=True, slots=True)
class Mention:
    """A period named in a text: ``text[start:end]`` means ``since`` to ``until``, inclusive."""

    start: int
    end: int
    since: date
    until: date
    relation: Relation = Relation.IN
    relative: bool = False  # counted from the day of asking

    def window(self, as_of: date) -> tuple[date, date]:
        """The days that the relation selects: "since May" runs to ``as_of``."""
        if self.relation is Relation.SINCE:
            return self.since, max(self.until, as_of)
        if self.relation is Relation.UNTIL:
            return min(self.since, self.until - timedelta(days=90)), self.until
        return self.since, self.until


def mentions(text: str, as_of: date) -> list[Mention]:
    """The periods that a text names, in order, not overlapping.

    Months and days without a year are of the year that the text names, if it names one.

    :param as_of: "today" of the text
    """
    taken: list[Mention] = []
    years = {int(year) for year in ANY_YEAR.findall(text)}
    named = date(min(years), 12, 31) if len(years) == 1 and min(years) > 1950 else as_of
    for pattern, handler, relative in RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if handler is bare_month and not match["word"]:
                start = match.start("month")  # not its preposition
            if any(start < m.end and m.start < end for m in taken):
                continue
            try:
                days = handler(match, as_of if relative else min(named, as_of))
            except (ValueError, OverflowError):  # 31 June, year 0
                continue
            if days is not None:
                taken.append(Mention(start, end, *days, _relation(text[:start]), relative))
    taken.sort(key=lambda m: m.start)
    return list(_joined(text, taken))


def _joined(text: str, found: list[Mention]) -> Iterator[Mention]:
    """Merges "between X and Y" and "from X to Y" into one period."""
    at = 0
    while at < len(found):
        here = found[at]
        if at + 1 < len(found):
            after = found[at + 1]
            before = text[: here.start].rstrip().lower()
            link = text[here.end : after.start].strip().lower()
            span = (before.endswith("between") and link == "and") or (
                before.endswith("from") and link in {"to", "until", "through", "till"}
            )
            if span and here.since <= after.until:
                yield Mention(here.start, after.end, here.since, after.until, Relation.IN)
                at += 2
                continue
        yield here
        at += 1


_RELATIONS = (
    (Relation.AS_OF, re.compile(r"\bas (?:of|at)(?: the)?$", re.IGNORECASE)),
    (Relation.SINCE, re.compile(r"\b(?:since|after|following|starting)(?: the)?$", re.I)),
    (
        Relation.UNTIL,
        re.compile(r"\b(?:until|till|before|by|prior to|up to|through)(?: the)?$", re.I),
    ),
)


def _relation(before: str) -> Relation:
    before = before.rstrip()
    for relation, pattern in _RELATIONS:
        if pattern.search(before):
            return relation
    return Relation.IN


def merged(found: list[Mention], as_of: date) -> Days | None:
    """One period for a question that names several: their envelope, or the last of them.

    Mentions more than a year apart tell different things; the last one is then the one
    asked about, as background comes first.
    """
    if not found:
        return None
    windows = [mention.window(as_of) for mention in found]
    since, until = min(w[0] for w in windows), max(w[1] for w in windows)
    if (until - since).days <= max(400, *((w[1] - w[0]).days for w in windows)):
        return since, until
    return windows[-1]
