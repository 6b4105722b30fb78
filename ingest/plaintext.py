"""Scraped plain text: the article within it, its title, byline, publisher and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ingest.dates import Dated
from ingest.text import clean, inert


@dataclass(frozen=True, slots=True)
class Found:
    """What a scraped text holds; ``text`` is light Markdown, empty where there is no article."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Dated | None = None
    updated: Dated | None = None
    summary: str | None = None
    url: str | None = None


def read(text: str, now: datetime | None = None) -> Found:
    """The article in a scraped text."""
    lines = [line for line in clean(text).split("\n") if line]
    title = lines[0] if lines else ""
    return Found("\n\n".join(line for line in lines if line != title), inert(title))


def is_name(text: str) -> bool:
    """Whether ``text`` can be a person's name."""
    return bool(re.fullmatch(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}", text))
