"""A claim laid beside its source: which sentence and clause tell most of each statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.clauses import (
    SAYING,
    Clause,
    acts,
    clauses,
    proper,
)
from rag.facts import dates, names, quantities
from rag.words import STOP, alike, content, fold, parts, stem, tokens


@dataclass(frozen=True, slots=True)
class Unit:
    """A source sentence; ``span`` and ``at`` say where it stands."""

    text: str
    span: int
    at: int


_STRONG = re.compile(
    r";\s+|,?\s+(?:while|whereas)\s+|,\s+(?:but|and)\s+(?=[A-Z\"“]|it\b|its\b|the\b)"
)


def statements(sentence: str) -> list[str]:
    """The statements that a sentence joins, each of which may have a source of its own."""
    parts_: list[str] = []
    for part in _STRONG.split(sentence):
        match = _RELATIVE.search(part)
        if match and match.start() < match.end(1):
            parts_.append(f"{match.group(1)} {match.group(2)}.")
            part = f"{part[: match.end(1)]} {part[match.end() :]}"
        parts_.append(part)
    return [part for part in parts_ if len(content(part)) > 1] or [sentence]


_RELATIVE = re.compile(r"((?:[A-Z][\w.&’'-]*\s?){1,4}), (?:which|who) ([^,;]+?)(?:,|[.]?$)")


def shared(one: Sequence[str], two: Sequence[str]) -> float:
    """How many different stems of ``one`` are in ``two``; those of like meaning count 0.8."""
    other = set(two)
    total = 0.0
    for word in set(one):
        if word in other:
            total += 1
        elif any(alike(word, w) for w in other):
            total += 0.8
    return total


def nearest(text: str, units: Sequence[Unit]) -> Unit:
    """The source sentence that holds most of the figures, then of the words, then of the names."""
    mine, values = plain_words(text), {q.value for q in quantities(text)}
    named = {t for name in names(text) for t in name.tokens}

    def closeness(unit: Unit) -> tuple[int, float]:
        held = values & {q.value for q in quantities(unit.text)}
        score = shared(mine, content(unit.text)) - 0.01 * len(unit.text.split())
        score += 0.5 * len(named & {fold(t.text) for t in tokens(unit.text)})
        return len(held), score

    return max(units, key=closeness)


def clause_for(clause: str, unit: str) -> Clause | None:
    """The source clause that tells most of ``clause``; its verbs and figures count most."""
    values = {q.value for q in quantities(clause)}
    mine, verbs = plain_words(clause), {act.verb for act in acts(clause) if act.verb not in SAYING}
    named = {t for name in names(clause) for t in name.tokens}
    best, most = None, (0, 0.0)
    for other in clauses(unit):
        score = shared(mine, plain_words(other.text))
        score += 0.5 * len(named & {fold(t.text) for t in tokens(other.text)})
        held = len(values & {q.value for q in quantities(other.text)})
        theirs = {act.verb for act in acts(other.text)}
        score += 2 * any(same_verb(v, w) for v in verbs for w in theirs)
        if (held, score) > most:
            best, most = other, (held, score)
    return best


def plain_words(text: str) -> list[str]:
    """Stems of the meaning-carrying words that are in no name, number or date."""
    taken = [(n.start, n.end) for n in proper(text, openers=True)]
    taken += [(d.start, d.end) for d in dates(text)] + [(q.start, q.end) for q in quantities(text)]
    return [
        stem(part)
        for token in tokens(text)
        if not any(a <= token.start < b for a, b in taken) and not token.text[0].isdigit()
        for part in parts(token.text)
        if fold(part) not in STOP
    ]


def stems(text: str) -> set[str]:
    """The stems of all words, stop words too."""
    return {stem(part) for token in tokens(text) for part in parts(token.text)}


def same_verb(one: str, two: str) -> bool:
    """Whether two verb stems mean alike and the second is more than "said"."""
    return two not in SAYING and alike(one, two)


def short(text: str) -> str:
    """``text`` in at most 60 characters, for a message."""
    found = " ".join(text.split())
    return found if len(found) <= 60 else f"{found[:59]}…"
