"""Does each clause of a sentence stand in one source sentence, as that sentence means it?

Sharing words is not enough: "Nvidia's revenue rose to $22.6 billion" shares them all with
"Nvidia's data-centre revenue rose to $22.6 billion". So every clause of a claim is laid
beside the source sentence, and there the clause, that tells most of it, and what they say of
certainty, denial, direction, dates, roles and attribution is compared. Figures are compared
in :mod:`rag.figures`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.aligned import Unit, clause_for, nearest, plain_words, shared, short, statements
from rag.certainty import Certainty
from rag.clauses import (
    SAYING,
    Clause,
    acts,
    clauses,
    denials,
    is_negator,
    negated,
    verbless,
)
from rag.facts import Day, dates, quantities
from rag.figures import bound_problems, figure_problems, periods
from rag.roles import (
    beside_problems,
    deed_problems,
    foreign_names,
    office_problems,
    owner_problems,
    role_problems,
    subject_problems,
)
from rag.sense import opposite, without
from rag.sentences import split
from rag.wording import (
    COPULA,
    against_problems,
    borrowed,
    cause_problems,
    extreme_problems,
    order_problems,
    untold,
)
from rag.words import STOP, alike, content, fold, parts, stem, tokens


class Differences(NamedTuple):
    """What a sentence says that its source sentences don't, one phrase each."""

    problems: tuple[str, ...] = ()  # contradictions: rarely found of a fair paraphrase
    objections: tuple[str, ...] = ()  # as often found of a fair paraphrase as of a wrong one
    doubts: tuple[str, ...] = ()  # found of many, as verbs and roles are read shallowly


_Pair = tuple[Clause, Clause]  # of the claim, and of the source the one that tells most of it


def binding_problems(sentence: str, spans: Sequence[str]) -> Differences:
    """What the clauses of ``sentence`` say that their source sentences don't."""
    units = [
        Unit(piece.text, number, at)
        for number, span in enumerate(spans)
        for at, piece in enumerate(split(span))
    ]
    problems: list[str] = []
    objections: list[str] = []
    doubts: list[str] = []
    for part in statements(sentence) if units else ():
        unit = nearest(part, units)
        pairs = [
            (clause, other)
            for clause in clauses(part)
            if (other := clause_for(clause.text, unit.text)) is not None
        ]
        problems += _contradictions(part, unit, units, pairs, sentence)
        objections += _objections(part, unit, units, pairs)
        doubts += _doubts(part, unit, units, pairs)
    return Differences(*(tuple(dict.fromkeys(x)) for x in (problems, objections, doubts)))


def _objections(part: str, unit: Unit, units: Sequence[Unit], pairs: Sequence[_Pair]) -> list[str]:
    found = foreign_names(part, unit, units, "does")
    dated = bool(dates(unit.text) or _WEEKDAY.search(unit.text))
    for day in _WEEKDAY.findall(part):
        if dated and day not in unit.text and any(day in u.text for u in units):
            found.append(f"{day} is not when the source dates it")
    for clause, other in pairs:
        found += _misdated(clause.text, other.text, unit.text)
        alike_enough = _compared(clause, other, plain_words(clause.text))
        if alike_enough and _surer(clause, other) and not _hedged(part, other):
            found.append(_less_certain(other))
    return found


def _doubts(part: str, unit: Unit, units: Sequence[Unit], pairs: Sequence[_Pair]) -> list[str]:
    found = [
        *foreign_names(part, unit, units, "else"),
        *extreme_problems(part, unit.text),
        *borrowed(part, unit, units),
        *role_problems(part, unit.text),
        *deed_problems(part, unit.text),
        *office_problems(part, unit.text),
        *owner_problems(part, unit.text, named=False),
        *untold(part, unit, units),
        *cause_problems(part, unit.text),
        *subject_problems(part, unit, units),
        *figure_problems(part, unit.text),
    ]
    for clause, other in pairs:
        found += _clause_doubts(clause, other, unit.text, part)
    return found


def _contradictions(
    part: str, unit: Unit, units: Sequence[Unit], pairs: Sequence[_Pair], sentence: str
) -> list[str]:
    problems = [
        *foreign_names(part, unit, units, "says"),
        *order_problems(part, unit.text),
        *owner_problems(part, unit.text, named=True),
        *bound_problems(part, unit.text),
        *against_problems(part, unit.text),
    ]
    for clause, other in pairs:
        problems += _clause_problems(clause, other, unit.text, sentence)
    return problems


_YEARLY = re.compile(r"\byear[- ](?:over|on|to)[- ]year\b|\byo?y\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


def _clause_problems(clause: Clause, other: Clause, unit: str, sentence: str) -> list[str]:
    problems = []
    mine = plain_words(clause.text)
    if _compared(clause, other, mine):
        problems += _turned(clause, other, mine, sentence)
    quarterly = periods(other.text) == {"quarter"} and not _YEARLY.search(other.text)
    if periods(clause.text) == {"year"} and quarterly:
        problems.append("the source says it of the quarter")
    problems += beside_problems(clause.text, other.text, unit)
    return problems


def _clause_doubts(clause: Clause, other: Clause, unit: str, part: str) -> list[str]:
    problems = []
    mine = plain_words(clause.text)
    if _compared(clause, other, mine):
        if _surer(clause, other):
            problems.append(_less_certain(other))
        if _undenied(clause.text, other.text, unit):
            problems.append("the source does not deny it")
    if COPULA.search(clause.text) and all(a.verb in SAYING for a in acts(clause.text)):
        source = content(unit)
        new = [w for w in mine if not any(alike(w, o) for o in source)]
        problems += [f"“{word}” is not in the source" for word in new[:1]]
    return problems


def _compared(clause: Clause, other: Clause, mine: Sequence[str]) -> bool:
    """Whether a claim clause has enough in common with a source clause to be its retelling."""
    values = {q.value for q in quantities(clause.text)}
    tied = bool(values & {q.value for q in quantities(other.text)})
    return bool(mine) and (tied or shared(mine, content(other.text)) >= 0.4 * len(set(mine)))


def _turned(clause: Clause, other: Clause, mine: Sequence[str], sentence: str) -> list[str]:
    """Denial (where ``sentence`` denies nothing at all) or direction other than in the source."""
    problems = []
    denies = _denies(clause.text)
    lacks = denies or negated(sentence) or without(sentence)
    if not lacks and other.negated and _deny_of(other.text, mine):
        problems.append("the source denies it")
    if not denies and _FORBIDS.search(other.text):
        problems.append("the source forbids it")
    turned = opposite(clause.text, other.text)
    if turned and denies == other.negated:
        problems.append(f"the source says “{turned[1]}”, not “{turned[0]}”")
    return problems


def _hedged(part: str, source: Clause) -> bool:
    """Whether another clause of the statement hedges as the source does: "said it should …"."""
    return any(c.certainty >= Certainty.PLANNED and not _surer(c, source) for c in clauses(part))


def _less_certain(other: Clause) -> str:
    return f"the source is less certain: “{short(other.text)}”"


def _surer(claim: Clause, source: Clause) -> bool:
    if verbless(claim.text):
        return False
    mine = claim.certainty
    if re.search(r"\b[Cc]an\b", claim.text):
        mine = max(mine, Certainty.POSSIBLE)
    if source.certainty is Certainty.POSSIBLE:
        return mine < Certainty.POSSIBLE
    if source.certainty is Certainty.WOULD:
        return mine < Certainty.PLANNED
    return source.certainty is Certainty.PLANNED and mine is Certainty.DONE


_DENIAL = re.compile(
    r"\b(?:unchanged|unaffected|unavailable|unlike|instead|rather than|exclud\w+|except|exempt\w*|"
    r"spare[ds]?|forbid\w*|forbad\w*|prohibit\w*|refus\w+|reject\w*|lack\w*|without|absen\w+|"
    r"rul(?:e|ed|es|ing) out|back(?:ed|s) down|yet to)\b",
    re.I,
)


_FORBIDS = re.compile(r"\b(?:forbid\w*|forbad\w*|prohibit\w*)\b", re.I)


def _denies(text: str) -> bool:
    return negated(text) or bool(_DENIAL.search(text))


def _denied(text: str) -> set[str]:
    """Stems of the up to five meaning-carrying words after the negator."""
    negators = denials(text)
    if not negators:
        return set()
    following = tokens(text)[negators[0] + 1 :]
    after = [stem(p) for t in following for p in parts(t.text) if fold(p) not in STOP]
    return set(after[:5])


def _undenied(claim: str, other: str, unit: str) -> bool:
    """Whether the claim denies what the source clause says, or denies it once more."""
    if not _denies(claim):  # "was not just passed" of "was just passed"
        return _negators(claim) > _negators(unit) and not _DENIAL.search(unit)
    if _negators(claim) > 1 and 0 < _negators(other) < _negators(claim):
        return True  # "no case is not known"
    mine, theirs = ({w.lower() for w in _DENIAL.findall(text)} for text in (claim, other))
    if negated(claim) and mine & theirs:
        return not negated(other)  # "has not rejected" of "has rejected"
    if _DENIAL.search(other) or _DENIAL.search(claim):
        return not _denies(other) and not negated(unit)
    scope, theirs = _denied(claim), _denied(other if negated(other) else unit)
    if not theirs:
        return not negated(unit)
    return bool(scope) and not any(alike(a, b) for a in scope for b in theirs)


def _negators(text: str) -> int:
    return sum(is_negator(token.text) for token in tokens(text))


def _deny_of(other: str, mine: Sequence[str]) -> bool:
    """Whether what a clause denies is what ``mine`` says; "the data is not" denies all of it.

    Half of what it denies must be in ``mine``; all of it where it goes on to tell what is so ("not
    one model but several").
    """
    denied, but, _ = other.partition(" but ")
    if but and negated(denied):
        return _denied(denied) <= set(mine)
    scope = _denied(other)
    return not scope or 2 * len(scope & set(mine)) >= len(scope)


def _misdated(claim: str, other: str, unit: str) -> list[str]:
    """Dates that the source gives, but to another event."""
    near = [d for d in dates(other) if d.month or d.quarter or d.year]
    wide = [d for d in dates(unit) if d.month or d.quarter or d.year]
    problems = []
    for day in dates(claim):
        rivals = [d for d in near or wide if _alike_fine(day, d)]
        if rivals and not any(day.agrees(d) for d in rivals):
            problems.append(f"{claim[day.start : day.end]} is not when the source dates it")
    return problems


def _alike_fine(one: Day, two: Day) -> bool:
    """Whether both give a month, or both a quarter, or both a year only."""
    if one.month or two.month:
        return bool(one.month and two.month)
    if one.quarter or two.quarter:
        return bool(one.quarter and two.quarter)
    return bool(one.year and two.year)
