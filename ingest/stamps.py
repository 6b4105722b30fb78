"""Lines of scraped text that are there to give a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ingest import dates
from ingest.dates import Dated
from ingest.prose import is_notice, words
from rag.types import Origin

_STAMP = re.compile(
    r"^(?:(?:last )?(?:published|posted|updated|modified|first published|date|released)\b"
    r"(?: on| at)?\s*[:|]?)|^(?:\w+day,? )?(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)"
    r"[a-z]*\.? \d)",
    re.I,
)
_UPDATED = re.compile(r"\b(?:updated|modified|last edited|corrected)\b", re.I)
DATELINE = re.compile(r"^[A-Z][A-Za-z .,’'-]{2,40}?[,(–—-]\s*(?=\w{3,9}\.? \d{1,2},? \d{4})")
READING = re.compile(r"\b\d+[ -]min(?:ute)?s?(?: read)?\b|\bread(?:ing)? time\b", re.I)


def is_stamp(line: str) -> bool:
    """Whether the line is there to give a date."""
    return words(line) <= 16 and holds_date(line) and (bool(_STAMP.match(line)) or words(line) <= 9)


def holds_date(line: str) -> bool:
    """Whether a full date is written in the line."""
    return dates.written(line) is not None


def find(
    head: Sequence[str], tail: Sequence[str], now: datetime | None
) -> tuple[Dated | None, Dated | None]:
    """Published and updated dates from the lines above the text or labelled below it."""
    published = updated = None
    labelled = [line for line in tail if _STAMP.match(line) and not line[:1].isdigit()]
    for line in [*head, *labelled]:
        if words(line) > 24 and not DATELINE.match(line):
            continue
        for part in re.split(r"\s[|•·]\s|(?=\b[Uu]pdated\b)|(?=\bUPDATED\b)", line):
            day = dates.written(part[:120], now)
            if not day or is_notice(part):
                continue
            if _UPDATED.search(part):
                updated = updated or day
            elif words(part) <= 16 or DATELINE.match(line):
                published = published or day
    return (
        Dated(published, published, Origin.TEXT) if published else None,
        Dated(updated, updated, Origin.TEXT) if updated else None,
    )
