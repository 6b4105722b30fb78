"""Do a sentence and its source mean the same way: negation, opposites, who did what to whom?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rag.facts import names
from rag.sentences import split
from rag.words import (
    NEGATORS,
    STOP,
    Token,
    alike,
    content,
    fold,
    opposed,
    parts,
    stem,
    tokens,
    words,
)


def sense_problems(sentence: str, spans: Sequence[str]) -> list[str]:
    """What turns the sentence against its source, one phrase each; empty if nothing does."""
    aligned = closest(sentence, spans)
    problems = []
    if _negated(sentence) and not _negated(aligned) and not _DENIES.search(aligned):
        problems.append("the source does not deny it")
    elif not _negated(sentence):
        scope = _scope(aligned)
        mine = content(sentence)
        if scope and sum(any(alike(w, m) for m in mine) for w in scope) >= max(1, 0.6 * len(scope)):
            problems.append("the source denies it")
    for piece in _about_the_same(sentence, spans):
        turned = opposed(_stems(sentence), _stems(piece))
        if turned:
            problems.append(f"the source says “{turned[1]}”, not “{turned[0]}”")
            break
    other = _periods(sentence) - _periods(" ".join(spans))
    if other and _periods(" ".join(spans)):
        problems.append(f"“{min(other)}” is not the period of the source")
    if _swapped(sentence, aligned):
        problems.append("the source has the roles the other way round")
    return problems


def closest(sentence: str, spans: Iterable[str]) -> str:
    """The source sentence that shares most words with ``sentence``."""
    claim = set(content(sentence))
    best, most = "", -1.0
    for span in spans:
        for piece in split(span):
            mine = set(content(piece.text))
            score = len(claim & mine) - 0.01 * len(mine)
            if score > most:
                best, most = piece.text, score
    return best or " ".join(spans)


_NOT = re.compile(r"n['’]t$")


def _is_negator(word: str) -> bool:
    return fold(word) in NEGATORS or bool(_NOT.search(word.lower()))


def _negated(text: str) -> bool:
    listed = [t.text for t in tokens(text)]
    for at, word in enumerate(listed):
        if not _is_negator(word):
            continue
        after = fold(listed[at + 1]) if at + 1 < len(listed) else ""
        if after in ("only", "just") or (fold(word) == "no" and after[:1].isdigit()):
            continue  # "not only", "No. 5"
        if fold(word) == "no" and at == 0 and after != "longer":
            continue  # "No, it has"
        return True
    return False


def _about_the_same(sentence: str, spans: Sequence[str]) -> list[str]:
    """The source sentences that share nearly as many words as the closest one."""
    claim = set(content(sentence))
    pieces = [piece.text for span in spans for piece in split(span)]
    shared = [len(claim & set(content(piece))) for piece in pieces]
    least = max(2, 0.6 * max(shared, default=0))
    return [piece for piece, count in zip(pieces, shared, strict=True) if count >= least]


_DENIES = re.compile(
    r"\b(?:unchanged|unlike|instead|rather than|exclud|except|exempt|refus|reject|den(?:y|ie)|lack|"
    r"without|absen|rul(?:e|ed|es|ing) out)",
    re.IGNORECASE,
)


def _stems(text: str) -> set[str]:
    return {stem(part) for token in tokens(text) for part in parts(token.text)}


_PERIODS = {
    "day": r"daily|(?:per|a|each|every) day",
    "week": r"weekly|(?:per|a|each|every) week",
    "month": r"monthly|(?:per|a|each|every) month",
    "quarter": r"quarterly|(?:per|a|each|every) quarter",
    "year": r"yearly|annual(?:ly)?|(?:per|a|each|every) year|per annum|annuali[sz]ed",
}


def _periods(text: str) -> set[str]:
    """The periods that amounts are given for: "$30 a month", "weekly users"."""
    return {name for name, said in _PERIODS.items() if re.search(rf"\b(?:{said})\b", text, re.I)}


def _scope(text: str) -> list[str]:
    """Stems of the up to four words that a negator of ``text`` denies."""
    listed = tokens(text)
    for at, token in enumerate(listed):
        if not _is_negator(token.text):
            continue
        after = fold(listed[at + 1].text) if at + 1 < len(listed) else ""
        if after in ("only", "just", "yet") or (fold(token.text) == "no" and after[:1].isdigit()):
            continue
        return _denied(text, token, listed[at + 1 :])
    return []


def _denied(text: str, negator: Token, following: Sequence[Token]) -> list[str]:
    scope: list[str] = []
    last = negator
    for token in following:
        ends = re.search(r"[,;:—–(]|[.]\s", text[last.end : token.start])
        if ends or fold(token.text) in ("but", "because", "although", "as", "while"):
            break
        scope += [stem(part) for part in parts(token.text) if fold(part) not in STOP]
        last = token
        if len(scope) >= 4:
            break
    return scope


_BY = words("by from")


def _swapped(sentence: str, source: str) -> bool:
    """Two names on either side of one verb in both, the other way round in the source."""
    mine, theirs = _roles(sentence), _roles(source)
    for subject, verb, target in mine:
        for other_subject, other_verb, other_target in theirs:
            if not alike(verb, other_verb):
                continue
            if subject & other_target and target & other_subject and not (subject & other_subject):
                return True
    return False


def _roles(text: str) -> list[tuple[set[str], str, set[str]]]:
    """(agent, verb, patient) of each two neighbouring names with a verb between them."""
    found = []
    listed = names(text)
    for left, right in pairwise(listed):
        between = tokens(text[left.end : right.start])
        lows = [fold(t.text) for t in between]
        verbs = [stem(w) for w in lows if w not in STOP and w in _VERBS]
        if not verbs or len(lows) > 8:
            continue
        agent, patient = set(left.tokens), set(right.tokens)
        if lows and lows[-1] in _BY and ({"was", "were", "is", "been", "be", "being"} & set(lows)):
            agent, patient = patient, agent
        found.append((agent, verbs[0], patient))
    return found


_VERBS = words(
    "acquired acquire acquires acquiring bought buy buys buying sued sue sues suing hired hire "
    "hires hiring invested invests invest investing backed backs beat beats beating outperformed "
    "outperforms surpassed surpasses overtook overtakes replaced replaces replacing succeeded "
    "succeeds accused accuses accusing paid pays paying criticised criticized owns owned fined "
    "fines supplied supplies sold sells poached poaches copied copies joined joins left leaves "
    "led leads tops topped trails licensed licenses merged blocked"
)
