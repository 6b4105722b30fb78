"""Article pages: text, title, people, dates and publisher out of HTML."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest import dates
from ingest.dates import Dated
from ingest.decode import decode
from ingest.text import clean, inert, strip_tags
from rag.types import Origin

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

MAX_CHARS = 5_000_000  # text kept of one page


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
    """The article of a page; nothing is fetched, and no page makes it raise.

    :param url: where the page was fetched; names of the site are told by its host
    :param now: dates after it become unknown
    """
    from ingest import htmltree, metadata, problems, title

    tree = htmltree.parse(html)
    if tree is None:
        return Page("", problem="empty page; check the address")
    meta = metadata.read(tree, url, now)
    name = title.find(tree, meta, url)
    published = meta.published or _searched(tree, url, now)
    htmltree.mark_hidden(tree)
    htmltree.strip_hidden(tree)
    text = _text(tree, name)
    return Page(
        text=text[:MAX_CHARS],
        title=name,
        authors=meta.authors,
        publisher=meta.publisher,
        published=published,
        updated=meta.updated,
        language=meta.language,
        summary=meta.summary,
        canonical=meta.canonical,
        problem=problems.find(text, name, tree, free=meta.free),
    )


def extract(html: bytes | str, url: str | None = None) -> dict[str, Any]:
    """The article of a page as a dictionary, for scripts; ``date`` is the local day."""
    page = read(decode(html) if isinstance(html, bytes) else html, url)
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
        "canonical": page.canonical,
        "summary": page.summary,
        "problem": page.problem,
    }


def _searched(tree: HtmlElement, url: str | None, now: datetime | None) -> Dated | None:
    """A date that htmldate finds in the page's elements, text or address."""
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    found = None
    for extensive in (False, True):
        try:
            found = find_date(tree, url=url, original_date=True, extensive_search=extensive)
        except Exception:  # noqa: BLE001, S112  # a library's bug on a hostile page is no date
            continue
        if found:
            break
    return dates.read(found, Origin.TEXT, now)


def _text(tree: HtmlElement, title: str) -> str:
    """Light Markdown of the article in ``tree``; empty where nothing reads like one."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(tree, include_comments=False, deduplicate=False)
    except Exception:  # noqa: BLE001  # a library's bug on a hostile page: the fall-back reads it
        found = None
    body = getattr(found, "body", None)
    text = _serialise(body) if body is not None else ""
    if len(text) < 50:
        fallback = _paragraphs(tree)
        text = fallback if len(fallback) > len(text) else text
    first, _, rest = text.partition("\n")
    if rest and re.sub(r"\W", "", first).lower() == re.sub(r"\W", "", title).lower():
        text = rest.strip()  # the title is a field of its own
    return text


def _paragraphs(tree: HtmlElement) -> str:
    """All paragraphs of the page, or all its text: for pages that fit no pattern."""
    from ingest.htmltree import text_of

    parts = [text_of(element) for element in tree.iter("p", "blockquote", "pre", "li")]
    text = "\n\n".join(part for part in dict.fromkeys(parts) if len(part) > 20)
    body = tree.find("body")
    if len(text) < 50 and body is not None:
        text = "\n\n".join(line.strip() for line in body.itertext() if line.strip())
    return clean(strip_tags(text))


def _serialise(body: _Element) -> str:
    """Light Markdown of trafilatura's tree."""
    out: list[str] = []
    _blocks(body, out)
    text = clean("\n\n".join(part for part in out if part.strip()))
    return re.sub(r"\n\n(?=- )(?<=\S\n\n)", "\n\n", strip_tags(text))


_BLOCKS = frozenset("p head list quote table code lb div item row cell fw ab".split())


def _blocks(element: _Element, out: list[str]) -> None:
    """Append the blocks below ``element``; text of its own makes paragraphs."""
    loose: list[str] = [element.text or ""]

    def flush() -> None:
        line = " ".join("".join(loose).split(" ")).strip()
        loose.clear()
        if line:
            out.append(line)

    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "head":
            flush()
            words = _inline(child).replace("\n", " ").strip()
            if words:
                out.append(f"{_level(child)} {words}")
        elif tag == "list":
            flush()
            items = [_item(item) for item in child if isinstance(item.tag, str)]
            out.append("\n".join(item for item in items if item))
        elif tag == "table":
            flush()
            out.append(_table(child))
        elif tag in ("p", "quote", "code", "div", "ab"):
            flush()
            if any(c.tag in ("p", "list", "head", "quote", "table") for c in child):
                _blocks(child, out)
            else:
                out.append(_inline(child).strip())
        elif tag == "lb":
            loose.append("\n")
        elif tag:
            loose.append(_inline(child))
        loose.append(child.tail or "")
    flush()


def _level(head: _Element) -> str:
    rend = head.get("rend") or "h2"
    return "#" * (int(rend[1]) if rend[1:2].isdigit() else 2)


def _item(item: _Element) -> str:
    words = " ".join(_inline(item).split())
    return f"- {words}" if words else ""


def _inline(element: _Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif isinstance(child.tag, str):
            block = child.tag in _BLOCKS
            parts.append((" " if block else "") + _inline(child) + (" " if block else ""))
        parts.append(child.tail or "")
    return "".join(parts)


def _table(table: _Element) -> str:
    """Rows as "column: value; …" where the first row holds heads, else cells with "; "."""
    lines, names = [], []
    for row in table.iter("row"):
        cells = [" ".join(_inline(cell).split()) for cell in row.iter("cell")]
        heads = [cell.get("role") == "head" for cell in row.iter("cell")]
        if cells and all(heads) and not names and len(cells) > 1:
            names = cells
            continue
        pairs = [
            f"{names[k].rstrip(':')}: {cell}"
            if k < len(names) and names[k] and names[k] != cell
            else cell
            for k, cell in enumerate(cells)
            if cell
        ]
        if pairs:
            lines.append("- " + "; ".join(pairs))
    return "\n".join(lines) if lines else "; ".join(names)
