"""Are the figures and dates of a sentence those of its sources?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.counted import counted_days
from rag.facts import CURRENCIES, Day, Quantity, dates, names, quantities
from rag.words import WEEKDAYS, alike, content, stem, tokens, words


def number_problems(
    sentence: str, body: str, *, certain: bool = False, around: str = ""
) -> list[str]:
    """Figures of ``sentence`` that ``body`` lacks, or has in another unit or of another thing.

    :param around: what may supply the numbers of names ("Weave 2"), and no others
    :param certain: leave out those that a fair retelling often has: of something else by the
        look of it, worked out of other figures, or a small number in letters ("two thirds")
    """
    known = quantities(body)
    literal = {token.text.strip(".").replace(",", "") for token in tokens(body)}
    problems = []
    for q in quantities(sentence):
        said = sentence[q.start : q.end].strip()
        if any(_agree(q, other) for other in known) or _within(sentence, q, known):
            continue
        wide = f"{body}\n{around}"
        if _part_of_name(sentence, q, wide) or _in_compound(sentence, q, wide):
            continue
        if any(_counts(q, other, body) or _next_word(q, sentence, other, body) for other in known):
            continue
        plain = {said.replace(",", ""), f"v{said}"}
        named = not q.unit and any(p in literal and _in_name(p, body) for p in plain | {said})
        if named and not (q.noun and any(_close(q, other) for other in known)):
            continue  # a version or part of a name: "Llama 3.1", "Q4"
        if _each(sentence, q, wide):
            continue
        same = [other for other in known if _close(q, other)]
        if certain and (
            _worked_out(q, known)
            or _small(said, q)
            or _alike(q, same, body)
            or _between(q, dates(wide))
            or _in_words(q, body)
        ):
            continue
        if same:
            problems.append(f"{said} is {_what(same[0], body)} in the source")
        else:
            problems.append(f"{said} is not in the source")
    return problems


def _alike(q: Quantity, same: Sequence[Quantity], body: str) -> bool:
    """Whether one of equal value is of no other unit, and what is counted is spoken of at all."""
    told = q.noun == _PARAMETER or any(alike(q.noun, word) for word in content(body))
    told = told or (q.noun == _USER and bool(re.search(r"\bus(?:e|es|ed|ing)\b", body)))
    if q.noun and not told:
        return False
    return any(not (q.unit and other.unit and q.unit != other.unit) for other in same)


def _small(said: str, q: Quantity) -> bool:
    return not q.unit and q.value <= SMALL and said[:1].isalpha()


def _each(sentence: str, q: Quantity, body: str) -> bool:
    """Whether a rate is for as many as the source writes shortly: "per million tokens" of "/1M"."""
    if not re.search(r"\b(?:per|a|each)\s+(?:one\s+)?$", sentence[: q.start], re.IGNORECASE):
        return False
    letter = {1e3: "k", 1e6: "m", 1e9: "b"}.get(q.value, "")
    short = rf"(?:/|\bper\s|\ba\s)\s?(?:1\s?)?{letter}(?:tok\w*)?\b"
    return bool(letter) and bool(re.search(short, body, re.IGNORECASE))


SMALL = 12  # "two of three", "three quarters", "two decades"


def _worked_out(q: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether one figure in another unit gives it, or two of one unit by their sum, difference or
    ratio, to 3%.
    """
    if q.unit in _SIZES:
        kind, size = _SIZES[q.unit]
        for other in known:
            same, scale = _SIZES.get(other.unit, ("", 1.0))
            if same == kind and abs(other.value * scale - q.value * size) <= 0.03 * q.value * size:
                return True
    for at, one in enumerate(known):
        for other in known[at + 1 :]:
            if one.unit != other.unit or not one.value or not other.value:
                continue
            points = q.noun == _POINT and one.unit == "%"
            high, low = max(one.value, other.value), min(one.value, other.value)
            made = [high - low, high + low] if q.unit == one.unit or points else []
            made += [high / low] if q.unit == "times" else []
            made += [100 * low / high, 100 * (high - low) / low] if q.unit == "%" else []
            if any(abs(q.value - m) <= 0.03 * abs(q.value) for m in made):
                return True
    return False


def _between(q: Quantity, days: Sequence[Day]) -> bool:
    """Whether it is the time between two of the dates: "nine years" from 2006 to 2015."""
    years = {d.year for d in days if d.year}
    if q.unit == "year":
        return any(abs(a - b) == q.value for a in years for b in years)
    size = {"day": 1.0, "week": 7.0, "month": 30.44}.get(q.unit)
    if size is None:
        return False
    dated = [d if d.year else replace(d, year=y) for d in days for y in (years if d.day else ())]
    full = sorted({day for d in dated if (day := _calendar(d))})[:MANY]
    slack = 0.5 if q.unit == "day" else size / 2
    return any(abs(abs((a - b).days) - q.value * size) <= slack for a in full for b in full)


def _in_words(q: Quantity, body: str) -> bool:
    """Whether the source has it in words: 75% as "three quarters", six months as "half a year"."""
    if q.unit == "%":
        given = [share for said, share in _SHARES.items() if re.search(rf"\b{said}\b", body, re.I)]
        return any(abs(q.value - share) < 1 for share in given)
    if _SIZES.get(q.unit, ("",))[0] != "time":
        return False
    wanted = q.value * _SIZES[q.unit][1]
    for half, unit in _SPELL.findall(body):
        told = _SIZES[unit.lower()][1] * (0.5 if half else 1)
        if abs(wanted - told) <= 0.03 * told:
            return True
    return False


_SPELL = re.compile(r"\b(half )?an? (day|week|month|year)\b", re.IGNORECASE)
_SHARES = {
    "(?:a|one) tenth": 10.0, "(?:a|one) fifth": 20.0, "(?:a|one) quarter": 25.0,
    "(?:a|one) third": 33.3, "half": 50.0, "two[ -]thirds": 66.7, "three[ -]quarters": 75.0,
}  # fmt: skip
MANY = 40  # full dates that are compared with each other

# Units of one kind, in seconds, megabytes and kilowatts.
_SIZES = {
    "ms": ("time", 1e-3), "second": ("time", 1.0), "minute": ("time", 60.0),
    "hour": ("time", 3600.0), "day": ("time", 86400.0), "week": ("time", 604800.0),
    "month": ("time", 2629800.0), "year": ("time", 31557600.0), "mb": ("data", 1.0),
    "gb": ("data", 1e3), "tb": ("data", 1e6), "kw": ("power", 1.0), "mw": ("power", 1e3),
    "gw": ("power", 1e6), "kwh": ("energy", 1.0), "mwh": ("energy", 1e3), "gwh": ("energy", 1e6),
}  # fmt: skip
_PARAMETER = stem("parameters")  # "a 120B model" has as many
_POINT = stem("points")
_USER = stem("users")


def _part_of_name(sentence: str, q: Quantity, body: str) -> bool:
    """Whether the number ends a name that the source has too: "Weave 2", "Weave 2 405B"."""
    for name in names(sentence):
        if name.start < q.start < name.end:
            said = _apart(sentence[name.start : q.end])
            if re.search(rf"\b{said}\b", body, re.IGNORECASE):
                return True
    before = re.search(r"(\w+)\s$", sentence[: q.start])
    if before is None or not before.group(1)[0].isupper() or q.unit:
        return False
    said = _apart(sentence[before.start() : q.end].strip())
    return bool(re.search(rf"\b{said}\b", body, re.IGNORECASE))


def _apart(name: str) -> str:
    """A pattern for a name with a number, however they are joined: "GPT-3.5", "GPT3.5"."""
    return r"[-\s_]?".join(re.escape(part) for part in re.split(r"[-\s_]+", name))


def _in_compound(sentence: str, q: Quantity, body: str) -> bool:
    """Whether the number is part of a word that the source has too: "Pleasant-Contact-556".

    A size may be joined to the name there: "the 27B model" of "qwen27b".
    """
    left = re.search(r"[\w-]*$", sentence[: q.start])
    right = re.match(r"[\w-]*", sentence[q.end :])
    lead, tail = left.group() if left else "", right.group() if right else ""
    whole = f"{lead}{sentence[q.start : q.end]}{tail}"
    if "-" in lead and re.search(r"[A-Za-z]", lead):
        return bool(re.search(rf"(?<![\w-]){_apart(whole)}(?![\w-])", body, re.IGNORECASE))
    size = re.fullmatch(r"\d+(?:\.\d+)?[BbMmKk]", whole)
    return bool(size and re.search(rf"[A-Za-z][-_]?{re.escape(whole)}\b", body, re.IGNORECASE))


_MORE = re.compile(r"\b(?:more than|over|above|exceeding|upwards of)\s+$", re.I)
_LESS = re.compile(r"\b(?:nearly|almost|less than|fewer than|under|just under)\s+$", re.I)
NEARBY = 0.15  # "more than 500" may stand for up to 15% more, "nearly 14,500" for 15% less


def _within(sentence: str, q: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether a rounded bound of the claim holds for a like figure of the source."""
    lead = sentence[max(0, q.start - 20) : q.start]
    side = 1 if _MORE.search(lead) else -1 if _LESS.search(lead) else 0
    return side != 0 and any(
        bool(q.unit or (q.noun and other.noun))
        and 0 <= side * (other.value - q.value) <= NEARBY * abs(q.value)
        and _agree(replace(q, value=other.value), other)
        for other in known
    )


def _in_name(said: str, body: str) -> bool:
    """Whether a number stands in the source as part of a name, version or score."""
    return bool(
        re.search(rf"(?<![\d.,]){re.escape(said)}(?![\d,]|[- ](?:thousand|million|billion))", body)
    )


def _counts(q: Quantity, other: Quantity, body: str) -> bool:
    """ "22 billion parameters" of "a 22-billion-parameter model"."""
    if not (q.noun and _close(q, other) and q.unit == other.unit):
        return False
    single = q.noun.removesuffix("s") if any(c.isdigit() for c in q.noun) else q.noun  # "H100s"
    return any(
        alike(single, word) for word in content(body[max(0, other.start - 24) : other.end + 24])
    )


def _next_word(q: Quantity, sentence: str, other: Quantity, body: str) -> bool:
    """ "The 98B-parameter model" of "a 98B parameter LLM called Weave"."""
    if q.unit != other.unit or not _close(q, other):
        return False
    mine, theirs = (
        re.match(r"[\s-]?([a-z]{3,})", t) for t in (sentence[q.end :], body[other.end :])
    )
    return bool(mine and theirs and alike(stem(mine.group(1)), stem(theirs.group(1))))


def _what(q: Quantity, body: str) -> str:
    return f"“{' '.join(body[max(0, q.start) : q.end + 25].split())}…”"


def _close(claim: Quantity, source: Quantity) -> bool:
    """Equal values; a claim that says "about" may be rounded to within 3%."""
    slack = 0.03 if claim.rough else 1e-9
    return abs(claim.value - source.value) <= slack * max(abs(claim.value), abs(source.value))


def _agree(claim: Quantity, source: Quantity) -> bool:
    if not _close(claim, source):
        return False
    if claim.unit != source.unit:
        if claim.unit and source.unit:
            return False
        # "$8 billion" against a bare "8 billion parameters" differs; "8 billion" of "$8
        # billion" leaves out, which is no contradiction unless it counts something else.
        return not claim.unit and source.unit in CURRENCIES and not claim.noun
    if claim.unit or not claim.noun or not source.noun or source.noun in _WHEN:
        return True
    mine, theirs = (_RATES.get(noun, noun.removesuffix("s")) for noun in (claim.noun, source.noun))
    return alike(mine, theirs) or claim.noun in _LOOSE


_WHEN = frozenset(map(stem, words("year month week quarter day time")))  # "1,000 next year"
_RATES = {
    short: stem(noun)
    for short, noun in {
        "rpm": "requests", "rps": "requests", "req": "requests", "qps": "queries", "tps": "tokens",
        "tok": "tokens", "toks": "tokens", "fps": "frames", "char": "characters",
        "chars": "characters", "param": "parameters", "params": "parameters",
    }.items()
}  # fmt: skip
_LOOSE = frozenset(map(stem, words("total people unit item thing of number figure")))


def date_problems(sentence: str, body: str, around: str) -> list[str]:
    """Dates of ``sentence`` that neither ``body`` nor ``around`` (dates of the articles) gives.

    What ``body`` counts from a full date of ``around`` ("Tuesday", "last month") is given too.
    """
    known = [*dates(body), *dates(around)]
    mine = [d for d in dates(sentence) if not _known(d, known)]
    if mine:
        told = [day for d in dates(around) if (day := _calendar(d))]
        counted = [d for day in told for d in counted_days(body, day)]
        mine = [d for d in mine if not _known(d, [*known, *counted])]
    problems = [f"{sentence[d.start : d.end]} is not in the source" for d in mine]
    weekdays = {w for w in WEEKDAYS if w in body.lower()}
    weekdays |= {day.strftime("%A").lower() for d in known if (day := _calendar(d))}
    for weekday in WEEKDAYS:
        if re.search(rf"\b{weekday}\b", sentence.lower()) and weekday not in weekdays:
            problems.append(f"{weekday.title()} is not in the source")
    return problems


def _calendar(day: Day) -> date | None:
    """The day of the calendar; None if not fully given, or there is no such day."""
    try:
        return date(day.year or 0, day.month or 0, day.day or 0)
    except ValueError:
        return None


def _known(claim: Day, known: Sequence[Day]) -> bool:
    years = {d.year for d in known if d.year}
    return any(claim.agrees(other) and _no_finer(claim, other, years) for other in known)


def _no_finer(claim: object, source: object, years: set[int]) -> bool:
    """The claim must not give a day, month or year that nothing in the sources gives."""
    for part in ("month", "day", "quarter"):
        if getattr(claim, part) is not None and getattr(source, part) is None:
            return False
    year = getattr(claim, "year")  # noqa: B009 (same form as above)
    return year is None or year in years
