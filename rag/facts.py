"""Quantities, dates and proper names of a text, with offsets, in comparable form.

``$8B``, ``$8 billion`` and ``8 billion dollars`` are one quantity; ``14k`` is 14,000;
``41%`` is ``41 percent``; ``Oct 29th`` and ``October 29, 2024`` agree where both speak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.words import STOP, WEEKDAYS, Token, fold, hyphened, parts, stem, tokens, words


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts; ``value`` has its magnitude multiplied in."""

    value: float
    unit: str  # "" plain, "%", a currency ("usd", "eur" …), a measure ("mw", "year" …)
    noun: str  # stem of the word counted ("job"), "" if none was found
    start: int
    end: int
    rough: bool = False  # "about", "roughly", "nearly"


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as given; None for what is left out. ``quarter`` is 1 to 4."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    quarter: int | None = None

    def agrees(self, other: Day) -> bool:
        """Whether nothing that both give differs, and something is given by both."""
        pairs = (
            (self.year, other.year),
            (self.month, other.month),
            (self.day, other.day),
            (self.quarter, other.quarter),
        )
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        return bool(both) and all(a == b for a, b in both)


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words, or a mixed token such as ``GPT-4o`` or ``iPhone``."""

    text: str
    start: int
    end: int
    opens: bool = False  # a single word at the start of a sentence: perhaps no name

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its words, folded, without joining words."""
        found = (fold(part) for token in tokens(self.text) for part in re.split(r"-", token.text))
        return tuple(part for part in found if part and part not in _JOIN)


_JOIN = words("of and the for de la van von der den du & at in on")
_LINKS = _JOIN - {"and", "in", "on", "at"}

_MONTH_KEYS = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: number for number, name in enumerate(_MONTH_KEYS.split(), 1)}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"\b(?P<iso>{_YEAR})-(?P<isom>[01]\d)(?:-(?P<isod>[0-3]\d))?\b"
    rf"|\b(?P<d1>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?\b"
    rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!,\d)(?:,?\s+(?P<y2>{_YEAR}))?"
    rf"|\b(?P<m3>{_MONTH}),?\s+(?:of\s+)?(?P<y3>{_YEAR})\b"
    rf"|\b(?P<us1>[01]?\d)/(?P<us2>[0-3]?\d)/(?P<us3>(?:20)?\d\d)\b"
    r"|\b(?:Q(?P<q>[1-4])|(?P<qw>first|second|third|fourth)[ -]quarter)"
    rf"(?:\s+(?:of\s+)?(?P<yq>{_YEAR}))?\b"
    rf"|(?:(?<![\d.,$€£¥-])|(?<=\b{_YEAR}-))\b(?P<y4>{_YEAR})\b(?![.,]?\d|[%A-Za-z]|-(?!{_YEAR}\b))"
    r"|\b(?P<m5>January|February|April|June|July|August|September|October|November|December)\b"
    r"|\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|last|this|early|mid|late|of|during)[ -]"
    rf"(?P<m6>March|May)\b(?!,?\s+(?:of\s+)?{_YEAR}\b|\s+[0-3]?\d\b)"
)

_MAGNITUDE = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6,
    "millions": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9, "t": 1e12, "tn": 1e12,
    "trn": 1e12, "trillion": 1e12, "hundred": 1e2, "dozen": 12.0, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
_SYMBOL = {
    "$": "usd", "us$": "usd", "€": "eur", "£": "gbp", "¥": "yen", "₹": "inr", "₩": "krw",
    "c$": "cad", "ca$": "cad", "a$": "aud", "au$": "aud", "hk$": "hkd", "s$": "sgd", "nt$": "twd",
    "r$": "brl", "rmb": "yen", "cn¥": "yen", "usd": "usd", "eur": "eur", "gbp": "gbp",
}  # fmt: skip
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "percentage points": "%", "percentage point": "%",
    "dollars": "usd", "dollar": "usd", "usd": "usd", "euros": "eur", "euro": "eur", "eur": "eur",
    "pounds": "gbp", "sterling": "gbp", "gbp": "gbp", "yuan": "yen", "renminbi": "yen",
    "rmb": "yen", "yen": "yen", "rupees": "inr", "won": "krw", "cad": "cad", "aud": "aud",
    "canadian dollars": "cad", "us dollars": "usd", "u.s. dollars": "usd",
    "year": "year", "years": "year", "yr": "year", "yrs": "year", "month": "month",
    "months": "month", "week": "week", "weeks": "week", "day": "day", "days": "day",
    "hour": "hour", "hours": "hour", "hrs": "hour", "h": "hour", "minute": "minute",
    "minutes": "minute", "mins": "minute", "second": "second", "seconds": "second",
    "secs": "second", "ms": "ms", "milliseconds": "ms",
    "mw": "mw", "megawatt": "mw", "megawatts": "mw", "gw": "gw", "gigawatt": "gw",
    "gigawatts": "gw", "kw": "kw", "kilowatts": "kw", "kwh": "kwh", "mwh": "mwh", "gwh": "gwh",
    "tb": "tb", "terabytes": "tb", "gb": "gb", "gigabytes": "gb", "gigabyte": "gb", "mb": "mb",
    "megabytes": "mb", "km": "km", "kilometres": "km", "kilometers": "km", "miles": "mile",
    "mile": "mile", "mph": "mile", "metres": "metre", "meters": "metre", "kg": "kg",
    "kilograms": "kg",
    "nm": "nm", "nanometers": "nm", "nanometer": "nm", "nanometre": "nm", "nanometres": "nm",
    "x": "times", "×": "times", "times": "times", "fold": "times", "degrees": "degree",
    "°": "degree", "°c": "degree", "°f": "degree", "celsius": "degree", "fahrenheit": "degree",
    "basis points": "bp",
}  # fmt: skip
# Words for many of a unit: "three decades" are 30 years, "six cents" 0.06 dollars.
_MULTIPLES = {
    "decade": ("year", 10.0), "decades": ("year", 10.0), "century": ("year", 100.0),
    "centuries": ("year", 100.0), "fortnight": ("week", 2.0), "cents": ("usd", 0.01),
}  # fmt: skip
CURRENCIES = frozenset(_SYMBOL.values())
_COUNT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_SMALL = dict(zip(_COUNT.split(), range(21), strict=True)) | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "half": 0.5,
}  # fmt: skip
_TENS = "|".join(w for w, v in _SMALL.items() if v >= 20)
_ONES = "|".join(w for w, v in _SMALL.items() if v != 0.5)
_WORDNUM = rf"(?:(?:{_TENS})-(?:{_ONES})|{_ONES}|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_GAP = r"[*`]{0,3}[\s-]?[*`]{0,3}"  # with the marks of Markdown: "`1,600` **billion"
_QUANTITY = re.compile(
    r"(?<![\w.,/])"
    r"(?P<sym>(?:US|CA|C|AU|A|HK|S|NT|R|CN)?[$€£¥₹₩]|(?:USD|EUR|GBP|RMB)\s?)?\s?"
    rf"(?P<num>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?i:\b{_WORDNUM}\b)"
    r"|(?i:\b(?:a|several|half a)"
    r"(?=\s(?:hundred|thousand|million|billion|trillion|dozen|decade|century)))"
    r"|(?i:\b(?<!multi-)(?:million|billion|trillion)"
    r"(?=[\s-](?:dollar|pound|euro|parameter|token)s?\b)))"
    rf"(?:{_GAP}(?P<mag>(?i:thousand|millions?|billions?|trillion|hundred|dozen|lakh|crore"
    r"|bn|mn|tn|trn|mio)|[kKmMbBtT]|MM)(?![A-Za-z\d]))?"
    r"(?P<mag2>\s(?i:thousand|million|billion|trillion)\b)?"
    r"\+?"
    rf"(?:{_GAP}(?P<unit>%|°\s?[CF]?\b|(?i:percentage points?|per ?cent|basis points"
    r"|u\.?s\.? dollars|canadian dollars|[a-z×]+)))?"
)
_ROUGH = re.compile(
    r"(?:about|around|roughly|approximately|nearly|almost|some|circa|close to|an estimated|"
    r"estimated|up to|more than|over|at least|under|less than|fewer than|~|≈|>|<)\s*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"[\s*`-]*((?:[^\W\d_][\w'’-]*[\s]*){1,4})")


def dates(text: str) -> list[Day]:
    """The dates in ``text``, left to right; "2024" alone counts, "3 May" without a year too."""
    return list(_dates(text))


@lru_cache(maxsize=4096)
def _dates(text: str) -> tuple[Day, ...]:
    found = []
    for m in _DATES.finditer(hyphened(text)):
        g = m.groupdict()
        year = month = day = quarter = None
        if g["iso"]:
            year, month = int(g["iso"]), int(g["isom"])
            day = int(g["isod"]) if g["isod"] else None
        elif g["us3"]:
            first, second = int(g["us1"]), int(g["us2"])
            year, month, day = int(g["us3"]) % 2000 + 2000, first, second
        elif g["q"] or g["qw"]:
            quarter = (
                int(g["q"]) if g["q"] else ["first", "second", "third", "fourth"].index(g["qw"]) + 1
            )
            year = int(g["yq"]) if g["yq"] else None
        else:
            name = g["m1"] or g["m2"] or g["m3"] or g["m5"] or g["m6"]
            month = MONTHS[name[:3].lower()] if name else None
            written = g["d1"] or g["d2"]
            day = int(written) if written else None
            spelled = g["y1"] or g["y2"] or g["y3"] or g["y4"]
            year = int(spelled) if spelled else None
        if (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31):
            found.append(Day(year, month, day, m.start(), m.end(), quarter))
    return tuple(found)


_UP_TO = re.compile(
    r"(?:\s?[-–]\s?|\s(?P<link>and|or|to)\s)(?P<other>\d+(?:\.\d+)?)\s?"
    rf"(?P<mag>{'|'.join(sorted(_MAGNITUDE, key=len, reverse=True))})\b",
    re.IGNORECASE,
)


def _shared_magnitude(text: str, at: int, value: float) -> float:
    """What a number takes from one that it is joined with: "1.8-20B", "120 and 20 billion".

    :param value: the number that ends at ``at``
    :returns: the factor, 1 where there is none
    """
    match = _UP_TO.match(text, at)
    if match is None:
        return 1.0
    factor = _MAGNITUDE[match["mag"].lower()]
    link = (match["link"] or "-").lower()
    if link != "-" and (factor < 1e6 or (link == "to" and value > float(match["other"]))):
        return 1.0  # "from 900 to 1 million"
    return factor


def quantities(text: str) -> list[Quantity]:
    """The numbers in ``text`` that are not part of a date or a name such as ``GPT-4``.

    "one" is left out (it is mostly a pronoun); a bare ordinal ("1st") too.
    """
    return list(_quantities(text))


@lru_cache(maxsize=4096)
def _quantities(text: str) -> tuple[Quantity, ...]:
    taken = [(d.start, d.end) for d in dates(text)]
    text = hyphened(text)
    found = []
    for m in _QUANTITY.finditer(text):
        start = m.start("num")
        if any(a < m.end("num") and start < b for a, b in taken):
            continue
        made = _quantity(text, m)
        if made is not None:
            found.append(made)
    return tuple(found)


def _quantity(text: str, m: re.Match[str]) -> Quantity | None:
    written = m["num"].lower()
    if written in ("one", "half") and not m["mag"]:
        return None
    value = _value(written)
    for part in (m["mag"], m["mag2"]):
        if part:
            value *= _MAGNITUDE[part.strip().lower()]
    if not m["mag"]:
        value *= _shared_magnitude(text, m.end("num"), value)
    unit, end = "", max(m.end("num"), m.end("mag"), m.end("mag2"))
    tail = (m["unit"] or "").lower()
    if tail and not m["mag"] and m.end("num") == m.start("unit") and tail not in _UNITS:
        return None  # "4o", "70b-instruct", "1st": a name or rank, not a number
    known = "".join(tail.split()) if tail[0:1] == "°" else " ".join(tail.split())
    if known in _MULTIPLES:
        unit, scale = _MULTIPLES[known]
        value, end = value * scale, m.end("unit")
    if known in _UNITS and not (known in ("h", "x", "t") and m.start("unit") > m.end("num")):
        unit, end = _UNITS[known], m.end("unit")
    symbol = (m["sym"] or "").strip().lower()
    if symbol and unit not in CURRENCIES:  # in "$650.88 CAD" the code is the finer statement
        unit, end = _SYMBOL.get(symbol, "usd"), m.end("mag") if m["mag"] else m.end("num")
    start = m.start("sym") if m["sym"] else m.start("num")
    return Quantity(
        value, unit, _noun(text, end, unit), start, end, bool(_ROUGH.search(text[:start]))
    )


def _value(written: str) -> float:
    if written[0].isdigit():
        return float(written.replace(",", ""))
    if written in ("a", "several"):
        return 1.0
    if written in _MAGNITUDE:
        return _MAGNITUDE[written]  # "a trillion-parameter model"
    if written == "half a":
        return 0.5
    return float(sum(_SMALL[part] for part in written.split("-")))


def _noun(text: str, end: int, unit: str) -> str:
    """Stem of the word counted: the last plain word of the run after a plain number."""
    if unit:
        return ""
    run = _COUNTED.match(text, end)
    if not run:
        return ""
    last = ""
    for word in run.group(1).split():
        low = fold(word)
        if low in STOP or low in _AFTER:
            break
        last = word
        if low.endswith("s") and not low.endswith("ss"):
            break  # a plural: the head of the phrase
    return stem(parts(last)[-1]) if last and parts(last) else ""


_AFTER = words("worldwide globally annually yearly because plus including amid across around")

_CAP = re.compile(r"[A-ZÀ-ÞŁŠŽ]|[a-z]+[A-Z]|[A-Za-z]+[-.]?\d|\d+[A-Za-z]*-[A-Z]")
_PLAIN_OPENERS = words(
    "revenue revenues shares sales researchers analysts critics employees workers executives "
    "officials regulators investors customers users company companies firm firms layoffs cuts "
    "jobs staff people experts scientists engineers developers lawmakers prices profits costs "
    "spending funding training inference models model data results tests sources reports report "
    "according today yesterday tomorrow earlier later meanwhile separately overall finally "
    "additionally furthermore moreover instead because since although despite unlike like "
    "total annual internal early late several many most some few both each every roughly "
    "approximately nearly almost around about over under between among within without during "
    "following previously recently currently originally initially reportedly however therefore "
    "thus hence then also even still yet yes no not never only just first second third last next "
    "two three four five six seven eight nine ten hundreds thousands millions billions "
    "probably possibly presumably apparently perhaps maybe notably specifically importantly "
    "similarly conversely consequently accordingly alternatively crucially interestingly "
    "severance automation management leadership critics observers plans industry "
    "affected positions roles savings efficiency"
)


def names(text: str) -> list[Name]:
    """The proper names in ``text``: capitalised runs and mixed tokens, not months or "I"."""
    return list(_names(text))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[Name, ...]:
    text = hyphened(text)
    found: list[Name] = []
    run: list[Token] = []
    opening = True
    previous: Token | None = None
    for token in tokens(text):
        gap = text[previous.end : token.start] if previous else ""
        if previous is None or re.search(r"[.!?:\n•–—|]\s|[\n\"“]", gap):
            opening = True
        if run and (re.search(r"[^\s&'’/.-]", gap) or re.search(r"[.!?:]\s", gap) or "\n" in gap):
            _close(text, run, found)
            run = []
        joins = run and fold(token.text) in _LINKS and _continues(text, token)
        # the "F" of "104°F", the "C" of "C$650"
        scale = text[token.start - 1 : token.start] == "°" or text[token.end : token.end + 1] == "$"
        jointly = opening and token.text == "Together" and _JOINTLY.match(text, token.end)
        if (_is_name(token, opening) and not (scale or jointly)) or joins:
            run.append(token)
        elif run:
            _close(text, run, found)
            run = []
        opening = False
        previous = token
    if run:
        _close(text, run, found)
    return tuple(found)


def _is_name(token: Token, opening: bool) -> bool:
    word = token.text
    low = fold(word)
    if not _CAP.match(word) or low in ("i", "i'm", "i'd", "i've", "i'll"):
        return False
    if re.fullmatch(r"[a-z]+-(?:19|20)\d\ds?", word):
        return False  # "mid-2024"
    if low[:3] in MONTHS and re.fullmatch(_MONTH, word):
        return False
    if low in WEEKDAYS or (low in _UNITS and len(low) > 1):
        return False
    if opening and _CONTRACTED.fullmatch(low):
        return False
    return not (opening and (low in STOP or low in _PLAIN_OPENERS))


_JOINTLY = re.compile(r",|\s(?:with|they|these|those|the)\b")  # not the company of that name
_CONTRACTED = re.compile(r"(?:they|it|he|she|we|you|that|there|what|who|here|let)['’]\w{1,2}")


def _continues(text: str, token: Token) -> bool:
    return bool(re.match(r"\s(?:the\s)?[A-ZÀ-Þ]", text[token.end : token.end + 6]))


def _close(text: str, run: list[Token], found: list[Name]) -> None:
    while run and fold(run[-1].text) in _JOIN:
        run.pop()
    if not run:
        return
    start, end = run[0].start, run[-1].end
    head = text[:start].rstrip(" \"“'‘(*_#-•>")
    opens = len(run) == 1 and (not head or head[-1] in ".!?:\n|")
    found.append(Name(text[start:end], start, end, opens and run[0].text.istitle()))
