"""When a page was published: what it declares, weighed; else what its text shows."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from ingest import dates
from ingest.dates import Dated
from ingest.prose import words
from rag.types import Origin

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_IN_URL = re.compile(r"[/_-]((?:19|20)\d\d)[/_-]?([01]\d)[/_-]?([0-3]\d)(?=[/_.-]|$)")
_FOLDERS = re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?=/)")
_DAY_FIRST = re.compile(r"[/_-]([0-3]\d)([_-])([01]\d)\2((?:19|20)\d\d)(?=[/_.-]|$)")
_NOT_OURS = re.compile(
    r"\b(?:updated|modified|aktualisiert|stand|geändert|comments?|copyright|born|event|termin|until|"
    r"bis|deadline|due)\b",
    re.I,
)
_BEFORE, _AFTER = 8, 6  # text nodes around the title; of 3 to 24 after it, 6 were best
_STAMP_WORDS = 16
_REDATED = 30  # days within which sites publish a page anew under its old address


def choose(candidates: Iterable[Dated], shown: Iterable[str], url: str | None) -> Dated | None:
    """The declared date that the page agrees on; the first where it doesn't.

    :param candidates: declared dates, most trusted first
    :param shown: days that the page's time elements give
    """
    candidates = list(candidates)
    if not candidates:
        return None
    in_url = url_day(url)
    votes: Counter[str] = Counter()
    for one in candidates:
        votes[one.day] += 1
    for day in set(shown) | ({in_url} if in_url else set()):
        votes[day] += 1
    best = max(candidates, key=lambda one: votes[one.day])
    if in_url and _FOLDERS.search(url or "") and not -1 <= _days(in_url, best.day) <= _REDATED:
        # such folders are made when a page is published: a head's older date is a template's
        return Dated(in_url, in_url, best.origin)
    if in_url and len(best.value) > 10 and _near(in_url, best.day):
        return Dated(best.value, in_url, best.origin)  # the day where the publisher sits
    return best


def url_day(url: str | None) -> str | None:
    """The day in an address such as ``/2024/05/31/``, or None."""
    found = _FOLDERS.search(url or "") or _IN_URL.search(url or "")
    parts = list(found.groups()) if found else []
    if not found and (turned := _DAY_FIRST.search(url or "")):
        parts = [turned[4], turned[3], turned[1]]
    day = dates.normalise("-".join(parts)) if parts else None
    return day[:10] if day else None


def guess(tree: HtmlElement, url: str | None) -> str | None:
    """The day htmldate makes out of the whole page, hidden parts too, or None; it may be wrong."""
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    for extensive in (False, True):
        try:
            found = find_date(tree, url=url, original_date=True, extensive_search=extensive)
        except Exception:  # noqa: S112  # a library's bug on a hostile page is no date
            continue
        if found:
            return str(found)
    return None


def find(
    tree: HtmlElement,
    html: str,
    title: str,
    guessed: str | None,
    url: str | None,
    now: datetime | None = None,
) -> Dated | None:
    """A date of a page that declares none: the stamp near its title, the day in its address,
    or the guess where that very day is in the page's text or code.

    Of 245 dated pages 6.5% get a wrong day so, 9.8% with htmldate's guesses unchecked.
    """
    nodes = _nodes(tree)
    day = _near_title(nodes, title, now) or url_day(url)
    if day and dates.plausible(day, now):
        return Dated(day, day, Origin.TEXT)
    if not guessed:
        return None
    if any(guessed in dates.mentions(node[:400], now) for node in nodes):
        return dates.read(guessed, Origin.TEXT, now)
    if any(guessed.replace("-", mark) in html for mark in ("-", "/", "")):
        return dates.read(guessed, Origin.META, now)
    return None


def _nodes(tree: HtmlElement) -> list[str]:
    body = tree.find("body")
    texts = (tree if body is None else body).itertext()
    return [node for text in texts if (node := " ".join(text[:2000].split()))][:20_000]


def _near_title(nodes: list[str], title: str, now: datetime | None) -> str | None:
    key = _fold(title)
    places = [i for i, node in enumerate(nodes) if key and _fold(node) == key]
    for at in places[:3]:
        for i in [*range(at + 1, at + _AFTER), *range(at - 1, at - _BEFORE, -1)]:
            if not 0 <= i < len(nodes) or words(nodes[i]) > _STAMP_WORDS:
                continue
            if _NOT_OURS.search(nodes[i]) or (i and _NOT_OURS.search(nodes[i - 1][-40:])):
                continue
            day = dates.written(nodes[i], now)
            if day:
                return day
    return None


def _near(a: str, b: str) -> bool:
    return abs(_days(a, b)) == 1


def _days(a: str, b: str) -> int:
    """Days from ``a`` to ``b``."""
    return (date.fromisoformat(b) - date.fromisoformat(a)).days


def _fold(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
