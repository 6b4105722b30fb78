"""Clauses of a sentence: how certain each is, what it denies, who does what in it.

A shallow reading, without a grammar: marks of certainty, a list of common verbs and the
order of names. It errs towards saying nothing where a construction is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.certainty import PAST, Certainty, certainty
from rag.facts import Name, dates, names
from rag.words import NEGATORS, STOP, Token, fold, stem, tokens, words


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with at most one statement; offsets are the sentence's."""

    text: str
    start: int
    end: int
    certainty: Certainty
    negated: bool


_FINITE = (
    r"(?:is|are|was|were|be|been|has|have|had|will|would|could|may|might|can|should|must|did|does|"
    r"do|said|says|it|they|he|she)\b"
)
_SUBORDINATE = (
    r"while|whereas|but|although|though|because|which|whom?|whose|if|unless|whether|after|before|"
    r"since|until|as "
    r"well as|compared (?:with|to)|among|excluding"
)
_SPLIT = re.compile(
    rf"[;:]\s+|\s[–—-]\s|,[\"”’]?\s+(?:and\s+)?(?=\D)|\s+(?=(?:{_SUBORDINATE})\s)"
    rf"|\s+(?=and\s+(?:\w+ly\s+)?(?:{_FINITE}|\w{{2,}}ed\b))"
    r"|(?<!\bthe)(?<!\bof)(?<!\bto)\s+(?=that\s)"
    r"|(?<=\b(?:said|says))(?=\s(?:it|they|he|she|its|the)\s)"
    r"|\s+(?=(?:it|they|he|she)\s+(?:will|would|could|may|might|plans?|expects?|aims?)\b)",
)


@lru_cache(maxsize=8192)
def clauses(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence, in order; at least one for a text with words."""
    cuts = [0]
    for match in _SPLIT.finditer(sentence):
        cuts.append(match.end())
    cuts.append(len(sentence))
    found: list[Clause] = []
    for left, right in pairwise(cuts):
        text = sentence[left:right]
        if not re.search(r"\w", text):
            continue
        sure = certainty(text)
        if found and _continues(text):
            sure = max(sure, found[-1].certainty)
        on = " until" if sentence.startswith("until", right) else ""
        found.append(Clause(text, left, right, sure, negated(text.rstrip() + on)))
    return tuple(found)


def _continues(text: str) -> bool:
    """Whether a clause has no auxiliary of its own and so takes that of the one before."""
    return bool(re.match(r"(?:and|or)\s+(?:then\s+)?(?:be\b|[a-z]+\b(?<!ed)\b)", text)) and not (
        re.search(rf"^(?:and|or)\s+(?!be\b){_FINITE}|\b(?:{'|'.join(sorted(PAST))})\b|ed\b", text)
    )


_NOT = re.compile(r"n['’]t$")


def is_negator(word: str) -> bool:
    """Whether a word denies: "not", "no", "denied", "isn't"."""
    return fold(word) in NEGATORS or bool(_NOT.search(word.lower()))


def negated(text: str) -> bool:
    """Whether a negator of ``text`` denies something.

    Those of "not only", "not far from", "not until" and "No. 5" don't.
    """
    return bool(denials(text))


def denials(text: str) -> list[int]:
    """Which of the :func:`~rag.words.tokens` of ``text`` deny what follows them.

    Two in a row ("can't deny") say it is so, and so does what was only not so in another
    world ("had it not been sold").
    """
    if _UNREAL.search(text):
        return []
    found: list[int] = []
    listed = tokens(text)
    for at, token in enumerate(listed):
        if not is_negator(token.text):
            continue
        after = listed[at + 1] if at + 1 < len(listed) else None
        low = fold(after.text) if after else ""
        if (
            low in ("only", "just", "far")
            or _NOT_UNTIL.match(text, token.end)
            or (fold(token.text) == "no" and low[:1].isdigit())
        ):
            continue
        if fold(token.text) == "no" and after and "," in text[token.end : after.start]:
            continue  # "No, it has"
        if found and found[-1] == at - 1 and low:
            found.pop()
            continue
        found.append(at)
    return found


_NOT_UNTIL = re.compile(r"\s(?:\w+\s)?until\b")  # it is then
_UNREAL = re.compile(r"^\W*Had\s(?:\w+\s){1,4}not\b|\bif\b[^,;]*\bhad(?:n['’]t| not)\b")


# Who does what

_COMMON = words(
    "accept accuse acquire add admit adopt advise agree aim allow announce appeal "
    "apply appoint approve argue ask award back ban bar beat become begin bid block "
    "boost borrow break bring build buy call cancel carry cause charge choose cite claim "
    "close collapse commit compete complete confirm consider contain continue "
    "contribute control convert copy cost create criticise criticize cut decide "
    "decline defeat defend delay deliver deny deploy design develop disclose dismiss "
    "double draw drop earn employ enable end endorse enter exceed expand expect extend face "
    "fail fall file find finish fine fire fly forecast found fund gain generate get "
    "give grant grow halt handle head help hire hit hold host impose improve include "
    "increase introduce invest investigate join keep kill launch lay lead leak learn "
    "lease leave lend license lift link list lose lower make manage manufacture "
    "merge miss move name need obtain offer open operate oppose order outperform "
    "outsell overtake own partner pay persuade plan pledge poach poll praise "
    "present prevent produce promise propose prove provide publish pull push put "
    "quit raise reach receive recommend recruit reduce refund refuse reject release "
    "remain remove rename renew replace report require resign restore restrict "
    "resume return reveal reverse rise rule run save score scrap secure seek sell "
    "send serve settle share ship show shut sign slash spend split spread start "
    "steal step stop strike study succeed sue suffer supply support surpass survey "
    "suspend take target teach tell test threaten tighten top trail train transfer "
    "treble triple unveil upgrade urge use value visit vote warn win withdraw work "
    "write"
)
VERBS = frozenset(stem(form) for verb in _COMMON for form in (verb, f"{verb}ed", f"{verb}s"))
SAYING = frozenset(
    map(
        stem,
        words(
            "say said says tell told claim announce report argue add warn state explain write "
            "predict insist suggest admit confirm deny call"
        ),
    )
)
_MODAL = words("will would could may might should must can shall")
_BE = words("is are was were be been being get gets got")


@dataclass(frozen=True, slots=True)
class Act:
    """A verb with the names around it; ``agents`` do it, ``targets`` suffer or receive it."""

    verb: str  # stem
    start: int
    agents: tuple[frozenset[str], ...]  # each a name's tokens
    targets: tuple[frozenset[str], ...]


@lru_cache(maxsize=8192)
def acts(sentence: str) -> tuple[Act, ...]:
    """The verbs of ``sentence`` in order, with agents inherited from the clause before."""
    listed = proper(sentence, openers=True)
    spans = [(n.start, n.end) for n in listed]
    pieces = clauses(sentence)
    every = tokens(sentence)
    found: list[Act] = []
    for at, token in enumerate(every):
        owned = at > 0 and sentence[every[at - 1].end : token.start].startswith(("'", "’"))
        if owned or not _is_verb(every, at, spans):
            continue
        left, right = _sides(listed, pieces, token)
        if _passive(every, at):
            right, left = left, _after_by(sentence, token, right)
        found.append(Act(stem(token.text), token.start, _sets(left), _sets(right)))
    return tuple(found)


_NOUN_BEFORE = words(
    "a an the its their his her of in for with from most some all no any several these this that"
)
_PARTICIPLE = re.compile(
    r"(?:\w+ly |not |now |also |already |yet |since |just |never |long )?"
    r"(?:been|\w+ed|\w+wn|given|taken|"
    r"led|built|bought|sold|put|cut|hit|set|said|made|paid|won|lost|met|begun|become|come|held|kept|"
    r"left|lent|run|sent|spent|told|found|laid|brought|got|to)\b"
)


def _is_verb(every: list[Token], at: int, spans: list[tuple[int, int]]) -> bool:
    token = every[at]
    low = fold(token.text)
    if not low.isalpha():
        return False
    if any(a <= token.start < b for a, b in spans):
        return False
    if low in STOP and low not in ("say", "says", "said", "saying", "has", "have", "had"):
        return False
    before = fold(every[at - 1].text) if at else ""
    if before == "may" and every[at - 1].text[0].isupper() and at > 1:
        before = ""  # the month
    if low.endswith("ing") and before not in _BE:
        return False
    if before in _NOUN_BEFORE or (at and re.search(r"['’]s?$", every[at - 1].text)):
        return False
    if low in ("has", "have", "had"):
        return not _PARTICIPLE.match(" ".join(t.text for t in every[at + 1 : at + 3]))
    if before in _BE and low.endswith("ed"):
        return True
    return before in _MODAL or stem(low) in VERBS or stem(low) in SAYING


def _sides(
    listed: list[Name], pieces: tuple[Clause, ...], verb: Token
) -> tuple[list[Name], list[Name]]:
    """Names before and after the verb in its clause; those of earlier clauses where it has none."""
    number = next((i for i, c in enumerate(pieces) if c.start <= verb.start < c.end), 0)
    own = pieces[number]
    after_preposition = {
        n.start
        for c in pieces
        for n in listed
        if c.start <= n.start < c.end and _AFTER_PREP.search(c.text[: n.start - c.start])
    }
    right = [n for n in listed if n.start > verb.start and n.end <= own.end + 1]
    left: list[Name] = []
    for i in range(number, -1, -1):
        piece = pieces[i]
        here = [n for n in listed if piece.start <= n.start < min(piece.end, verb.start)]
        if i < number and here and re.match(r"(?:which|who)\b", own.text):
            return here[-1:], right
        if i < number and _BY_WHOM.match(piece.text):
            continue  # "Tenstorrent, led by Jim Keller, plans"
        left += here
        if i == number and re.match(_PRONOUN, own.text, re.I):
            break
        if here and i > 0 and verbless(piece.text) and verbless(pieces[i - 1].text):
            continue  # an apposition: "Harbour's chief executive, Paul Okafor, said"
        if here and not (i == number and i > 0 and verbless(pieces[i - 1].text)):
            break
    subjects = [
        n for n in left if not re.search(r"['’]s?$", n.text) and n.start not in after_preposition
    ]
    if (
        not subjects
        and own.text[: verb.start - own.start].strip() == ""
        and stem(verb.text) in SAYING
    ):
        return right[:1], right[1:]  # "…," said Rosa Lindqvist
    return subjects, right


_AFTER_PREP = re.compile(r"\b(?:in|at|from|of|for|with|on|near|to|by)\s+(?:the\s+)?$")
_BY_WHOM = re.compile(r"\w+(?:ed|led|built|made|run|owned|founded)\s+by\b")
_PRONOUN = (
    r"(?:and |but |that |which )?(?:\w+ly )?(?:it|he|she|they|the|its|their|this|these|a|an)\b"
)


def verbless(text: str) -> bool:
    """Whether a clause has neither an auxiliary nor a common verb."""
    return not re.search(rf"\b{_FINITE}", text) and not any(
        stem(t.text) in VERBS and t.text.islower() for t in tokens(text)
    )


def _passive(every: list[Token], at: int) -> bool:
    low = fold(every[at].text)
    if low.endswith("ing"):
        return False
    if at + 1 < len(every) and fold(every[at + 1].text) == "by":
        return True  # "a round led by"
    ahead = every[at + 1 : at + 6]
    for by, agent in pairwise(ahead):
        if fold(by.text) == "by" and agent.text[0].isupper() and low.endswith("ed"):
            return not re.match(r"[A-Z][a-z]{2}", agent.text) or not dates(agent.text)
    before = [fold(t.text) for t in every[max(0, at - 3) : at]]
    return any(word in _BE for word in before) and not any(w in ("to",) for w in before[-1:])


def _after_by(sentence: str, verb: Token, right: list[Name]) -> list[Name]:
    by = re.search(r"\bby\s", sentence[verb.end :])
    return [n for n in right if by and n.start >= verb.end + by.start()]


def _sets(listed: list[Name]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(n.tokens) for n in listed if n.tokens)


def same_name(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether one is the other, a part of it ("Harbour", "Harbour Systems") or short for it."""
    one, two = _bare(one), _bare(two)
    return bool(one) and bool(two) and (one <= two or two <= one or _short(one, two))


def _bare(name: frozenset[str]) -> frozenset[str]:
    return frozenset(token.replace(".", "") for token in name)


def _short(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether one holds an acronym of the other's words, in any order ("FTC")."""
    for left, right in ((one, two), (two, one)):
        for token in left:
            initials = [word[0] for word in right if word]
            fits = 2 <= len(token) <= len(initials) <= len(token) + 1
            if fits and all(token.count(c) <= initials.count(c) for c in token):
                return True
    return False


_OPENER = re.compile(r"[A-Z][a-z]+-[a-z-]+")


def proper(text: str, *, openers: bool = False) -> list[Name]:
    """The names of ``text`` without first words that may be plain ("Data-centre sales …").

    :param openers: with single capitalised first words, most of which are names in news
    """
    return [
        n
        for n in names(text)
        if not _OPENER.fullmatch(n.text)
        and (openers or not n.opens)
        and any(token[:1].isalpha() for token in n.tokens)
    ]


def meet(one: tuple[frozenset[str], ...], two: tuple[frozenset[str], ...]) -> bool:
    """Whether any name of one group is a name of the other."""
    return any(same_name(a, b) for a in one for b in two)
