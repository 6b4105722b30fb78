"""Article pages: text, title, people, dates and publisher out of HTML."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest.decode import decode, is_binary
from ingest.found import Found
from ingest.prose import without_notices
from ingest.text import clean, strip_tags
from rag.types import Origin

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_CHARS = 5_000_000  # text kept of one page


def read(html: str, url: str | None = None, now: datetime | None = None) -> Found:
    """The article of a page; nothing is fetched, and no page makes it raise.

    :param url: where the page was fetched; names of the site are told by its host
    :param now: dates after it become unknown
    """
    from ingest import htmltree, metadata, pagedates, problems, title

    tree = htmltree.parse(html)
    if tree is None:
        return Found("", problem="empty page; check the address")
    meta = metadata.read(tree, url, now)
    name = title.find(tree, meta, url)
    large = htmltree.is_large(tree)
    guessed = None if meta.published or large else pagedates.guess(tree, url)
    htmltree.mark_hidden(tree)
    htmltree.strip_hidden(tree)
    published = meta.published or pagedates.find(tree, html, name, guessed, url, now)
    text = _text(tree, name, large=large)
    return Found(
        text=text[:MAX_CHARS],
        title=name,
        authors=meta.authors,
        publisher=meta.publisher,
        published=published,
        updated=meta.updated,
        language=meta.language,
        summary=meta.summary,
        url=meta.canonical,
        problem=problems.find(text, name, tree, free=meta.free),
    )


def extract(html: bytes | str, url: str | None = None) -> dict[str, Any]:
    """The article of a page as a dictionary, for scripts; ``date`` is the local day."""
    if isinstance(html, bytes):
        html = "" if is_binary(html) else decode(html)
    page = read(html, url)
    return {
        "text": page.text,
        "title": page.title,
        "authors": list(page.authors),
        "date": page.published.day if page.published else None,
        "published": page.published.value if page.published else None,
        "published_from": (page.published.origin if page.published else Origin.UNKNOWN).value,
        "updated": page.updated.value if page.updated else None,
        "publisher": page.publisher,
        "language": page.language,
        "canonical": page.url,
        "summary": page.summary,
        "problem": page.problem,
    }


def _text(tree: HtmlElement, title: str, *, large: bool) -> str:
    """Light Markdown of the article in ``tree``; empty where nothing reads like one."""
    import trafilatura

    from ingest.serialise import serialise

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = None
    try:
        found = (
            None
            if large
            else trafilatura.bare_extraction(tree, include_comments=False, deduplicate=False)
        )
    except Exception:  # a library's bug on a hostile page: the fall-back reads it
        found = None
    body = getattr(found, "body", None)
    text = serialise(body) if body is not None else ""
    if len(text) < 50:
        fallback = _paragraphs(tree)
        text = fallback if len(fallback) > len(text) else text
    first, _, rest = text.partition("\n")
    if rest and re.sub(r"\W", "", first).lower() == re.sub(r"\W", "", title).lower():
        text = rest.strip()  # the title is a field of its own
    return text if large else clean(without_notices(text))


def _paragraphs(tree: HtmlElement) -> str:
    """All paragraphs of the page, or all its text: for pages that fit no pattern."""
    from ingest.htmltree import text_of

    parts = [text_of(element) for element in tree.iter("p", "blockquote", "pre", "li")]
    text = "\n\n".join(part for part in dict.fromkeys(parts) if len(part) > 20)
    body = tree.find("body")
    if len(text) < 50 and body is not None:
        text = "\n\n".join(line.strip() for line in body.itertext() if line.strip())
    return clean(strip_tags(text))
