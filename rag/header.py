"""The contextual header that is embedded with a passage but never quoted."""

from __future__ import annotations

from datetime import date

_TITLE_CHARS = 120
_HEADING_CHARS = 100


def header(title: str, published: str | None, heading: str) -> str:
    """One line that places a passage: title, publication day in words, section.

    The day is written out ("14 May 2024") because questions name days and months in
    words. Long titles and headings are cut at a word, so that the header stays below
    about 70 word pieces; what is unknown is left out, and the line may be empty.

    :param published: ISO date or date-time, or None where it is unknown
    :param heading: the passage's section, "" where it has none
    """
    parts = [_shorten(title, _TITLE_CHARS), spoken(published), _shorten(heading, _HEADING_CHARS)]
    return " | ".join(part for part in parts if part)


def spoken(published: str | None) -> str:
    """The day of an ISO date in words, "" where there is none or it is malformed."""
    try:
        day = date.fromisoformat(published[:10]) if published else None
    except ValueError:
        day = None
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def _shorten(text: str, limit: int) -> str:
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[:limit]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut


# Not calendar.month_name: that follows the process's locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
