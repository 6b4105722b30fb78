"""Article pages: text, title, people, dates and publisher out of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest import dates
from ingest.dates import Dated
from ingest.decode import decode
from ingest.markdown import light
from ingest.text import inert
from rag.types import Origin


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds. ``problem`` says why it has no article, in words for people."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Dated | None = None
    updated: Dated | None = None
    language: str | None = None
    summary: str | None = None
    canonical: str | None = None
    problem: str | None = None


def read(html: str, url: str | None = None, now: datetime | None = None) -> Page:
    """The article of a page; nothing is fetched."""
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return Page("", problem="no article text on the page")
    return Page(
        text=light(found.text or ""),
        title=inert(found.title or ""),
        authors=tuple(inert(name) for name in (found.author or "").split(";") if name.strip()),
        publisher=inert(found.sitename or "") or None,
        published=dates.read(found.date, Origin.META, now),
        canonical=found.url,
    )


def extract(html: bytes | str, url: str | None = None) -> dict[str, Any]:
    """The article of a page as a dictionary, for scripts."""
    page = read(decode(html) if isinstance(html, bytes) else html, url)
    return {
        "text": page.text,
        "title": page.title,
        "authors": list(page.authors),
        "date": page.published.day if page.published else None,
        "published": page.published.value if page.published else None,
        "updated": page.updated.value if page.updated else None,
        "publisher": page.publisher,
        "language": page.language,
        "canonical": page.canonical,
        "summary": page.summary,
        "problem": page.problem,
    }
