"""HTML as a tree that is safe to work on: bounded depth, nothing that readers don't see."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.tags import few_attributes

MAX_CHARS = 4_000_000  # without scripts; of 990 real pages none has a quarter of that
_BULK = 1_000_000  # from here on scripts are cut out before anything else looks at the page
_NO_TEXT = re.compile(  # to the end where it is never closed: as browsers do, and linear
    r"<(script|style|svg|template)\b(?![^<>]{0,200}ld\+json)[^<>]*>.*?(?:</\1\s*>|\Z)"
    r"|<!--.*?(?:-->|\Z)",
    re.I | re.S,
)
MAX_DEPTH = 200  # libxml2 stops reading at 256; real pages reach about 60
_DEEP = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
# Trafilatura's time grows faster than the page: these take it some 5 s. Of 990 real pages the
# largest has 20,000 elements.
MAX_ELEMENTS = 40_000
MAX_TEXT = 1_000_000
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_KEPT_NAMES = (
    "html head body title meta link script style p h1 h2 h3 h4 h5 h6 li ul ol br article main time "
    "table tr td th"
)
_KEPT = frozenset(_KEPT_NAMES.split())
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:0?(?:\.0\d*)?(?:;|!|$)"
    r"|font-size:0(?:\.[0-3]\d*)?(?:px|pt|em|rem|%)?(?:;|!|$)|font-size:[01](?:\.\d+)?p[xt]"
    r"|font:0(?:px)?/|(?:left|top|right|text-indent|margin-left|margin-top):-(?:\d{3,}|\d\d+r?em)"
    r"|transform:(?:scale\(0\)|translate(?:[xy]|3d)?\((?:0,)?-\d{3,})"
    r"|clip:rect\((?:0|1px)|clip-path:(?:inset\((?:50|100)%|circle\(0)"
    r"|filter:opacity\(0(?:\.0+|%)?\)|content-visibility:hidden"
    r"|(?:color|-webkit-text-fill-color):(?:transparent|#[0-9a-f]{3}0(?:;|!|$)|#[0-9a-f]{6}00"
    r"|(?:rgb|hsl)a?\([\d.]+%?,[\d.]+%?,[\d.]+%?,0(?:\.0+|%)?\)))"
)
_TINY = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|!|$)")
_COLOUR = re.compile(r"(?:^|;)(color|background(?:-color)?):(#?[\w().,%]+?)(?:!important)?(?=;|$)")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_ESCAPED = re.compile(r"\\([0-9a-f]{1,6})\s?", re.I)
_RULE = re.compile(r"([^{}@]{1,300})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?([.#])([\w-]+)", re.I)
_NAMES = {
    "white": "#fff", "black": "#000", "#ffffff": "#fff", "#000000": "#000",
    "rgb(255,255,255)": "#fff", "rgb(0,0,0)": "#000",
}  # fmt: skip
_DROPPED = (
    "style", "template", "noembed", "noframes", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "map", "datalist", "dialog",
)  # fmt: skip
# Sites hide the article itself until a script shows it: more than this share of the page's
# text isn't taken for hidden.
_MAIN_SHARE = 0.5
_SLIDES = 4
_SHEET_SHARE = 0.4  # sheets are overruled by others that the page links to
# What style sheets of other files hide from all but screen readers.
_FOR_READERS = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"})
_MARK = "data-hidden-by-style"


def parse(html: str) -> HtmlElement | None:
    """The document, or None where there is nothing to parse. Never raises.

    Nesting beyond what parsers take is flattened: elements that only group are dropped.
    """
    if len(html) > _BULK:
        html = _NO_TEXT.sub(" ", html[: 16 * MAX_CHARS])[:MAX_CHARS]
    html = _INVALID.sub(" ", html)
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    html = few_attributes(html)
    if not html.strip():
        return None
    if _depth(html) > MAX_DEPTH:
        html = _flatten(html)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return None
    return tree


def size(tree: HtmlElement) -> tuple[int, int]:
    """How many elements the tree has, and how many characters of text."""
    return sum(1 for _ in tree.iter()), sum(map(len, tree.itertext()))


def text_of(element: HtmlElement | None, limit: int = 0) -> str:
    """The element's text on one line, cut at ``limit`` characters if that is given."""
    if element is None:
        return ""
    text = " ".join("".join(element.itertext()).split())
    return text[:limit] if limit else text


def strip_hidden(tree: HtmlElement) -> None:
    """Remove what readers don't see, in place: hidden attributes, styles, templates, forms'
    fields, embedded documents. JSON-LD stays.
    """
    for element in list(tree.iter(*_DROPPED)):
        _drop(element)
    for element in list(tree.iter("script")):
        if element.get("type", "").lower() != "application/ld+json":
            _drop(element)
    most = _MAIN_SHARE * _mass(tree)
    alike: dict[tuple[str, str, str], list[tuple[HtmlElement, int]]] = {}
    for element in tree.iter(etree.Element):
        if element.tag in ("html", "body", "head", "script") or not _is_hidden(element):
            continue
        sign = (str(element.tag), element.get("class", ""), element.get("style", ""))
        alike.setdefault(sign, []).append((element, _mass(element)))
    for group in alike.values():
        # Slides, tabs and steps of an article are many of one kind; an insertion is one.
        if len(group) >= _SLIDES and sum(mass for _, mass in group) > 0.7 * most:
            continue
        for element, mass in group:
            if mass <= most:
                _drop(element)


def is_large(tree: HtmlElement) -> bool:
    """Whether the page is so large that only the simplest methods end within seconds."""
    elements, characters = size(tree)
    return elements > MAX_ELEMENTS or characters > MAX_TEXT


def mark_hidden(tree: HtmlElement) -> None:
    """Mark what the page's own style sheets hide, before ``strip_hidden`` drops the sheets."""
    names = _hiding_names(tree)
    if not names:
        return
    found: dict[str, list[HtmlElement]] = {}
    for element in tree.iter(etree.Element):
        classes = element.get("class", "").split()
        if any(":" in name for name in classes):
            continue  # "hidden lg:flex": on narrow screens only
        for name in (*(f".{name}" for name in classes), f"#{element.get('id')}"):
            if name in names:
                found.setdefault(name, []).append(element)
    most = _SHEET_SHARE * _mass(tree)
    for elements in found.values():
        if sum(_mass(element) for element in elements) <= most:
            for element in elements:
                element.set(_MARK, "")


def _hiding_names(tree: HtmlElement) -> set[str]:
    """Classes (".x") and ids ("#x") that the page's style sheets hide on their own."""
    names: set[str] = set()
    for style in tree.iter("style"):
        sheet = _COMMENT.sub("", "".join(style.itertext())[:200_000])
        for selectors, declarations in _RULE.findall(_media(sheet)):
            if _hides(declarations):
                simple = map(_SIMPLE.fullmatch, map(str.strip, selectors.split(",")))
                names |= {found[1] + found[2] for found in simple if found}
    return names


def _media(sheet: str) -> str:
    """The sheet without its @-blocks: what holds only in print or on small screens."""
    out, depth, skipping, start = [], 0, False, 0
    for found in re.finditer(r"@[\w-]+[^{};]*\{|[{}]", sheet):
        mark = found.group()
        if mark[0] == "@" and not skipping:
            out.append(sheet[start : found.start()])
            skipping, depth = True, 1
        elif skipping:
            depth += 1 if mark[-1] == "{" else -1
            if not depth:
                skipping, start = False, found.end()
    if not skipping:
        out.append(sheet[start:])
    return "".join(out)


def _mass(element: HtmlElement) -> int:
    """Characters of running text: that of paragraphs, plus a little for what stands elsewhere."""
    paragraphs = sum(len("".join(p.itertext())) for p in element.iter("p"))
    return paragraphs or len(text_of(element)) // 4


def _is_hidden(element: HtmlElement) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if _MARK in attributes or _FOR_READERS & set(attributes.get("class", "").split()):
        return True
    if attributes.get("aria-hidden", "").lower() == "true" or attributes.get("type") == "hidden":
        return True
    style = attributes.get("style")
    return bool(style) and _hides(style or "")


def _hides(style: str) -> bool:
    style = _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), style)
    style = re.sub(r"\s+", "", _COMMENT.sub("", style).lower())
    if _HIDDEN_STYLE.search(style):
        return True
    if "overflow:hidden" in style and _TINY.search(style):
        return True
    colours = dict(_COLOUR.findall(style))
    if "color" not in colours:
        return False
    front = _NAMES.get(colours["color"], colours["color"])
    back = colours.get("background-color") or colours.get("background") or ""
    return bool(back) and front == _NAMES.get(back, back)


def _drop(element: HtmlElement) -> None:
    """Remove the element but not the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail
    if tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def _depth(html: str) -> int:
    """An upper bound of how deep elements nest."""
    depth = deepest = 0
    for match in _DEEP.finditer(html):
        if match[2].lower() in _VOID or match[3].endswith("/"):
            continue
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
        depth = max(depth, 0)
    return deepest


def _flatten(html: str) -> str:
    """``html`` without grouping elements, which are all that nests so deep."""
    flat = _DEEP.sub(lambda m: m[0] if m[2].lower() in _KEPT else " ", html)
    if _depth(flat) <= MAX_DEPTH * 4:  # p, li and the like close each other
        return flat
    return _DEEP.sub(
        lambda m: m[0] if m[2].lower() in ("title", "meta", "p", "h1", "h2", "br") else " ", html
    )
