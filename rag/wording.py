"""Words of a claim that its source sentence lacks, or has in another order or another sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.aligned import Unit, plain_words, shared, short, stems
from rag.clauses import (
    VERBS,
    acts,
    same_name,
)
from rag.facts import dates, names, quantities
from rag.roles import GENERIC, LIGHT, LIKE_VERBS
from rag.words import alike, content, stem, tokens, words

BORROWED = 2  # plain words of a part that may not come from another sentence than the rest


def borrowed(part: str, unit: Unit, units: Sequence[Unit]) -> list[str]:
    """Words that only another sentence of the source has, where there are too many of them."""
    own = content(unit.text)
    if _POINTS_BACK.search(unit.text):
        own += [
            w for u in units if u.span == unit.span and u.at == unit.at - 1 for w in content(u.text)
        ]
    named = {stem(t) for name in names(part) for t in name.tokens}
    elsewhere = [w for u in units if u is not unit for w in content(u.text)]
    taken = [
        word
        for word in dict.fromkeys(content(part))
        if word not in named
        and not word[0].isdigit()
        and not any(alike(word, w) for w in own)
        and word in elsewhere
    ]
    if len(taken) >= BORROWED:
        return [f"“{taken[0]}” and “{taken[1]}” are said of something else in the source"]
    return []


_POINTS_BACK = re.compile(
    r"\b(?:that|this|these|those|such)\s+(?!the\b|it\b)[a-z]+|\bdo(?:ne)? so\b"
)


SHORT = 4  # plain words; in so short a statement each must stand in the source


def untold(part: str, unit: Unit, units: Sequence[Unit]) -> list[str]:
    """A word of a short statement without figures that the passage has in no form."""
    mine = list(dict.fromkeys(plain_words(part)))
    if not 0 < len(mine) <= SHORT or quantities(part):
        return []
    theirs = stems(unit.text).union(*(stems(u.text) for u in units))
    kin = frozenset[str]().union(*(group for group in LIKE_VERBS if group & theirs))
    loose = LIGHT | GENERIC | _PASSING | VERBS | kin | {act.verb for act in acts(part)}
    for word in mine:
        if word not in loose and not any(alike(word, other) for other in theirs):
            return [f"“{word}” is not in the source"]
    return []


# Words of time, place and degree that change little, or that other checks look at.
_PASSING = frozenset(
    map(
        stem,
        words(
            "almost nearly above below among against itself himself herself themselves already "
            "although though because since until within without across along while whereas however "
            "still currently recently today later earlier higher lower available commercial use "
            "free include together instead both per cent percent monday tuesday wednesday thursday "
            "friday saturday sunday"
        ),
    )
)


COPULA = re.compile(r"\b(?:is|are|was|were)\s+(?:an?\s|the\s|\w+['’]s\s)")


def against_problems(part: str, unit: str) -> list[str]:
    """A vote against what the source says was voted for."""
    if re.search(r"\bvot\w+[^.]*\bagainst\s+(?:the\s|an?\s|\w+ing\b)", part):
        return [] if "against" in unit else ["the source does not say “against”"]
    return []


_CAUSES = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|after|following|amid|in response to|so that|"
    r"as a result of|in order to|despite|by)\s+"
)


def cause_problems(part: str, unit: str) -> list[str]:
    """A reason or circumstance of which the source sentence holds less than half."""
    own = content(unit)
    for match in _CAUSES.finditer(part):
        tail = re.split(r"[,;]", part[match.end() :])[0]
        told = [w for w in content(tail) if not w[0].isdigit() and w not in _MEASURES]
        if match.group().startswith("by") and re.match(r"(?:\w+ ){0,3}[$€£¥]?\d", tail):
            continue
        if told and shared(told, own) < 0.6 * len(set(told)):
            return [f"“{match.group().strip()} {short(tail)}” is not in the source sentence"]
    return []


_MEASURES = frozenset(map(stem, words("percent cent per million billion thousand point points")))


_EXTREMES = words(
    "largest biggest smallest best worst fastest highest lowest every always never all only "
    "everyone first last most world's entire whole unanimously"
)


def extreme_problems(part: str, unit: str) -> list[str]:
    """A superlative or an "all" that the source sentence doesn't have."""
    have = {t.text.lower() for t in tokens(unit)}
    for token in tokens(part):
        low = token.text.lower()
        if low not in _EXTREMES or low in have:
            continue
        if low == "only" and re.match(r"\W{0,2}(?:about |some )?[$€£]?\d", part[token.end :]):
            continue
        if low in ("first", "last", "most") and any(
            d.start <= token.start < d.end for d in dates(part)
        ):
            continue
        if any(alike(stem(low), stem(w)) for w in have if len(w) > 3):
            continue
        return [f"“{token.text}” is not in the source"]
    return []


_THAN = re.compile(r"\b(?:more|less|rather)\s+(\w+)\s+than\s+(\w+)", re.I)


def order_problems(part: str, unit: str) -> list[str]:
    """ "More A than B" where the source has B before A; "A … than B" against its figures."""
    if all(re.search(r"\bfirst\b.*\bthen\b", text) for text in (part, unit)):
        mine, there = ([n.text for n in names(t[t.find("first") :])] for t in (part, unit))
        if [n for n in mine if n in there] != [n for n in there if n in mine]:
            return ["the source has them in another order"]
    than = _THAN.search(part)
    if than:
        wanted = (stem(than.group(1)), stem(than.group(2)))
        found = [(stem(m.group(1)), stem(m.group(2))) for m in _THAN.finditer(unit)]
        if (wanted[1], wanted[0]) in found and wanted not in found:
            return ["the source compares them the other way round"]
    match = re.search(r"\bthan\b", part)
    return _compared(part, match.start(), unit) if match else []


def _compared(part: str, than: int, unit: str) -> list[str]:
    """Names on either side of "than" against their order, or their figures, in the source."""
    left = [name for name, at in _numbered(part) if at < than]
    right = [name for name, at in _numbered(part) if at > than]
    there = _numbered(unit)
    first = [at for name, at in there if left and same_name(name, left[0])]
    second = [at for name, at in there if right and same_name(name, right[0])]
    if not first or not second or left[0] & right[0]:
        return []
    forward = first[0] < second[0]
    if re.search(r"\b(?:than|ahead|behind|beat|outperform\w*|trail\w*)\b", unit):
        return [] if forward else ["the source compares them the other way round"]
    figures = [q for q in quantities(unit) if q.unit]
    if len(figures) == 2 and figures[0].unit == figures[1].unit:
        higher = (figures[0].value > figures[1].value) == forward
        said = bool(re.search(r"\b(?:higher|more|better|greater|larger|faster|bigger)\b", part))
        if higher != said:
            return ["the figures of the source say the opposite"]
    return []


def _numbered(text: str) -> list[tuple[frozenset[str], int]]:
    """Names with a number that follows as part of them ("Weave 1.5"), and where they begin."""
    found = []
    for name in names(text):
        more = re.match(r"\s(\d+(?:\.\d+)?)\b(?![%,])", text[name.end :])
        extra = {f"{sorted(name.tokens)[-1]} {more.group(1)}"} if more and name.tokens else set()
        found.append((frozenset(extra or set(name.tokens)), name.start))
    return found
