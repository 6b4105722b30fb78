"""Do a claim and its source sentence give the same deed to the same people and things?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from rag.aligned import Unit, clause_for, plain_words, same_verb, stems
from rag.clauses import (
    SAYING,
    VERBS,
    Act,
    acts,
    clauses,
    meet,
)
from rag.facts import dates, names
from rag.naming import TITLED
from rag.nations import same_people
from rag.words import STOP, WEEKDAYS, alike, content, fold, stem, tokens, words

Role = Literal["says", "does", "else"]


def foreign_names(part: str, unit: Unit, units: Sequence[Unit], role: Role) -> list[str]:
    """Names that stand in another sentence, where this one has a subject of its own.

    :param role: look at the names of those who say something, of those who do something, or
        at all others, whom the source may mean by other words ("the Foreign Secretary")
    """
    here = {t for name in names(unit.text) for t in name.tokens} | {
        fold(t.text) for t in tokens(unit.text)
    }
    problems = []
    done = acts(part)
    agents = {t for act in done for agent in act.agents for t in agent}
    sayers = {t for act in done if act.verb in SAYING for agent in act.agents for t in agent}
    wide = " ".join(u.text for u in units if u is not unit) + " " + part
    plain = {t.text for t in tokens(wide)}
    openers = {frozenset(n.tokens) for n in names(unit.text) if n.opens and n.text not in plain}
    owned = any(set(act.agents) - openers for act in acts(unit.text) if act.verb not in SAYING)
    owned = owned and not _POINTS_BACK.match(unit.text)
    for name in names(part):
        if TITLED.search(name.text):
            continue  # "Rep. Ann Ode": the office of the name that follows
        mine = set(name.tokens)
        if any(same_people(a, b) for a in mine for b in here):
            continue
        if not mine or mine & here or {stem(t) for t in mine} & {stem(t) for t in here}:
            continue
        homes = [u for u in units if mine <= {fold(t.text) for t in tokens(u.text)}]
        if not homes:
            continue
        subject = bool(mine & agents) and not re.search(
            r"\b(?:in|at|of|for|from|with|on|to)\s+$", part[: name.start]
        )
        before = any(u.span == unit.span and u.at < unit.at for u in homes)
        if not before and subject and (_PRONOUN.match(unit.text) or _POINTS_BACK.match(unit.text)):
            continue  # "He met his goal": somebody named further off, perhaps this one
        own: Role = "else" if not subject else "says" if mine & sayers else "does"
        if own == "says" and _SPEAKS.search(unit.text):
            own = "else"  # "…, she said": who that is stands elsewhere
        near = [u for u in homes if u.span != unit.span or abs(u.at - unit.at) <= 2]
        if own == "says" and any(_does_something(mine, u.text) for u in near):
            own = "does"  # "Ann Ode opened the fair with three numbers. …": may have said this
        if own == role and (not before or (owned and subject)):
            problems.append(f"the source says it of something other than {name.text}")
    return problems


def _does_something(name: set[str], text: str) -> bool:
    """Whether somebody does something in a sentence, and is not only spoken of or to."""
    return any(name & agent for act in acts(text) for agent in act.agents)


_SPEAKS = re.compile(
    r"\b(?:he|she|they) (?:also |has |had )?(?:said|says|wrote|writes|told|added|adds|explained|"
    r"noted|tweeted|posted|argued|argues)\b"
)
_PRONOUN = re.compile(r"(?:He|She|They|We|I)\b")
_POINTS_BACK = re.compile(
    r"(?:It|He|She|They|The (?:company|firm|start-?up|group|maker|giant|agency|lab|state|country|"
    r"city|county|province|island|club|team|band|model|system|tool|app|chip|device|service|platform))\b"
)


def role_problems(part: str, unit: str) -> list[str]:
    """A verb done by, or to, others than in the source; a statement made by another."""
    theirs = acts(unit)
    problems = []
    for act in acts(part):
        if act.verb in SAYING and not act.agents:
            continue
        if act.verb in SAYING:
            rivals = [b for b in theirs if b.verb in SAYING and b.agents]
        else:
            rivals = [b for b in theirs if same_verb(act.verb, b.verb)]
        if rivals and all(_conflict(act, b) for b in rivals):
            problems.append(f"in the source others “{act.verb}”")
    return problems


# Verbs that say little: what is said stands in the words around them.
LIGHT = frozenset(
    map(
        stem,
        words(
            "has have had reach hit expect plan aim include become hold present get total remain "
            "use "
            "back stand offer provide bring face take give need show impose join want appear "
            "come intend sit allow involve consider lose run"
        ),
    )
)


LIKE_VERBS = [
    frozenset(map(stem, words(line)))
    for line in (
        "receive get go give award grant",
        "test try pilot trial",
        "participate take part",
        "impose fine",
        "beat defeat outperform surpass top exceed overtake ahead outsell",
        "succeed succeeded replace replaced take over",
        "charge sell cost costs price spend spent pay expenditure expense",
        "produce make manufacture build supply making made",
        "serve use provide offer consume",
        "allow permit forbid enable",
        "available download access",
        "agree approve accept",
        "accuse claim allege sue",
        "criticise criticize call slam attack",
        "lower cut reduce drop fall decrease slash",
        "raise increase lift rise grow",
        "pay buy cost purchase acquire award fine",
        "found founded start establish create",
        "double twofold twice",
        "triple treble threefold",
        "settle end resolve",
        "keep retain stay remain",
        "lift end drop remove pull withdraw scrap",
        "consider weigh explore mull discuss talk negotiate",
    )
]


def told(verb: str, stems: Iterable[str]) -> bool:
    """Whether ``stems`` hold a verb's stem or one of like meaning."""
    theirs = frozenset(stems)
    kin = frozenset[str]().union(*(group for group in LIKE_VERBS if verb in group))
    return bool(kin & theirs) or any(alike(verb, word) for word in theirs if len(word) > 2)


def deed_problems(part: str, unit: str) -> list[str]:
    """A verb of the claim for which the source sentence has no word of like meaning."""
    theirs = stems(unit)
    for act in acts(part):
        if act.verb in SAYING or act.verb in LIGHT or act.verb in theirs:
            continue
        if not told(act.verb, theirs):
            return [f"“{act.verb}” is not in the source sentence"]
    return []


_OFFICE = re.compile(
    r"\b(?:chief executive|CEO|chair(?:man|woman)?|president|founder|minister|"
    r"chief \w+(?: officer)?|"
    r"spokes(?:man|woman|person)|director|analyst)\b"
)


def office_problems(part: str, unit: str) -> list[str]:
    """ "A is chief executive" where the source has the office beside others' names."""
    match = re.search(r"^(.{3,60}?)\s+(?:is|was|becomes?|became|as)\s+(?:the |an? )?", part)
    office = _OFFICE.search(part, match.end()) if match else None
    if match is None or office is None or re.search(r"\bby\b", part):
        return []
    mine = tuple(frozenset(n.tokens) for n in names(match.group(1)))
    said = (
        r"chief executive|CEO" if office.group() in ("chief executive", "CEO") else office.group()
    )
    pieces = clauses(unit)
    for at, piece in enumerate(pieces):
        if re.search(said, piece.text, re.I):
            near = " ".join(p.text for p in pieces[max(0, at - 2) : at + 3])
            there = tuple(frozenset(n.tokens) for n in names(near))
            of = re.match(r"\s+(?:of|at)\s+(?:the\s+)?([A-Z][\w.-]*)", part[office.end() :])
            house = (frozenset([fold(of.group(1))]),) if of else ()
            if (not mine or meet(mine, there)) and (not house or _housed(house, unit)):
                return []
    return [f"the source does not call {match.group(1)} {office.group()}"]


def _housed(house: tuple[frozenset[str], ...], unit: str) -> bool:
    """Whether the source sentence names the house of an office, or leaves it open."""
    named = tuple(frozenset(n.tokens) for n in names(unit))
    owned = re.search(r"['’]s\s+(?:\w+\s+)?(?:chief|head|CEO|chair)", unit)
    return meet(house, named) or not owned


def _conflict(claim: Act, source: Act) -> bool:
    suffers = claim.verb not in SAYING and source.targets and meet(claim.targets, source.agents)
    if suffers and not meet(claim.targets, source.targets):
        return True
    if meet(claim.agents, source.agents):
        return False
    if meet(claim.agents, source.targets):
        return True
    return bool(claim.agents) and bool(source.agents)


_OWNER = re.compile(r"([\w-]+)['’]s?\s+((?:[\w-]+\s?){1,4})")


_OWNED = re.compile(r"([\w-]+)\s+(for|of|at)\s+((?:[\w-]+\s?){1,3})")


def _owned_by(text: str, *, loosely: bool) -> dict[str, set[str]]:
    """Each noun with those it belongs to, as stems: "Tesla's chip", "the chip of Tesla".

    :param loosely: also "lawyers for authors", "a model for VS Code"
    """
    found: dict[str, set[str]] = {}
    for match in _OWNER.finditer(text):
        for token in tokens(match.group(2)):
            low = fold(token.text)
            if low in STOP or stem(low) in VERBS:
                break
            found.setdefault(stem(low), set()).add(stem(match.group(1)))
    for match in _OWNED.finditer(text):
        named = all(match.group(n)[0].isupper() for n in (1, 3))  # "Department of Health"
        if not (loosely or match.group(2) == "of"):
            continue
        if fold(match.group(1)) not in STOP and not named:
            owners = [w for w in content(match.group(3)) if not w[0].isdigit()]
            found.setdefault(stem(match.group(1)), set()).update(owners)
    return found


def owner_problems(part: str, unit: str, *, named: bool) -> list[str]:
    """A thing that the source gives to another: "Samsung's chip" for "Tesla's chip".

    :param named: whether to look at owners with a capital letter, which the source gives it to
        another name for, or at all others, for which it may have a word of like meaning
    """
    theirs = _owned_by(unit, loosely=not named)
    if named:
        capitalised = {stem(t) for name in names(unit) for t in name.tokens}
        theirs = {noun: owners & capitalised for noun, owners in theirs.items()}
    for match in _OWNER.finditer(part):
        if match.group(1)[0].isupper() is not named:
            continue
        owner = stem(match.group(1))
        for token in tokens(match.group(2)):
            noun = stem(token.text)
            if fold(token.text) in STOP or noun in VERBS:
                break
            others = theirs.get(noun, set())
            told = others and not ({owner, *others} & GENERIC)
            told = told and not any(o[0].isdigit() for o in others)
            if told and not any(alike(owner, o) for o in others):
                return [f"the source says “{noun}” of “{min(others)}”"]
    return []


GENERIC = frozenset(
    map(
        stem,
        words(
            "company firm startup start-up group maker model deal agreement report study "
            "researcher team lawsuit round plan product service system tool law rule they it "
            "article author "
            "contract move decision change figure number share total"
        ),
    )
)


def _lead(text: str) -> list[str]:
    """Stems of the plain words before the first verb or auxiliary of a clause."""
    first = min([a.start for a in acts(text)], default=len(text))
    match = _AUXILIARY.search(text)
    end = min(first, match.start() if match else len(text))
    return plain_words(text[:end]) if end < len(text) else []


_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|will|would|can|could|may|might|should|must|has|have|had|did|does|do)\b"
)


def subject_problems(part: str, unit: Unit, units: Sequence[Unit]) -> list[str]:
    """A subject of plain words that the source clause gives to something else."""
    problems = []
    everywhere = {w for u in units for w in content(u.text)}
    for clause in clauses(part):
        mine = [w for w in _lead(clause.text) if w not in GENERIC and w in everywhere]
        other = clause_for(clause.text, unit.text)
        if other is None:
            continue
        theirs = _lead(other.text)
        if mine and theirs and not set(theirs) & GENERIC:
            near = content(other.text)
            if not any(alike(a, b) for a in mine for b in near):
                problems.append(f"the source says it of “{theirs[-1]}”, not of “{mine[-1]}”")
        doer = [w for w in theirs if w in _PEOPLE]
        agents = [a for act in acts(clause.text) for a in act.agents]
        here = {fold(t.text) for t in tokens(unit.text)}
        if doer and agents and not mine and not any(a & here for a in agents):
            problems.append(f"the source says it of “{doer[-1]}”")
        owned = not theirs and any(act.agents for act in acts(other.text))
        if mine and owned and not any(alike(a, b) for a in mine for b in content(unit.text)):
            problems.append(f"the source does not say it of “{mine[-1]}”")
    return problems


# Groups that no report uses for a company or person that it named before.
_PEOPLE = frozenset(
    map(
        stem,
        words(
            "opposition union analyst critic rival expert investor customer user worker employee "
            "lawyer newspaper official judge jury resident teacher nurse doctor student pupil "
            "author plaintiff shareholder lawmaker senator scientist"
        ),
    )
)
_PREP = re.compile(
    r"\b(against|with|to|for|from|in|at|under|into|on)\s+(?:the\s+)?((?:[A-Z][\w.&’'-]*\s?)+)"
)


def _pieces(word: str) -> set[str]:
    """A word, folded, with the pieces that hyphens join: "Harbour-owned"."""
    return {fold(word), *fold(word).split("-")}


def beside_problems(clause: str, other: str, unit: str) -> list[str]:
    """A name after a preposition where the source clause has another name after it.

    :param unit: the whole source sentence; a name that stands there is looked at elsewhere
    """
    theirs: dict[str, list[str]] = {}
    for match in _PREP.finditer(other):
        theirs.setdefault(match.group(1), []).append(match.group(2))
    here = {part for t in tokens(unit) for part in _pieces(t.text)}
    for match in _PREP.finditer(clause):
        rivals = theirs.get(match.group(1))
        mine = {part for t in tokens(match.group(2)) for part in _pieces(t.text)}
        if not rivals or mine & here or dates(f"in {match.group(2)}"):
            continue
        if any(dates(f"in {r}") or r.strip().lower() in WEEKDAYS for r in rivals):
            continue
        return [f"the source says “{match.group(1)} {rivals[0].strip()}”"]
    return []
