"""The rules for time expressions: a pattern each, and the days that its match means.

:mod:`rag.times` reads texts with them. A handler gets the match and the day of asking.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]
_Handler = Callable[[re.Match[str], date], Days | None]

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {name[:3]: n for n, name in enumerate(_NAMES.split(), 1)}
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d,.]\d|\d)"
ANY_YEAR = re.compile(rf"(?<![\w$€£.,]){_YEAR}".replace("?P<year>", "?:"))
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3,
             "4th": 4, "last": 4, "final": 4}  # fmt: skip
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a": 1, "an": 1, "couple of": 2,
            "a couple of": 2, "few": 3, "a few": 3, "several": 4}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365, "decade": 3652}
_PART = (
    r"(?P<part>early|mid(?:dle)?|late|(?:the )?(?:very )?"
    r"(?:start|beginning|end|middle|turn|close) of)(?: in)?[\s-]+(?:the )?"
)
_THIS = (
    r"(?P<which>this|last|next|past|previous|the past|the last|current|the current|the previous)"
)


def month_days(year: int, month: int) -> Days:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _months(year: int, first: int, count: int) -> Days:
    """``count`` months from ``first``, which may lie beyond December."""
    last = first + count - 1
    start = date(year + (first - 1) // 12, (first - 1) % 12 + 1, 1)
    return start, month_days(year + (last - 1) // 12, (last - 1) % 12 + 1)[1]


def _year_of(match: re.Match[str], as_of: date, month: int, day: int = 1) -> int:
    """The year named, or the last in which that day is not after ``as_of``."""
    year = match.groupdict().get("year")
    if year:
        return int(year)
    return as_of.year if date(as_of.year, month, day) <= as_of else as_of.year - 1


def _number(match: re.Match[str]) -> int:
    return _MONTHS[match["month"][:3].lower()]


def _day(match: re.Match[str], as_of: date) -> Days:
    month, day = _number(match), int(match["day"])
    found = date(_year_of(match, as_of, month, day), month, day)
    return found, found


def _iso(match: re.Match[str], as_of: date) -> Days:
    found = date.fromisoformat(match.group())
    return found, found


def _month(match: re.Match[str], as_of: date) -> Days:
    month = _number(match)
    return month_days(_year_of(match, as_of, month), month)


def bare_month(match: re.Match[str], as_of: date) -> Days | None:
    """A month without a year: the last one, or that of the word before it ("this May")."""
    if match["word"]:  # "last May" is the May of the past year
        year = as_of.year - 1 if match["word"].lower() == "last" else as_of.year
        month = _number(match)
        if match["word"].lower() == "last" and month < as_of.month:
            year = as_of.year
        return month_days(year, month)
    return _month(match, as_of)


def _partial(days: Days, part: str) -> Days:
    """The early, middle or late part of a period: its first, second or last 40%."""
    since, until = days
    length = (until - since).days + 1
    part = part.lower()
    third = max(1, round(length * 0.4))
    if "early" in part or "start" in part or "begin" in part or "turn" in part:
        return since, since + timedelta(days=third - 1)
    if "late" in part or "end" in part or "close" in part:
        return until - timedelta(days=third - 1), until
    return since + timedelta(days=round(length * 0.3)), until - timedelta(days=round(length * 0.3))


def _part_month(match: re.Match[str], as_of: date) -> Days:
    return _partial(_month(match, as_of), match["part"])


def _part_year(match: re.Match[str], as_of: date) -> Days:
    return _partial(_months(int(match["year"]), 1, 12), match["part"])


def _part_relative(match: re.Match[str], as_of: date) -> Days:
    return _partial(_this(match, as_of), match["part"])


def _quarter(match: re.Match[str], as_of: date) -> Days:
    names = match.groupdict()
    digit = names.get("q") or ""
    quarter = int(digit) if digit else _ORDINALS[match["ordinal"].lower()]
    first = 3 * quarter - 2
    return _months(_which_year(match, as_of, first), first, 3)


def _half(match: re.Match[str], as_of: date) -> Days:
    names = match.groupdict()
    word = (names.get("h") or match["ordinal"]).lower()
    first = 1 if word in {"1", "first", "1st"} else 7
    return _months(_which_year(match, as_of, first), first, 6)


def _which_year(match: re.Match[str], as_of: date, first: int) -> int:
    which = (match.groupdict().get("which") or "").lower()
    if which:
        return as_of.year - 1 if which == "last" else as_of.year
    return _year_of(match, as_of, first)


def _season(match: re.Match[str], as_of: date) -> Days:
    name = match["season"].lower()
    first = _SEASONS[name]
    which = (match.groupdict().get("which") or "").lower()
    year = _year_of(match, as_of, first)
    if which == "last" and year == as_of.year and _months(year, first, 3)[1] >= as_of:
        year -= 1
    elif which == "next":
        year += 1
    if name == "winter" and match["year"]:  # "winter 2024" is its beginning as often as its end
        return _months(year - 1, 12, 3)[0], _months(year, 12, 3)[1]
    return _months(year, first, 3)


def _year(match: re.Match[str], as_of: date) -> Days | None:
    year = int(match["year"])
    return _months(year, 1, 12) if 1950 <= year <= as_of.year + 10 else None


def _this(match: re.Match[str], as_of: date) -> Days:
    unit, which = match["unit"].lower(), match["which"].lower()
    shift = -1 if which in {"last", "previous", "the previous"} else 1 if which == "next" else 0
    back = "past" in which or which == "the last"
    if unit == "week":
        if shift < 0:  # the week before, and the seven days that people also mean
            monday = as_of - timedelta(days=as_of.weekday() + 7)
            return monday, as_of - timedelta(days=1)
        if shift > 0:
            return as_of + timedelta(days=1), as_of + timedelta(days=14)
        return as_of - timedelta(days=7), as_of
    if unit == "weekend":
        saturday = as_of - timedelta(days=(as_of.weekday() - 5) % 7 or 7)
        return saturday, saturday + timedelta(days=1)
    if back:
        return as_of - timedelta(days=_UNIT_DAYS[unit]), as_of
    if unit == "month":
        return _months(
            as_of.year + (as_of.month - 1 + shift) // 12, (as_of.month - 1 + shift) % 12 + 1, 1
        )
    if unit == "quarter":
        index = as_of.year * 4 + (as_of.month - 1) // 3 + shift
        return _months(index // 4, 3 * (index % 4) + 1, 3)
    return _months(as_of.year + shift, 1, 12)


def _past(match: re.Match[str], as_of: date) -> Days:
    days = _counted(match) * _UNIT_DAYS[match["unit"].lower()]
    return as_of - timedelta(days=days), as_of


def _ago(match: re.Match[str], as_of: date) -> Days:
    unit = _UNIT_DAYS[match["unit"].lower()]
    centre = as_of - timedelta(days=_counted(match) * unit)
    slack = timedelta(days=unit // 4 if unit < 365 else 180)
    return centre - slack, centre + slack


def _counted(match: re.Match[str]) -> int:
    word = match["count"].lower()
    return int(word) if word.isdigit() else _NUMBERS[word]


def _named_day(match: re.Match[str], as_of: date) -> Days:
    word = match["word"].lower()
    if word.startswith("the day before"):
        found = as_of - timedelta(days=2)
    elif word in {"yesterday", "last night"}:
        found = as_of - timedelta(days=1)
    elif word == "tomorrow":
        found = as_of + timedelta(days=1)
    else:
        found = as_of
    return found, found


def _weekday(match: re.Match[str], as_of: date) -> Days:
    back = (as_of.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    which = (match["which"] or "").lower()
    if which == "next":
        found = as_of + timedelta(days=7 - back)
        return found, found
    found = as_of - timedelta(days=back or (7 if which == "last" else 0))
    return found, found


def _recent(match: re.Match[str], as_of: date) -> Days:
    return as_of - timedelta(days=30), as_of


def _rule(pattern: str, handler: _Handler, relative: bool = False, case: bool = False) -> tuple[
    re.Pattern[str], _Handler, bool
]:  # fmt: skip
    return re.compile(pattern, 0 if case else re.IGNORECASE), handler, relative


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TIME_UNIT = r"(?P<unit>day|week|month|quarter|year|decade)s?\b"
_IN = (
    r"(?i:in|of|by|since|until|till|from|to|through|during|before|after|between|or|and|for|around)"
)
_OF_YEAR = (
    r"(?:,?\s+(?:of\s+)?(?:the\s+)?(?:fiscal\s+(?:year\s+)?|FY\s?)?"
    rf"(?:{_YEAR}|(?P<which>this|last)\s+year))?"
)
_QUARTER = (
    r"(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th|(?:last|final)(?=\squarter\sof))"
    r"[\s-]quarter"
)
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_DAY_WORD = (
    r"(?P<word>today|yesterday|tonight|last night|this morning|tomorrow|"
    r"the day before yesterday)\b"
)
_WEEKDAY = rf"(?:(?P<which>last|this|next|on|past)\s+)(?P<weekday>{'|'.join(_WEEKDAYS)})\b"
_COUNTED = r"(?:in |over |during |within )?(?:the )?(?:past|last|previous|recent)"
_NOT_A_YEAR = r"tokens|jobs|people|gpus|employees|chips|users|words|dollars|times"

# First rule wins where two overlap: the longer and more certain ones come first. "May" and
# "March" are months only after a preposition or with a year.
RULES: tuple[tuple[re.Pattern[str], _Handler, bool], ...] = (
    _rule(r"\b\d{4}-\d\d-\d\d\b", _iso),
    _rule(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", _day),
    _rule(rf"\b{_MONTH}\s+{_DAY}(?![\d,.]\d|\d)(?:,?\s+(?:in\s+)?{_YEAR})?", _day),
    _rule(rf"\b{_PART}{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?", _part_month),
    _rule(rf"\b{_PART}{_YEAR}", _part_year),
    _rule(rf"\b{_PART}{_THIS}\s+(?P<unit>week|month|quarter|year)\b", _part_relative, True),
    _rule(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}", _month),
    _rule(rf"\bQ(?P<q>[1-4])(?!\w){_OF_YEAR}", _quarter),
    _rule(rf"\b{_QUARTER}{_OF_YEAR}", _quarter),
    _rule(rf"\bH(?P<h>[12])(?!\w){_OF_YEAR}", _half),
    _rule(rf"\b(?P<ordinal>first|second|1st|2nd)[\s-]half(?=\s+of\s|\s+\d){_OF_YEAR}", _half),
    _rule(rf"\b(?:{_THIS}\s+)?{_SEASON}(?:\s+of)?,?\s+{_YEAR}", _season),
    _rule(rf"\b(?P<which>this|last|next)\s+{_SEASON}\b(?P<year>)", _season, True),
    _rule(rf"\b(?P<word>last|this)\s+{_MONTH}", bare_month, True),
    _rule(
        rf"\b{_IN}\s+(?P<word>){_MONTH}(?!\s+(?:be|have|not|well|also)\b)", bare_month, case=True
    ),
    _rule(
        rf"\b{_MONTH}(?P<word>)(?<!May)(?<!March)(?<!Mar)(?<!Jan)(?<!Dec)", bare_month, case=True
    ),
    _rule(rf"\b{_COUNTED} {_COUNT}\s+{_TIME_UNIT}", _past, True),
    _rule(rf"\b{_COUNT}\s+{_TIME_UNIT}\s+(?:ago|earlier|back)\b", _ago, True),
    _rule(rf"\b{_THIS}\s+(?:fiscal\s+)?(?P<unit>weekend|week|month|quarter|year)\b", _this, True),
    _rule(rf"\b{_DAY_WORD}", _named_day, True),
    _rule(rf"\b{_WEEKDAY}", _weekday, True),
    _rule(
        r"\b(?:recently|lately|in recent (?:days|weeks)|just (?:now|announced))\b", _recent, True
    ),
    _rule(rf"(?<![\w$€£.,-]){_YEAR}(?![\w%-])(?!\s+(?:{_NOT_A_YEAR})\b)", _year),
)
