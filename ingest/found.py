"""What reading a document of any kind gives, before it becomes an article."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.dates import Dated


@dataclass(frozen=True, slots=True)
class Found:
    """What a page or text holds; ``text`` is light Markdown, empty where there is no article.

    :ivar url: the address that the document gives for itself
    :ivar problem: why there is no article, in words for people, where that is known
    """

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Dated | None = None
    updated: Dated | None = None
    language: str | None = None
    summary: str | None = None
    url: str | None = None
    problem: str | None = None
