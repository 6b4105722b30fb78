"""Title, people, publisher, dates and language of a page, from what it says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from ingest import byline, dates, pagedates
from ingest.dates import Dated
from ingest.htmltree import text_of
from ingest.text import canonical_url, host_name, inert
from rag.types import Origin

_ARTICLE = re.compile(r"Article|Posting|Report|Review|Recipe|Webpage|CreativeWork", re.I)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date",
    "dc.date", "dcterms.issued", "publishdate", "publish-date", "publish_date", "pubdate",
    "publication_date", "date", "article.published", "citation_publication_date",
    "cxenseparse:recs:publishtime",
    "article_date_original", "originalpublicationdate", "last-published", "dc.date.created",
    "article.created", "published_time_telegram", "rnews:datepublished", "datecreated",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
    "dcterms.modified", "dc.date.modified", "article.updated", "modified",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "byl", "citation_author", "article:author_name",
    "twitter:data1", "cxenseparse:author",
)  # fmt: skip
_SITE = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher",
         "copyright", "twitter:app:name:iphone")  # fmt: skip
_SUMMARY = ("og:description", "description", "twitter:description", "dc.description")
_DATE_PATHS = (
    ".//*[@itemprop='datePublished']",
    ".//time[@pubdate]",
    ".//abbr[contains(@class,'published')]",
    ".//time[contains(@class,'publish') or contains(@class,'entry-date') or "
    "contains(@class,'post-date')]",
    ".//article//time[@datetime]",
    ".//main//time[@datetime]",
    ".//header//time[@datetime]",
)
_MAX_LD = 2_000_000


@dataclass(slots=True)
class Meta:
    """What the page's head, JSON-LD and labelled elements say."""

    named: dict[str, list[str]] = field(default_factory=dict)  # meta elements by lower-case name
    nodes: list[dict[str, Any]] = field(default_factory=list)  # objects of the JSON-LD
    published: Dated | None = None
    updated: Dated | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    language: str | None = None
    canonical: str | None = None
    summary: str | None = None
    free: bool = True  # False where the JSON-LD says that reading costs

    def first(self, *names: str) -> str:
        """The first non-empty value of the meta elements named."""
        return next((v for name in names for v in self.named.get(name, ()) if v), "")

    def articles(self) -> list[dict[str, Any]]:
        """The JSON-LD objects that describe an article."""
        return [node for node in self.nodes if _ARTICLE.search(_types(node))]


def read(tree: HtmlElement, url: str | None, now: datetime | None) -> Meta:
    """The metadata of a page, dates after ``now`` left out."""
    meta = Meta(_named(tree), list(_json_ld(tree)))
    meta.publisher = _publisher(meta)
    meta.authors = _authors(meta, tree)
    meta.canonical = _canonical(meta, tree, url)
    meta.language = _language(meta, tree)
    meta.summary = inert(meta.first(*_SUMMARY)) or None
    meta.published = _published(meta, tree, url, now)
    meta.updated = _date_of(meta, "dateModified", now) or _meta_date(meta, _UPDATED, now)
    meta.free = not any(
        str(node.get("isAccessibleForFree")).lower() == "false" for node in meta.articles()
    )
    return meta


def _named(tree: HtmlElement) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
            or ""
        )
        content = element.get("content")
        if name and content and content.strip():
            named.setdefault(name.strip().lower(), []).append(content.strip())
    return named


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, also where it is slightly broken."""
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", "").lower():
            continue
        text = "".join(script.itertext())[:_MAX_LD].strip().strip(";")
        text = re.sub(
            r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text
        )
        for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
            try:
                data = json.loads(attempt, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _objects(data)
            break


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Objects in document order; of articles listed inside others only the outermost."""
    stack, seen = [data], 0
    while stack and seen < 5000:
        item = stack.pop()
        seen += 1
        if isinstance(item, list):
            stack.extend(reversed(item[:500]))
        elif isinstance(item, dict):
            yield item
            for key in ("mainEntity", "mainEntityOfPage", "@graph", "hasPart", "itemListElement"):
                if key in ("hasPart", "itemListElement"):
                    continue  # other articles, or sections
                if isinstance(item.get(key), dict | list):
                    stack.append(item[key])


def _types(node: dict[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _name_of(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
        value = value[0] if isinstance(value, list) and value else value
    return inert(value) if isinstance(value, str) else ""


def _publisher(meta: Meta) -> str | None:
    name = inert(meta.first("og:site_name"))
    if name and not name.startswith(("http", "@", "www.")) and len(name) <= 60:
        return name
    for node in meta.articles():
        name = _name_of(node.get("publisher"))
        if name and len(name) <= 60 and "://" not in name:
            return name
    for node in meta.nodes:
        if re.search(r"Organi[sz]ation|WebSite", _types(node)):
            name = _name_of(node)
            if name and len(name) <= 60:
                return name
    name = inert(meta.first(*_SITE))
    return name if name and len(name) <= 40 and "©" not in name else None


def _authors(meta: Meta, tree: HtmlElement) -> tuple[str, ...]:
    found: list[str] = []
    for node in meta.articles():
        value = node.get("author") or node.get("creator")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "Organization" in _types(one):
                continue
            found.extend(byline.clean_author(_name_of(one), meta.publisher))
        if found:
            return tuple(dict.fromkeys(found))
    for name in _AUTHOR:
        if name == "twitter:data1" and "by" not in meta.first("twitter:label1").lower():
            continue
        for value in meta.named.get(name, ()):
            found.extend(byline.clean_author(value, meta.publisher))
        if found:
            return tuple(dict.fromkeys(found))
    return _labelled(tree, meta.publisher)


def _labelled(tree: HtmlElement, publisher: str | None) -> tuple[str, ...]:
    """Authors in elements marked as such, outside of comments and teasers."""
    paths = (
        ".//*[@itemprop='author']", ".//a[@rel='author']", ".//*[@rel='author']",
        ".//*[contains(@class,'author-name') or contains(@class,'author__name') or "
        "contains(@class,'byline-name') or contains(@class,'authorname')]",
        ".//*[contains(@class,'byline') or contains(@class,'Byline')]",
        ".//*[@class='author' or @class='autor' or @class='post-author' or @class='entry-author' "
        "or contains(@class,'author vcard')]",
    )  # fmt: skip
    for path in paths:
        for element in tree.xpath(path)[:3]:
            names = byline.clean_author(text_of(element, 200), publisher)
            if names and len(names) <= 6 and all(" " in name for name in names):
                return names
    return _by_trafilatura(tree, publisher)


def _by_trafilatura(tree: HtmlElement, publisher: str | None) -> tuple[str, ...]:
    from trafilatura.metadata import extract_author

    try:
        found = extract_author(tree) or ""
    except Exception:  # a library's bug on a hostile page is no author
        return ()
    return byline.clean_author(found, publisher) if len(found) <= 120 else ()


def _canonical(meta: Meta, tree: HtmlElement, url: str | None) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"]
    for address in (*links, meta.first("og:url")):
        if not address:
            continue
        try:
            full = urljoin(url or "", address.strip())
        except ValueError:
            continue
        if full.startswith(("http://", "https://")) and host_name(full):
            return canonical_url(full)
    return None


def _language(meta: Meta, tree: HtmlElement) -> str | None:
    root = tree.get("lang") or tree.get("xml:lang") or ""
    for value in (root, meta.first("content-language", "og:locale", "language", "dc.language")):
        code = re.match(r"\s*([A-Za-z]{2,3})(?:[-_].*)?$", value)
        if code:
            return code[1].lower()
    return None


def _date_of(meta: Meta, name: str, now: datetime | None) -> Dated | None:
    for node in meta.articles() or meta.nodes:
        found = dates.read(node.get(name), Origin.META, now)
        if found:
            return found
    return None


def _meta_date(meta: Meta, names: tuple[str, ...], now: datetime | None) -> Dated | None:
    for name in names:
        for value in meta.named.get(name, ()):
            found = dates.read(value, Origin.META, now)
            if found:
                return found
    return None


def _published(
    meta: Meta, tree: HtmlElement, url: str | None, now: datetime | None
) -> Dated | None:
    declared = [
        found
        for found in (
            _meta_date(meta, _PUBLISHED, now),
            _date_of(meta, "datePublished", now),
            _marked(tree, now),
        )
        if found
    ]
    if not declared:
        created = _date_of(meta, "dateCreated", now) or _date_of(meta, "uploadDate", now)
        declared = [created] if created else []
    shown = [
        found.day
        for element in list(tree.iter("time"))[:3]
        if (found := dates.read(element.get("datetime") or text_of(element, 60), Origin.META, now))
    ]
    return pagedates.choose(declared, shown, url)


def _marked(tree: HtmlElement, now: datetime | None) -> Dated | None:
    """The date of the element that is marked as the article's."""
    for path in _DATE_PATHS:
        for element in tree.xpath(path)[:3]:
            value = (
                element.get("content")
                or element.get("datetime")
                or element.get("title")
                or text_of(element, 60)
            )
            found = dates.read(value, Origin.META, now)
            if found:
                return found
    return None
