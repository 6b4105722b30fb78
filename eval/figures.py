"""Numbers, amounts and dates in a text, as values that can be compared.

"$8bn", "8 billion dollars" and "8,000,000,000" are one value; "14,000" is not "40,000",
and "14%" is not "$14". Used by the citation checker only; the answerer has its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SCALE = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6,
    "millions": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9,
    "t": 1e12, "tn": 1e12, "trn": 1e12, "trillion": 1e12, "trillions": 1e12,
}  # fmt: skip
_MONTHS = {
    name: at
    for at, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june",
         "jul july", "aug august", "sep sept september", "oct october", "nov november",
         "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve")  # fmt: skip
_UNITS = {"%": "%", "percent": "%", "per cent": "%", "percentage point": "%",
          "percentage points": "%", "$": "$", "€": "€", "£": "£", "¥": "¥"}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.])(?:[A-Z]{0,3}(?P<money>[$€£¥])\s?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<part>\.\d+)?"
    r"(?:[\s-]?(?P<scale>thousand|millions?|billions?|trillions?|mln|bln|trn|mm|mn|bn|tn|[kmbt])"
    r"(?!\w))?"
    r"(?:\s?(?P<unit>%|per\s?cent\b|percentage points?\b))?",
    re.I,
)
_NAME = re.compile(r"(?=[\w.+-]*[A-Za-z])(?=[\w.+-]*\d)\w[\w.+-]*[\w+]")
_MONTH_WORDS = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATED_MONTH = re.compile(
    rf"\b(?:(?P<before>{_MONTH_WORDS})\.?(?=\s+\d)|(?<=\d\s)(?P<after>{_MONTH_WORDS})\b)", re.I
)

NUMBER_WORDS = frozenset({*_SCALE, *_MONTHS, *_SMALL, "percent", "percentage"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as written; ``unit`` is "%", a currency sign or empty."""

    value: float
    text: str
    unit: str = ""


def figures(text: str, lenient: bool = False) -> list[Figure]:
    """The numbers of ``text``, scaled, and the months of its dates (1 to 12).

    Names such as "GPT-4" are left out.

    :param lenient: also read number words, bare months and the numbers within names, for
        the side that is searched
    """
    names = [m.span() for m in _NAME.finditer(text) if not _amount(m.group())]
    found: list[Figure] = []
    for match in _NUMBER.finditer(text):
        inside = any(a <= match.start("digits") < b for a, b in names)
        if inside and not lenient:
            continue
        number = float(match["digits"].replace(",", "") + (match["part"] or ""))
        scale = _SCALE.get((match["scale"] or "").lower(), 1.0)
        unit = _UNITS.get((match["money"] or match["unit"] or "").lower(), "")
        written = match.group().strip()
        found.append(Figure(number * scale, written, unit))
    for match in _DATED_MONTH.finditer(text):
        found.append(Figure(float(_MONTHS[match.group().rstrip(".").lower()]), match.group()))
    if lenient:
        found += _loose(text, [text[a:b] for a, b in names])
    return found


def _loose(text: str, names: list[str]) -> Iterable[Figure]:
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _SMALL:
            yield Figure(float(_SMALL.index(word)), word)
        elif word in _MONTHS:
            yield Figure(float(_MONTHS[word]), word)
    for name in names:
        for number in re.findall(r"\d+(?:\.\d+)?", name):
            yield Figure(float(number), name)


def missing(wanted: Iterable[Figure], given: Iterable[Figure]) -> list[str]:
    """The figures of ``wanted`` that have no equal in ``given``, as written.

    Decimals may be rounded: "2.4" covers "2.36", never "2.5". Integers are exact. Units
    must agree where both sides have one.
    """
    values = [(g.value, g.unit) for g in given]
    return [
        w.text
        for w in wanted
        if not any(
            _equal(w, value) and (not unit or not w.unit or unit == w.unit)
            for value, unit in values
        )
    ]


def _equal(wanted: Figure, value: float) -> bool:
    decimals = re.search(r"\d\.(\d+)", wanted.text)
    if decimals is None:
        return abs(wanted.value - value) <= 1e-9 * abs(value)
    written = re.search(r"\d[\d,]*\.\d+", wanted.text)
    number = float(written.group().replace(",", "")) if written else 1.0
    unit = wanted.value / number if number else 1.0
    half = 0.5 * unit * 10.0 ** -len(decimals.group(1))
    return abs(wanted.value - value) <= half * (1 + 1e-6)


def _amount(token: str) -> bool:
    """Whether letters and digits are a number with its scale or ending ("14k", "8bn", "3rd")."""
    match = re.fullmatch(r"\d[\d.,]*-?([A-Za-z]+)", token)
    return match is not None and match[1].lower() in {*_SCALE, "st", "nd", "rd", "th"}
