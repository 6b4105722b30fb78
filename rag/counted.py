"""Dates that a text counts from its own day: "Tuesday", "yesterday", "last month"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.expressions import month_days
from rag.facts import Day, dates
from rag.sentences import split
from rag.times import mentions
from rag.words import WEEKDAYS

_AHEAD = re.compile(
    r"\b(?:will|would|next|upcoming|coming|scheduled|set|due|expect\w*|plans?|planned|until|"
    r"(?:is|are) to)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(?:(\d{1,2})|(an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))[ -]"
    r"(day|week|month|year)s? (?:ago|earlier|before)\b",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"\b(?:(?:the|an?|one) year (?:prior|before|earlier)|(?:previous|prior) year)\b", re.IGNORECASE
)
UPDATED = 3  # days within which a report still grows
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()


def counted_days(text: str, told: date) -> list[Day]:
    """The dates of ``text`` that are relative, or lack their year, as dates of the calendar.

    A weekday is the last one up to ``told``; in a sentence about what is to come, the next one too,
    and elsewhere one of the next days, as reports are brought up to date. "A year earlier" counts
    from a year of its sentence too.

    :param told: the day that the text was published
    """
    found = []
    for mention in mentions(text, told):
        since, until = mention.since, mention.until
        where = (mention.start, mention.end)
        if since == until:
            found.append(Day(since.year, since.month, since.day, *where))
        elif (since, until) == month_days(since.year, since.month):
            found.append(Day(since.year, since.month, None, *where))
        elif (since, until) == (date(since.year, 1, 1), date(since.year, 12, 31)):
            found.append(Day(since.year, None, None, *where))
    found += _ago(text, told)
    for piece in split(text):
        ahead = bool(_AHEAD.search(piece.text))
        for match in _YEAR_BEFORE.finditer(piece.text):
            where = (piece.start + match.start(), piece.start + match.end())
            found += [Day(d.year - 1, None, None, *where) for d in dates(piece.text) if d.year]
        for match in _WEEKDAY.finditer(piece.text):
            back = (told.weekday() - WEEKDAYS.index(match.group().lower())) % 7
            where = (piece.start + match.start(), piece.start + match.end())
            for shift in (-back, 7 - back) if ahead or 7 - back <= UPDATED else (-back,):
                try:
                    day = told + timedelta(days=shift)
                except OverflowError:  # beyond the first or last year
                    continue
                found.append(Day(day.year, day.month, day.day, *where))
    return found


def _ago(text: str, told: date) -> list[Day]:
    """What is counted back in a text of ``told``: "8 months ago" as that month."""
    found = []
    for match in _AGO.finditer(text):
        digits, word, unit = match.groups()
        word = (word or "").lower()
        count = int(digits or (_NUMBERS.index(word) + 2 if word in _NUMBERS else 1))
        unit = unit.lower()
        months = told.year * 12 + told.month - 1 - count
        if unit == "year":
            found.append(Day(told.year - count, None, None, *match.span()))
        elif unit == "month":
            found.append(Day(months // 12, months % 12 + 1, None, *match.span()))
        elif told.toordinal() > count * 7:
            day = told - timedelta(days=count * (7 if unit == "week" else 1))
            exact = day.day if unit == "day" else None
            found.append(Day(day.year, day.month, exact, *match.span()))
    return found
