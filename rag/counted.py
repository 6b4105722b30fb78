"""Dates that a text counts from its own day: "Tuesday", "yesterday", "last month"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.facts import Day
from rag.sentences import split
from rag.times import mentions, month_days
from rag.words import WEEKDAYS

_AHEAD = re.compile(
    r"\b(?:will|would|next|upcoming|coming|scheduled|set|due|expect\w*|plans?|planned|until|"
    r"(?:is|are) to)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)


def counted_days(text: str, told: date) -> list[Day]:
    """The dates of ``text`` that are relative, or lack their year, as dates of the calendar.

    A weekday is the last one up to ``told``; in a sentence about what is to come, the next one too.

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
    for piece in split(text):
        ahead = bool(_AHEAD.search(piece.text))
        for match in _WEEKDAY.finditer(piece.text):
            back = (told.weekday() - WEEKDAYS.index(match.group().lower())) % 7
            where = (piece.start + match.start(), piece.start + match.end())
            for shift in (-back, 7 - back) if ahead else (-back,):
                try:
                    day = told + timedelta(days=shift)
                except OverflowError:  # beyond the first or last year
                    continue
                found.append(Day(day.year, day.month, day.day, *where))
    return found
