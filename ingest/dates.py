"""Dates of articles: read, normalised, and rejected where they can't be true.

A date is ``YYYY-MM-DD`` or, where the source gave a time and its zone,
``YYYY-MM-DDTHH:MM:SSZ``. A time without a zone keeps only its day: the zone is not
guessed, and neither is a missing date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from rag.types import Origin

EARLIEST = 1990  # the web's first pages; older "dates" are defaults such as 1970 or 0001
# The day begins 14 hours before UTC in Kiribati; an hour allows for clocks that run fast.
_AHEAD_DAY = timedelta(hours=14)
_AHEAD_TIME = timedelta(hours=1)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari "
            "ianuarie januarie stycznia ledna январь января січня ocak tammikuuta január",
            "february feb februar février febrero febbraio fevereiro februari "
            "februarie februarii lutego února февраль февраля лютого şubat helmikuuta február",
            "march mar märz mars marzo março maart "
            "marts martie marca března март марта березня mart maaliskuuta március",
            "april apr avril abril aprile "
            "kwietnia dubna апрель апреля квітня nisan huhtikuuta április aprilie",
            "may mai mayo maggio maio mei maj maja května мая травня mayıs toukokuuta május",
            "june jun juni juin junio giugno junho "
            "iunie czerwca června июнь июня червня haziran kesäkuuta június",
            "july jul juli juillet julio luglio julho "
            "iulie lipca července июль июля липня temmuz heinäkuuta július",
            "august aug août agosto augustus "
            "augusti sierpnia srpna август августа серпня ağustos elokuuta agustus",
            "september sep sept septembre septiembre settembre setembro "
            "września září сентябрь сентября вересня eylül syyskuuta szeptember septembrie",
            "october oct oktober okt octobre octubre ottobre outubro "
            "października října октябрь октября жовтня ekim lokakuuta octombrie",
            "november nov novembre noviembre novembro "
            "listopadu ноябрь ноября листопада kasım marraskuuta noiembrie",
            "december dec dezember dez décembre diciembre dicembre dezembro "
            "desember grudnia prosince декабрь декабря грудня aralık joulukuuta decembrie",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?P<year>19[89]\d|20\d\d)"
_WRITTEN = (
    re.compile(
        rf"(?<![A-Za-z0-9/-])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.]{_DAY}(?![\d/-])"
    ),
    re.compile(rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b", re.I),
    re.compile(
        rf"(?<![\w/.-]){_DAY}(?:st|nd|rd|th|\.|er|º)?\s+(?:of\s+|de\s+)?{_MONTH},?"
        rf"\s+(?:de\s+)?{_YEAR}\b",
        re.I,
    ),
    re.compile(rf"(?<![\w/-]){_DAY}[-–]{_MONTH}[-–]{_YEAR}\b", re.I),
    re.compile(rf"(?P<year>(?:19|20)\d\d)\s?年\s?(?P<month>\d\d?)\s?月\s?{_DAY}\s?日"),
    re.compile(rf"(?P<year>(?:19|20)\d\d)\s?년\s?(?P<month>\d\d?)\s?월\s?{_DAY}\s?일"),
)
_SHORT = re.compile(r"(?<![\w/.-])(?P<day>[0-3]\d)\.(?P<month>[01]\d)\.(?P<year>[0-3]\d)(?![\w.])")
_NUMERIC = re.compile(rf"(?<![\w/.-])(?P<a>\d\d?)([/.])(?P<b>\d\d?)\2{_YEAR}(?!\.?\d|/)")
_ISO = re.compile(
    r"\s*(?P<day>\d{4}-\d\d?-\d\d?)(?:[T\s]+(?P<time>\d\d?:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.I,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:T\d{4,6}Z?)?\s*$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, its calendar day where it was written, and where it was found."""

    value: str  # normalised
    day: str  # YYYY-MM-DD in the zone of the source
    origin: Origin


def read(value: object, origin: Origin, now: datetime | None = None) -> Dated | None:
    """The date in ``value`` (text, date, date-time or seconds since 1970), or None.

    None also for what can't be true: before 1990 or, where ``now`` is given, after it.
    """
    moment = _moment(value)
    if moment is None:
        return None
    try:
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            utc = moment.astimezone(UTC)
            text = utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc.year >= 1000 else ""
        else:
            text = moment.strftime("%Y-%m-%d")
    except (ValueError, OverflowError):
        return None
    if not plausible(text, now):
        return None
    return Dated(text, moment.strftime("%Y-%m-%d"), origin)


def normalise(value: object, now: datetime | None = None) -> str | None:
    """The normalised form of any date, or None where it is unreadable or implausible."""
    found = read(value, Origin.UNKNOWN, now)
    return found.value if found else None


def plausible(value: str | None, now: datetime | None = None) -> bool:
    """Whether a normalised date lies between 1990 and ``now`` (aware, or taken as UTC)."""
    if not value:
        return False
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return False
    if day.year < EARLIEST:
        return False
    if now is None:
        return True
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
    if len(value) > 10:
        return datetime.fromisoformat(value) <= now + _AHEAD_TIME
    return day <= (now + _AHEAD_DAY).date()


def written(text: str, now: datetime | None = None) -> str | None:
    """The first full date (day, month, year) written in ``text`` as YYYY-MM-DD, or None.

    03.04.2025 has the day first; 03/04/2025 is ambiguous and none, 25/12/2025 is not.
    """
    found = mentions(text, now)
    return found[0] if found else None


def mentions(text: str, now: datetime | None = None) -> list[str]:
    """All full dates written in ``text`` (the first 50 of each style), in order."""
    found: list[tuple[int, str]] = []
    for pattern in _WRITTEN:
        for match in islice(pattern.finditer(text), 50):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            day = _day(int(match["year"]), number, int(match["day"]))
            if day and plausible(day, now):
                found.append((match.start(), day))
    for match in islice(_NUMERIC.finditer(text), 50):
        a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
        days = {_day(year, b, a)} if match[2] == "." else {_day(year, a, b), _day(year, b, a)}
        days.discard(None)
        day = days.pop() if len(days) == 1 else None
        if day and plausible(day, now):
            found.append((match.start(), day))
    for match in islice(_SHORT.finditer(text), 50):
        day = _day(2000 + int(match["year"]), int(match["month"]), int(match["day"]))
        if day and plausible(day, now):
            found.append((match.start(), day))
    return [day for _, day in sorted(found)]


def clock(value: str | None) -> datetime | None:
    """An aware date-time from a normalised date (midnight UTC for a day), or None."""
    moment = _moment(value)
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC) if moment else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _moment(value: object) -> datetime | date | None:
    """A date, or a date-time; naive where the zone is unknown."""
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _epoch(float(value))
    if not isinstance(value, str):
        return None
    text = value.strip()[:100]
    if not text or not any(c.isdigit() for c in text):
        return None
    return _iso(text) or _loose(text)


def _epoch(seconds: float) -> datetime | None:
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | date | None:
    compact = _COMPACT.match(text)
    if compact:
        day = _day(*(int(part) for part in compact.groups()))
        return date.fromisoformat(day) if day else None
    if text.isdigit() and len(text) in (10, 13):
        return _epoch(float(text))
    match = _ISO.match(text)
    if not match:
        return None
    day = _day(*(int(part) for part in match["day"].split("-")))
    if not day:
        return None
    if not match["time"]:
        return date.fromisoformat(day)
    clock, zone = match["time"], (match["zone"] or "").upper()
    clock = clock.zfill(5) if clock.count(":") == 1 else clock.zfill(8)
    if zone in ("Z", "UTC", "GMT"):
        zone = "+00:00"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    try:
        return datetime.fromisoformat(f"{day}T{clock}{zone}")
    except ValueError:
        return date.fromisoformat(day)


def _loose(text: str) -> datetime | date | None:
    """Dates as feeds and pages write them: RFC 822 with zone, else the written day."""
    from email.utils import parsedate_tz

    parsed = parsedate_tz(text)
    if parsed and parsed[9] is not None and re.search(r"\d:\d\d", text):
        try:
            naive = datetime(*parsed[:6], tzinfo=UTC)
            return naive - timedelta(seconds=parsed[9])
        except (ValueError, OverflowError):
            return None
    day = written(text)
    return date.fromisoformat(day) if day else None
