"""A briefing: what was reported on a subject in a period, story by story."""

from __future__ import annotations

from datetime import date, timedelta

from rag.newsroom import Newsroom
from rag.stories import Item, survey, tell
from rag.types import Filters

STORIES = 12  # a page full


def month(text: str) -> tuple[date, date]:
    """First and last day of a "YYYY-MM"."""
    first = date(int(text[:4]), int(text[5:7]), 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def brief(newsroom: Newsroom, subject: str, since: date, until: date) -> list[Item]:
    """The stories on a subject in a period, newest first; all stories for an empty subject."""
    filters = Filters(since=since, until=until)
    found = survey(newsroom.retriever, subject, filters, until)[:STORIES]
    items = [tell(newsroom.store, item, subject) for item in found]
    return sorted(items, key=lambda item: item.day, reverse=True)
