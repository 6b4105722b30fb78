"""Do a sentence and its source mean the same way: negation, opposites, periods?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.clauses import denials, negated
from rag.sentences import split
from rag.words import (
    STOP,
    Token,
    alike,
    content,
    fold,
    opposed,
    parts,
    stem,
    tokens,
)


def sense_problems(sentence: str, spans: Sequence[str]) -> list[str]:
    """What turns the sentence against its source, one phrase each; empty if nothing does."""
    aligned = closest(sentence, spans)
    problems = []
    if not (negated(sentence) or without(sentence)):
        scope = _scope(aligned)
        mine = content(sentence)
        if scope and sum(any(alike(w, m) for m in mine) for w in scope) >= max(1, 0.6 * len(scope)):
            problems.append("the source denies it")
    turned = opposite(sentence, aligned)
    if turned and negated(sentence) == negated(aligned):
        problems.append(f"the source says “{turned[1]}”, not “{turned[0]}”")
    other = _periods(sentence) - _periods(" ".join(spans))
    if other and _periods(" ".join(spans)):
        problems.append(f"“{min(other)}” is not the period of the source")
    return problems


def undenied(sentence: str, spans: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is wrong and what is doubtful of a denial that no source sentence makes.

    It is wrong where the nearest one tells the same without it, else it may be another wording,
    as "none grows faster" is of "the fastest-growing".
    """
    aligned = closest(sentence, spans)
    denials = any(negated(piece.text) for span in spans for piece in split(span))
    if not negated(sentence) or denials or _DENIES.search(aligned):
        return [], []
    said = ["the source does not deny it"]
    if _ALONE.search(aligned):
        return [], said
    mine, other = content(sentence), content(aligned)
    same = sum(any(alike(word, o) for o in other) for word in mine)
    return (said, []) if same >= SAME_WORDS * len(mine) else ([], said)


# Words of the nearest source sentence that a denial may be another wording of.
_ALONE = re.compile(
    r"\b(?:first|last|only|sole|most|least|best|worst|few(?:er)?|less|too|yet|beyond|beside|fail\w*"
    r"|non-?\w+|\w{3,}-free|un(?!i[tvq]|der|til)\w{4,}"
    r"|(?!inter|for|hon|inv|requ|prot|cont|sugg|harv|arr|mod|man|conqu|lat|dig)\w{3,}est)\b",
    re.IGNORECASE,
)
SAME_WORDS = 0.75  # share of a denial's words that make it the denial of a sentence


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


def opposite(claim: str, source: str) -> tuple[str, str] | None:
    """A stem of the claim and its opposite in the source; None where there is none.

    Not the "more than" of a figure, which is compared with the figure's, and of a long sentence
    only what stands among words that the claim has too.
    """
    claim, source = (_WHEN.sub("", unbounded(text)) for text in (claim, source))
    if not _same_more(claim, source):
        claim, source = _MORE.sub(r"\2", claim), _MORE.sub(r"\2", source)
    listed = tokens(source)
    if len(listed) <= LONG:
        return None if _bought(claim, source) else opposed(_stems(claim), _stems(source))
    mine = frozenset(content(claim))
    told = [at for at, t in enumerate(listed) if mine & set(content(t.text))]
    near = {
        stem(part)
        for at, token in enumerate(listed)
        if sum(0 < abs(at - other) <= REACH for other in told) >= NEAR
        for part in parts(token.text)
    }
    return opposed(_stems(claim), near)


# Words of time that are no deed: "by the end of 2025", "the last six months".
_WHEN = re.compile(
    r"\b(?:(?:early|late|by|at|near|until)\s+)?(?:the\s+)?(?:end|close|start|beginning)\s+of\b"
    r"|\b(?:first|last)(?=\s(?:\w+\s)?(?:day|week|month|quarter|year|night|time|half)s?\b)",
    re.IGNORECASE,
)
_SALE = re.compile(r"\b(?:sell|sells|sold|selling)\b[^.;]*?\bto ((?:[A-Z][\w&’'-]*\s?)+)")


def _bought(claim: str, source: str) -> bool:
    """Whether a purchase is told from the other side: "Orla will buy" of "will sell to Orla"."""
    for one, other in ((claim, source), (source, claim)):
        sale, bought = _SALE.search(one), re.search(r"\b(?:buy|bought|purchase|acquir)", other)
        if sale and bought and sale.group(1).split()[0] in other[: bought.start()]:
            return True
    return False


LONG = 30  # words of a sentence that may tell of several things
REACH, NEAR = 7, 2  # that near, in words, so many of the claim's must stand
_BOUND = re.compile(
    r"\b(?:more|less|fewer|over|under|above|below)(?: than)?\s+"
    r"(?=\W{0,3}(?:(?:about|around|some|roughly)\s)?(?:\d|an? \w+illion))",
    re.IGNORECASE,
)


_MORE = re.compile(r"\b(more|less|fewer)\s+([\w-]+)", re.IGNORECASE)


def _same_more(claim: str, source: str) -> bool:
    """Whether what is "more" in the one is "less" in the other: not "more accurate" beside "less
    memory"."""
    mine, theirs = (_MORE.findall(text) for text in (claim, source))
    return any(alike(stem(a), stem(b)) for _, a in mine for _, b in theirs)


def unbounded(text: str) -> str:
    """``text`` without the bounds of its figures: "more than"."""
    return _BOUND.sub("", text)


_DENIES = re.compile(
    r"\b(?:unchanged|unlike|instead|rather than|exclud|except|exempt|refus|reject|den(?:y|ie)|lack|"
    r"without|absen|unable|incapable|impossible|prevent|avoid|forbid|prohibit|"
    r"rul(?:e|ed|es|ing) out)",
    re.IGNORECASE,
)


# Words with a "not" in them: "leaves out" is "doesn't have", "avoid" is "don't want to".
_WITHOUT = re.compile(
    r"\b(?:[Rr]ather than|[Ii]nstead of|[Uu]nlike|as opposed to|[Ww]ithout|[Ee]xcept|otherwise"
    r"|(?:kep|keep|stopp?|held|barr?)\w* (?:back )?from|withh[eo]ld\w*"
    r"|beyond|out of reach|short of|free of|hard(?:er|ly|est)?|difficult|last \w+ed"
    r"|(?:leav(?:e|es|ing)|left) out|turn(?:s|ed|ing)? down|rebuff\w*|dismiss\w*|block\w*"
    r"|(?i:exclud|lack|avoid|fail|refus|declin|reject|prevent|ignor)\w*"
    r"|den(?:y|ies|ied)|oppos\w+|miss(?:es|ed|ing)?|halt\w*|outages?|absen\w+|skip\w*"
    r"|mis(?!s)\w{4,}|un(?!i[tvq]|der|til|less)\w{4,}|dis(?!c|t|p|k)\w{5,}"
    r"|in(?:ability|correct\w*|accurate\w*)|im(?:possible|properly))\b"
)


def without(text: str) -> bool:
    """Whether a sentence without a "not" may yet deny something: "avoids", "leaves out"."""
    return bool(_WITHOUT.search(text))


def _stems(text: str) -> set[str]:
    return {stem(part) for token in tokens(text) for part in parts(token.text)}


_PERIODS = {
    "day": r"daily|(?:per|a|each|every) day",
    "week": r"weekly|(?:per|a|each|every) week",
    "month": r"monthly|(?:per|a|each|every) month",
    "quarter": r"quarterly|(?:per|a|each|every) quarter",
    "year": r"yearly|annual(?:ly)?|(?:per|each|every) year|per annum|annuali[sz]ed"
    r"|a year(?! (?:before|earlier|ago|later|after|or two))",
}


def _periods(text: str) -> set[str]:
    """The periods that amounts are given for: "$30 a month", "weekly users"."""
    return {name for name, said in _PERIODS.items() if re.search(rf"\b(?:{said})\b", text, re.I)}


def _scope(text: str) -> list[str]:
    """Stems of the up to four words that a negator of ``text`` denies."""
    listed = tokens(text)
    for at in denials(text):
        after = fold(listed[at + 1].text) if at + 1 < len(listed) else ""
        if after != "yet":
            return _denied(text, listed[at], listed[at + 1 :])
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
