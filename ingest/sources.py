"""The list of feeds to keep up with: TOML (ours), OPML in and out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from ingest.addresses import FetchError, split_url
from ingest.doctype import without_doctype
from ingest.text import inert
from rag.errors import InputError

DEFAULT = Path(__file__).with_name("sources.toml")
TOPICS = ("ai",)
_KEYS = frozenset({"name", "url", "category", "topic", "follow", "enabled"})


@dataclass(frozen=True, slots=True)
class Source:
    """A feed or sitemap to keep up with.

    :ivar topic: ``ai`` keeps only AI-industry stories of a general feed; None keeps all
    :ivar follow: whether entries are followed to their pages; else the feed's own text
    """

    name: str
    url: str
    category: str = ""
    topic: str | None = None
    follow: bool = True


def load(path: Path | None = None) -> list[Source]:
    """The sources of a TOML or OPML file; the bundled list by default.

    :raises InputError: where the file is missing or broken, naming the entry
    """
    path = path or DEFAULT
    try:
        body = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "can't be read"
        raise InputError(f"{path}: {reason.lower()}; give a sources.toml or OPML file") from None
    if path.suffix.lower() in {".opml", ".xml"} or body.lstrip()[:1] == b"<":
        return from_opml(body, str(path))
    return from_toml(body, str(path))


def from_toml(body: bytes, name: str = "sources.toml") -> list[Source]:
    """Sources from TOML: ``[[source]]`` tables with name, url, category, topic, follow, enabled.

    :raises InputError: naming the entry that is wrong
    """
    try:
        data = tomllib.loads(body.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: not valid TOML ({error}); correct that line") from None
    tables = data.get("source")
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise InputError(f"{name}: has no [[source]] tables; see the bundled sources.toml")
    found = [
        _source(table, f"{name}: source {i}")
        for i, table in enumerate(tables, 1)
        if table.get("enabled", True)
    ]
    return _distinct(found)


def _source(table: dict[str, Any], where: str) -> Source:
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise InputError(f"{where} has the unknown key {unknown[0]!r}; known: {sorted(_KEYS)}")
    url = table.get("url")
    if not isinstance(url, str) or not url.strip():
        raise InputError(f"{where} has no url; add one")
    topic = table.get("topic")
    if topic is not None and topic not in TOPICS:
        raise InputError(f"{where} has the unknown topic {topic!r}; known: {', '.join(TOPICS)}")
    _check(url.strip(), where)
    return Source(
        name=inert(str(table.get("name") or url)),
        url=url.strip(),
        category=inert(str(table.get("category") or "")),
        topic=topic,
        follow=bool(table.get("follow", True)),
    )


def _check(url: str, where: str) -> None:
    """Refuse what can never be fetched; hosts and ports are judged when fetching."""
    try:
        split_url(url, ports=frozenset(range(1, 65536)))
    except FetchError as error:
        raise InputError(f"{where}: {error}") from None


def _distinct(sources: Iterable[Source]) -> list[Source]:
    return list({source.url: source for source in sources}.values())


def from_opml(body: bytes, name: str = "OPML") -> list[Source]:
    """Sources from an OPML file of any feed reader; folders become categories.

    :raises InputError: where it is no OPML or names no feed
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(without_doctype(body), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise InputError(f"{name}: not an OPML file; export one from a feed reader")
    found = []
    for node in root.iter("outline"):
        url = (node.get("xmlUrl") or node.get("xmlurl") or "").strip()
        if not url:
            continue
        try:
            _check(url, name)
        except InputError:
            continue
        parent = node.getparent()
        folder = "" if parent is None else parent.get("title") or parent.get("text") or ""
        found.append(
            Source(
                name=inert(node.get("title") or node.get("text") or url),
                url=url,
                category=inert(node.get("category") or folder),
                topic="ai" if node.get("citewireTopic") == "ai" else None,
                follow=node.get("citewireFollow") != "false",
            )
        )
    if not found:
        raise InputError(f"{name}: names no feed (outline elements with xmlUrl)")
    return _distinct(found)


def to_opml(sources: Iterable[Source]) -> str:
    """The sources as OPML 2.0, a folder for each category; :func:`from_opml` reads it back."""
    folders: dict[str, list[Source]] = {}
    for source in sources:
        folders.setdefault(source.category, []).append(source)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head><title>citewire sources</title></head>",
        "  <body>",
    ]
    for category, members in folders.items():
        pad = "    "
        if category:
            lines.append(f"    <outline text={quoteattr(category)} title={quoteattr(category)}>")
            pad = "      "
        for source in members:
            more = f" citewireTopic={quoteattr(source.topic)}" if source.topic else ""
            more += "" if source.follow else ' citewireFollow="false"'
            lines.append(
                f'{pad}<outline type="rss" text={quoteattr(source.name)} '
                f"title={quoteattr(source.name)} xmlUrl={quoteattr(source.url)}{more}/>"
            )
        if category:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def export(sources: Iterable[Source], path: Path) -> None:
    """Write the sources to a new OPML file; one that exists is never written over.

    :raises InputError: where the file exists or can't be written
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_opml(sources))
    except FileExistsError:
        raise InputError(f"{path}: exists already; name a new file to export to") from None
    except OSError as error:
        reason = (error.strerror or "can't be written").lower()
        raise InputError(f"{path}: {reason}; name a file in a folder of yours") from None
