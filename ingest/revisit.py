"""Looking again at pages that were read: a correction rarely changes the feed's entry.

A page is looked at again for a week after it was first read, at intervals that grow with
the time since then, with its own validators, a few pages of a feed in a run. Where nothing
changed the site answers 304 and sends nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ingest.dates import clock
from ingest.feeds import Entry
from ingest.fetch import Fetched

Remembered = dict[str, Any]
"""What a feed's state holds of one page: the entry, validators, a mark, two times."""

_YOUNG = timedelta(days=7)  # corrections come in the first days
_GROWTH = 0.5  # next look after this share of the time that the page is known by then
_WHOLE = timedelta(hours=1)  # least time between looks where the site sends the page whole


def note(entry: Entry, fetched: Fetched, mark: str, before: Remembered | None) -> Remembered:
    """What to remember of a page just read.

    :param mark: of the page's body
    :param before: what was remembered of it, where this was not the first look
    """
    etag, modified = fetched.headers.get("etag"), fetched.headers.get("last-modified")
    if before is not None and before["mark"] == mark:
        etag = modified = None  # it was asked with them and sent the same page again
    return {
        "entry": dataclasses.asdict(dataclasses.replace(entry, content="", title="")),
        "etag": etag,
        "modified": modified,
        "mark": mark,
        "first": before["first"] if before else fetched.fetched_at,
        "seen": fetched.fetched_at,
    }


def entry_of(page: Remembered) -> Entry:
    """The feed's entry that led to a page."""
    known = dict(page["entry"])
    return Entry(**{**known, "authors": tuple(known.get("authors") or ())})


def due(pages: Mapping[str, Remembered], now: datetime, most: int) -> list[str]:
    """Keys of the pages to look at again now, the longest overdue first."""
    late: list[tuple[float, str]] = []
    for key, page in pages.items():
        first, seen = clock(page["first"]), clock(page["seen"])
        if first is None or seen is None or now - first > _YOUNG or now <= seen:
            continue
        wait = (seen - first) * _GROWTH
        if not (page["etag"] or page["modified"]):
            wait = max(wait, _WHOLE)
        if now - seen >= wait:
            late.append(((now - seen) / max(wait, timedelta(seconds=1)), key))
    late.sort(key=lambda item: -item[0])
    return [key for _, key in late[:most]]


def young(pages: Mapping[str, Remembered], now: datetime) -> dict[str, Remembered]:
    """The pages that will be looked at again; the others need no longer be remembered."""
    return {
        key: page
        for key, page in pages.items()
        if (first := clock(page["first"])) is not None and now - first <= _YOUNG
    }
