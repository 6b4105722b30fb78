"""Feeds and sitemaps: bytes in, plain entries out; nothing in them is executed or fetched.

RSS, Atom and RDF go through feedparser, always as bytes (it would open a path or an
address); JSON Feed and sitemaps are read here. Document type declarations are cut off
before any XML parser sees them, so no entity can be declared. All text of an entry is
plain: no tags, entities or invisible characters are left.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.bodies import sniff
from ingest.doctype import without_doctype
from ingest.tags import few_attributes
from ingest.text import clean, inert, strip_tags

MOST_ENTRIES = 5000  # per feed; the newest come first in nearly all of them
_LONGEST_TITLE = 500
_LONGEST_TEXT = 500_000  # characters of one entry's content
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/xml", re.I)
_BLOCK = re.compile(
    r"address|article|aside|blockquote|br|dd|div|dl|dt|figure|footer|header|hr|main|ol|p|pre|"
    r"section|table|td|th|tr|ul"
)
_DROPPED = re.compile(
    r"script|style|template|noscript|iframe|object|embed|svg|form|button|select|textarea|head|"
    r"figcaption|video|audio|canvas"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed or sitemap; all text is plain and inert.

    :ivar link: http(s) address, or "" where there is none
    :ivar published: ISO date or date-time (UTC), or None; never guessed
    :ivar summary: one line
    :ivar content: light Markdown of the full content, if the feed carries it, else ""
    """

    title: str = ""
    link: str = ""
    published: str | None = None
    updated: str | None = None
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or sitemap as read.

    :ivar children: addresses of further sitemaps, newest first, for a sitemap index
    :ivar sitemap: whether it lists a whole site rather than what is new
    :ivar error: why it is broken or no feed at all, in a few words, or None; a broken feed
        may still have entries
    """

    title: str = ""
    link: str = ""
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    sitemap: bool = False
    error: str | None = None


def parse(body: bytes, url: str = "", content_type: str | None = None) -> Feed:
    """Read a feed or sitemap; never raises, whatever the bytes are.

    :param url: where it came from, for relative links
    :param content_type: the server's header, for its charset
    """
    kind = sniff(body, content_type or "")
    try:
        if kind == "application/json" or body.lstrip()[:1] == b"{":
            return _json_feed(body, url)
        if kind == "application/sitemap+xml":
            return _sitemap(body, url)
        return _xml_feed(body, url, content_type)
    except RecursionError:
        return Feed(error="is nested too deeply")
    except Exception as error:  # parsers fail in many ways on hostile bytes; a feed is isolated
        return Feed(error=f"can't be read ({type(error).__name__})")


def is_feed(body: bytes, content_type: str = "") -> bool:
    """Whether a body is a feed or sitemap rather than a page."""
    kind = sniff(body, content_type)
    if kind == "application/json":
        return b"jsonfeed.org/version" in body[:2000]
    return kind in {"application/rss+xml", "application/sitemap+xml"}


def discover(page: bytes, url: str) -> list[str]:
    """The feeds that an HTML page names (``link rel=alternate``), in its order."""
    from lxml import html as lxml_html

    try:
        tree = lxml_html.document_fromstring(page[:1_000_000])
    except Exception:  # lxml raises many kinds on junk
        return []
    found = []
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        if "alternate" in rel and _FEED_TYPES.match((link.get("type") or "").strip()):
            address = _address(link.get("href") or "", url)
            if address:
                found.append(address)
    return list(dict.fromkeys(found))


def _xml_feed(body: bytes, url: str, content_type: str | None) -> Feed:
    import feedparser

    headers = {"content-type": content_type or "application/xml"}
    if url:
        headers["content-location"] = url
    body = few_attributes(without_doctype(_narrow(body)).decode("latin-1")).encode("latin-1")
    result = feedparser.parse(io.BytesIO(body), response_headers=headers)
    entries = tuple(_entry(e, url) for e in result.entries[:MOST_ENTRIES])
    error = None
    if result.get("bozo") and not entries:
        error = "is not well-formed, and nothing could be read of it"
    elif not entries and not result.get("version"):
        error = "is not a feed"
    feed = result.feed
    return Feed(
        title=inert(str(feed.get("title") or "")),
        link=_address(str(feed.get("link") or ""), url),
        language=_language(feed.get("language")),
        entries=entries,
        error=error,
    )


def _narrow(body: bytes) -> bytes:
    """UTF-16 without a declaration as UTF-8, as feedparser trusts the header over the bytes."""
    for mark, codec in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if body.startswith(mark):
            text = body.decode(codec, "replace")
            return (
                body
                if "encoding=" in text[:200]
                else b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
            )
    return body


def _entry(raw: Any, url: str) -> Entry:
    """A feedparser entry as plain text."""
    summary = str(raw.get("summary") or "")
    contents = [str(c.get("value") or "") for c in raw.get("content") or ()]
    content = max(contents, key=len, default="")
    if len(summary) > len(content):
        content = summary  # many RSS feeds put the whole article into the description
    text = blocks(content)
    brief = inert(summary)
    return Entry(
        title=inert(str(raw.get("title") or "")[:5000])[:_LONGEST_TITLE],
        link=_link(raw, url),
        published=_date(raw, "published"),
        updated=_date(raw, "updated"),
        summary=brief[:1000],
        content=text if len(text) > len(brief) * 1.2 or len(text) > 600 else "",
        authors=_authors(raw),
        id=inert(str(raw.get("id") or ""))[:500],
    )


def _link(raw: Any, url: str) -> str:
    link = _address(str(raw.get("link") or ""), url)
    if link:
        return link
    guid = str(raw.get("id") or "")
    return _address(guid, url) if guid.startswith(("http://", "https://")) else ""


def _address(link: str, base: str) -> str:
    """An absolute http(s) address, or ""."""
    link = "".join(c for c in html.unescape(link).strip() if c > " " and c.isprintable())
    try:
        link = urljoin(base, link) if link else ""
        parts = urlsplit(link)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return ""
    except ValueError:
        return ""
    if len(link) > 2048 or any(c in link for c in "<>\"'\\"):
        link = link.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
        link = link.replace("'", "%27").replace("\\", "%5C")[:2048]
    return link


def _date(raw: Any, name: str) -> str | None:
    # dict.get, as feedparser answers "updated" with "published" where there is none
    parsed = dict.get(raw, f"{name}_parsed")
    text = str(dict.get(raw, name) or "")
    if parsed is None:
        return _iso(text)
    try:
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError):
        return None
    if moment.year < 1970:
        return None  # 0001-01-01 and the like stand for "unknown"
    return _stamp(moment, exact=":" in text or "T" in text)


def _iso(text: str) -> str | None:
    """A date in a form that feedparser doesn't know, or None."""
    text = text.strip()
    if not 6 <= len(text) <= 60 or not any(c.isdigit() for c in text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.year < 1970:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _stamp(moment.astimezone(UTC), exact=len(text) > 10)


def _stamp(moment: datetime, *, exact: bool) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if exact else moment.strftime("%Y-%m-%d")


def _authors(raw: Any) -> tuple[str, ...]:
    names = [str(a.get("name") or "") for a in raw.get("authors") or () if isinstance(a, Mapping)]
    names = names or [str(raw.get("author") or "")]
    return _names(names)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    found = (inert(n) for n in names)
    return tuple(dict.fromkeys(n for n in found if n and len(n) <= 100 and "@" not in n))


def _language(value: Any) -> str | None:
    code = str(value or "").strip().lower().replace("_", "-")
    return code if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", code) else None


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        data = json.loads(body.decode("utf-8-sig", "replace"))
    except ValueError:
        return Feed(error="is not valid JSON")
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        return Feed(error="is not a JSON feed")
    rows = [i for i in items[:MOST_ENTRIES] if isinstance(i, dict)]
    return Feed(
        title=inert(str(data.get("title") or "")),
        link=_address(str(data.get("home_page_url") or ""), url),
        language=_language(data.get("language")),
        entries=tuple(_json_entry(i, url) for i in rows),
    )


def _json_entry(item: Mapping[str, Any], url: str) -> Entry:
    people = item.get("authors") or [item.get("author")]
    people = people if isinstance(people, list) else [people]
    content = str(item.get("content_html") or "")
    plain = clean(strip_tags(str(item.get("content_text") or "")))
    summary = inert(str(item.get("summary") or ""))
    return Entry(
        title=inert(str(item.get("title") or "")[:5000])[:_LONGEST_TITLE],
        link=_address(str(item.get("url") or item.get("external_url") or ""), url),
        published=_iso(str(item.get("date_published") or "")),
        updated=_iso(str(item.get("date_modified") or "")),
        summary=summary[:1000],
        content=(blocks(content) if content else plain)[:_LONGEST_TEXT],
        authors=_names(str(p.get("name") or "") for p in people if isinstance(p, dict)),
        id=inert(str(item.get("id") or ""))[:500],
    )


def _sitemap(body: bytes, url: str) -> Feed:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    root = etree.fromstring(without_doctype(body), parser)
    if root is None:
        return Feed(error="is malformed")
    found: list[Entry] = []
    children: list[Entry] = []
    for node in root.iterchildren():
        name = _local(node)
        if name in {"url", "sitemap"}:
            entry = _sitemap_entry(node, url)
            if entry.link:
                (found if name == "url" else children).append(entry)
    found.sort(key=lambda e: e.published or e.updated or "", reverse=True)
    # news sitemaps first, then the newest
    children.sort(key=lambda e: ("news" in e.link.lower(), e.updated or ""), reverse=True)
    return Feed(
        link=_address(url, url),
        entries=tuple(found[:MOST_ENTRIES]),
        children=tuple(c.link for c in children),
        sitemap=True,
    )


def _sitemap_entry(node: Any, url: str) -> Entry:
    fields: dict[str, str] = {}
    for child in node.iter():
        name = _local(child)
        if name and child.text and name not in fields:
            fields[name] = child.text.strip()
    return Entry(
        title=inert(fields.get("title", "")) if "publication_date" in fields else "",
        link=_address(fields.get("loc", ""), url),
        published=_iso(fields.get("publication_date", "")),
        updated=_iso(fields.get("lastmod", "")),
    )


def _local(node: Any) -> str:
    tag = node.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def blocks(markup: str) -> str:
    """HTML of a feed as light Markdown: paragraphs, ``#`` headings, ``- `` items; no markup.

    Markup that is escaped twice is taken apart as well, and what still looks like an
    element afterwards is dropped.
    """
    markup = markup[: 2 * _LONGEST_TEXT]
    if "<" not in markup and "&lt;" in markup:
        markup = html.unescape(markup)
    if "<" not in markup:
        return _settle(html.unescape(markup))
    from lxml import etree
    from lxml import html as lxml_html

    try:
        tree = lxml_html.fragment_fromstring(
            markup.replace("\x00", ""), create_parent="div", parser=lxml_html.HTMLParser()
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return _settle(strip_tags(markup, "\n\n"))
    parts: list[str] = []
    walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event in {"comment", "pi"}:
            parts.append(node.tail or "")
        elif event == "start" and _DROPPED.fullmatch(str(node.tag)):
            walker.skip_subtree()
        else:
            _walk(event, str(node.tag), node, parts)
    return _settle("".join(parts))


def _walk(event: str, name: str, node: Any, parts: list[str]) -> None:
    heading = re.fullmatch(r"h[1-6]", name)
    if event == "start":
        if heading:
            parts.append("\n\n" + "#" * int(name[1]) + " ")
        elif name == "li":
            parts.append("\n- ")
        elif _BLOCK.fullmatch(name):
            parts.append("\n\n")
        parts.append(" ".join((node.text or "").split("\n")))
        return
    if heading or _BLOCK.fullmatch(name):
        parts.append("\n\n")
    parts.append(" ".join((node.tail or "").split("\n")))


def _settle(text: str) -> str:
    for _ in range(3):
        plain = strip_tags(html.unescape(text))
        if plain == text:
            break
        text = plain
    return clean(text)[:_LONGEST_TEXT]
