"""Which of a page's names for an article is its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from ingest.htmltree import text_of
from ingest.metadata import Meta
from ingest.text import host_name, inert

_SPLIT = re.compile(r"\s+[|»«·•›–—:/-]{1,2}\s+|\s*[|»«›]\s*|\s+::\s+")
_KICKER = re.compile(
    r"kicker|topline|overline|eyebrow|rubric|dachzeile|roofline|section|category|label|pretitle|"
    r"subtitle|subhead|sub-?title|meta|date|badge|hidden|sr-only|screen-reader|visually",
    re.I,
)
_FURNITURE = re.compile(
    r"^(?:menu|navigation|search|suche|comments?|kommentare?|related|share|newsletter|"
    r"post navigation|beitrags-?navigation|home|blog|news|cookies?|about|404|error)\b.{0,20}$",
    re.I,
)
_MAX = 300


def find(tree: HtmlElement, meta: Meta, url: str | None) -> str:
    """The article's title: its heading where the page's own metadata agrees with it, else the
    metadata without the site's name. Empty where there is none.
    """
    declared = [
        inert(value)[:_MAX]
        for value in (
            *(str(node.get("headline") or "") for node in meta.articles()),
            meta.first("og:title"),
            meta.first("twitter:title"),
            meta.first("dc.title", "dcterms.title", "parsely-title", "sailthru.title"),
        )
        if value and value.strip()
    ]
    element = tree.find(".//head//title")
    if element is None:
        element = tree.find(".//title")
    page = inert(text_of(element, _MAX))
    sites = _sites(meta, url)
    known = [name for name in (*declared, page) if name]
    best, chosen = 0.0, ""
    for rank, heading in _headings(tree):
        for text in heading:
            points = _agreement(text, known, declared, sites)
            if points > 0 and points + rank > best:
                best, chosen = points + rank, text
    if best >= 1.9:  # a first-level heading of four words does without agreement
        return chosen
    for name in known:
        bare = _without_site(name, sites, has_declared=bool(declared))
        if bare and _fold(bare) not in sites:
            return bare
    return chosen


def _headings(tree: HtmlElement) -> list[tuple[float, list[str]]]:
    """Headings, each with what is left without its kicker, and how high it stands."""
    out = []
    for tag, rank, most in (("h1", 1.0, 8), ("h2", 0.3, 12), ("h3", 0.1, 6)):
        seen = 0
        for element in tree.iter(tag):
            text = inert(text_of(element, _MAX))
            if not text or _FURNITURE.match(text):
                continue
            seen += 1
            if seen > most:
                break
            names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
            bonus = 0.3 * bool(re.search(r"headline|title|heading", names)) - 0.02 * seen
            bonus -= 0.5 * bool(re.search(r"site-?title|site-?name|logo|brand", names))
            out.append((rank + bonus, _variants(element, text)))
    return out


def _variants(element: HtmlElement, text: str) -> list[str]:
    children = [child for child in element.iter() if child is not element and child.tag != "br"]
    out = []
    kickers = [c for c in children if isinstance(c.tag, str) and _KICKER.search(c.get("class", ""))]
    if kickers:
        rest = text
        for kicker in kickers[:4]:
            words = inert(text_of(kicker, _MAX))
            if words and len(words) < len(rest) and words in rest:
                rest = rest.replace(words, "", 1).strip(" :|-–—")
        if len(rest.split()) >= 2:
            out.append(rest)
    out.append(text)
    out.extend(
        words
        for child in children[:8]
        if isinstance(child.tag, str)
        and len((words := inert(text_of(child, _MAX))).split()) >= 2
        and words != text
    )
    return out


def _agreement(
    text: str, known: Sequence[str], declared: Sequence[str], sites: frozenset[str]
) -> float:
    """0 to 4: how well a heading agrees with what the page declares as its title."""
    folded = _fold(text)
    if len(folded) < 3 or folded in sites:
        return 0.0
    if any(folded == _fold(name) for name in declared):
        return 4.0
    best = 0.0
    for name in known:
        whole = _fold(name)
        if folded == whole:
            best = max(best, 3.5)
        elif folded in {_fold(piece) for piece in _SPLIT.split(name)}:
            best = max(best, 3.2 if whole.startswith(folded) else 2.6)
        elif whole.startswith(folded) and len(folded) >= 0.3 * len(whole):
            best = max(best, 2.5)
        elif folded in whole and len(folded) >= 0.4 * len(whole):
            best = max(best, 2.0)
        elif whole in folded and len(whole) >= 0.6 * len(folded):
            best = max(best, 1.4)
    if not best:
        words = set(text.lower().split())
        shared = max((len(words & set(n.lower().split())) for n in known), default=0)
        best = 1.2 if shared >= 0.6 * len(words) and len(words) > 2 else 0.0
        best = best or (1.0 if len(words) >= 4 else 0.2)
    return best


def _sites(meta: Meta, url: str | None) -> frozenset[str]:
    """Folded names of the site: as declared, and the host's labels."""
    names = {_fold(meta.publisher or ""), _fold(inert(meta.first("og:site_name")))}
    for address in (url, meta.canonical):
        host = host_name(address or "") or ""
        if host:
            names.add(_fold(host))
            names |= {_fold(label) for label in host.split(".")[:-1] if len(label) > 2}
    return frozenset(name for name in names if name)


def _without_site(name: str, sites: frozenset[str], *, has_declared: bool) -> str:
    """``name`` without the site's name before or after a separator."""
    marks = [match.span() for match in _SPLIT.finditer(name)]
    for start, end in reversed(marks):
        tail = name[end:]
        if _is_site(tail, sites):
            name = name[:start]
    for start, end in marks[:1]:
        if start and end < len(name) and _is_site(name[:start], sites):
            name = name[end:]
    marks = [match.span() for match in _SPLIT.finditer(name)]
    if marks and not has_declared:
        start, end = marks[-1]
        head, tail = name[:start], name[end:]
        if len(tail.split()) <= 4 < len(head.split()) or (
            "|" in name[start:end] and len(head) > 12
        ):
            name = head
    return name.strip(" |»«·•›–—-")


def _is_site(text: str, sites: frozenset[str]) -> bool:
    folded = _fold(text)
    if not folded:
        return True
    if re.fullmatch(
        r"(?:www\.)?[\w-]+\.(?:com|de|org|net|co\.uk|at|ch|fr|eu|info|io)", text.strip(), re.I
    ):
        return True
    return any(
        folded == site
        or (len(site) >= 4 and site in folded and len(folded) <= 3 * len(site) + 12)
        or (len(folded) >= 4 and folded in site)
        for site in sites
    )


def _fold(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
