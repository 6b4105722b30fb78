"""Questions of several parts taken apart into questions that stand alone, by rules."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from rag.contrasts import alternatives
from rag.ellipsis import AUX, completed, gapped, own_names
from rag.followup import topic
from rag.several import several
from rag.times import mentions

MAX_PARTS = 4
ALONE = 6  # words of meaning with which a clause that names something stands alone

_WH = r"(?:what|which|who|whose|whom|when|where|why|how)"
_SPLIT = re.compile(
    rf"(?:[,;]\s*|\s)(?:and|but|or|as well as)\s+"
    r"(?:(?:also|then|roughly|about|approximately|around)\s+)*"
    rf"(?=(?:(?:in|by|at|on|for|from|to|with|of|until|since)\s+)?{_WH}\b|{AUX}\s+(?:it|they|he|she|"
    rf"that|those|one|the|there)\b|{AUX}\s+(?-i:[A-Z]))|;\s*(?={_WH}\b)",
    re.IGNORECASE,
)
_HOW_HOW = re.compile(
    r"\bhow\s+(?:much|many|big|large|high|long|far|fast)\b[^,]*(?P<gap>,\s+)"
    r"how\s+(?:much|many|big|large|high|long|far|fast)\b",
    re.IGNORECASE,
)
# Between two of several questions: "who invested in it, how much did X put in, and why?"
_LISTED = re.compile(
    rf"(?<!^),\s+(?=(?:(?:at|for|in|by|with)\s+)?(?:what|how|when|why)\b|(?:who|where)\s+{AUX}\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[?!])\s+|(?<=[a-z0-9)%]\.)\s+(?=[A-Z])")
_LEANING = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|that|those|these|this|each|one|there)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\([^()]*\)\??$")  # the subject of a follow-up
_LINK = re.compile(r"\s+(?:and|to|until|through)\s+(?:in\s+)?")
_BETWEEN = re.compile(
    r"\s(?:between|from)\s+(?P<a>[^,?]+?)\s+(?:and|to)\s+(?P<b>[^,?]+?)(?=[,?]|$)", re.IGNORECASE
)
_HOW_CHANGED = re.compile(
    r"(?:by\s+)?how\s+(?:much\s+|far\s+)?(?:did|has|have|had|do|does)\s+(?P<x>.+['’]s?\s+[\w\s-]+?)\s+"
    r"(?:change[ds]?|grow[ns]?|rise[ns]?|fall(?:en)?|climb(?:ed)?|drop(?:ped)?|develop(?:ed)?|"
    r"increase[ds]?|decrease[ds]?|move[ds]?|go|jump(?:ed)?|evolve[ds]?)\s*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:change[ds]?|grow|grew|grown|rise|rose|risen|fall|fell|fallen|drop(?:ped)?|move[ds]?|"
    r"evolve[ds]?|develop(?:ed)?|compare[ds]?|difference|went|go|climb(?:ed)?|jump(?:ed)?|increase[ds]?|"
    r"decrease[ds]?|swell|shrink)\b",
    re.IGNORECASE,
)


def split(question: str, as_of: date) -> tuple[str, ...]:
    """The parts as questions that can be searched alone; empty for a question of one part."""
    question = " ".join(question.split())
    background, asked = _sentences(question)
    clauses = [clause for sentence in asked for clause in _clauses(sentence)]
    if not clauses:
        return ()
    parts: list[str] = []
    note = _NOTE.search(question)
    whole = question[: note.start()] if note else question
    pair = alternatives(whole, as_of) or several(whole)
    if pair:
        subject = note.group().strip(" ?") if note else ""
        parts = [f"{part.rstrip('?')} {subject}?" if subject else part for part in pair]
    elif len(clauses) > 1:
        parts = _filled(clauses, as_of)
    else:
        parts = list(gapped(clauses[0], as_of) or _over_time(clauses[0], as_of))
    if background and not pair:  # the two things have its words already
        parts = [f"{part.rstrip(' ?')} ({topic(background)})?" for part in parts]
    parts = list(dict.fromkeys(parts))
    return tuple(parts[:MAX_PARTS]) if len(parts) > 1 else ()


def _sentences(question: str) -> tuple[str, list[str]]:
    """Statements (background) and questions; the last one asks where there is no "?"."""
    sentences = [s for s in _SENTENCE.split(question.strip()) if s]
    asked = [s for s in sentences if s.rstrip(" )").endswith("?")]
    if not asked:
        return " ".join(sentences[:-1]), sentences[-1:]
    return " ".join(s for s in sentences if s not in asked), asked


def _clauses(sentence: str) -> list[str]:
    """Coordinate clauses that each ask something; too small ones stay with the one before.

    Words in brackets at the end (the subject of a follow-up) go with every clause.
    """
    tail = _NOTE.search(sentence)
    body, note = (sentence[: tail.start()], tail.group().strip(" ?")) if tail else (sentence, "")
    listed = _HOW_HOW.search(body)  # "how many is X, how many Y?"
    if listed:
        body = f"{body[: listed.start('gap')]} and {body[listed.end('gap') :]}"
    pieces = [piece.strip(" ,;?") for piece in _SPLIT.split(body)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1:
        pieces = [part for piece in pieces for part in _LISTED.split(piece)]
    if len(pieces) > 1 and not re.search(rf"\b(?:{_WH}|{AUX})\b", pieces[0], re.IGNORECASE):
        pieces[:2] = [f"{pieces[0]}, {pieces[1]}"]  # "In March, and what …" is one clause
    return [f"{piece} {note}".strip() + "?" for piece in pieces]


def _filled(clauses: list[str], as_of: date) -> list[str]:
    """Each clause with what it takes from the first one."""
    first = clauses[0]
    out = [first]
    for before, clause in pairwise(clauses):
        if clause.rstrip("?").endswith(")"):  # it has its subject already
            out.append(clause)
            continue
        size, own = len(topic(clause).split()), len(own_names(clause, as_of))
        alone = (own and size >= ALONE) or (own > 1 and size >= ALONE // 2)
        if alone and not _LEANING.search(clause):
            out.append(clause)
            continue
        near = own_names(before, as_of) and re.search(r"\b(?:it|its|they|their)\b", clause)
        out.append(completed(clause, before if near else first, as_of))
    return out


def _over_time(clause: str, as_of: date) -> list[str]:
    """ "How did X change from A to B": the state at A and at B."""
    found = mentions(clause, as_of)
    change = _CHANGE.search(clause)
    if not change or not found:
        return []
    between = _BETWEEN.search(clause)
    if between and len(mentions(between["a"], as_of)) == len(mentions(between["b"], as_of)) == 1:
        pieces = between["a"], _whole(between["b"], between["a"])
        head, tail = clause[: between.start()], clause[between.end() :]
    else:
        start, end = found[0].start, found[-1].end
        link = _LINK.search(clause, start, end)
        if link is None or len(found) > 2:
            return []
        if len(found) == 2 and (found[0].end, found[1].start) != link.span():
            return []
        pieces = clause[start : link.start()], clause[link.end() : end]
        head, tail = re.sub(r"\s(?:between|from)\s*$", "", clause[:start]), clause[end:]
    what = _HOW_CHANGED.match(head)
    if what is None:
        return []
    be = "were" if re.search(r"[^s'’]s$", what["x"].strip()) else "was"
    return [f"What {be} {what['x'].strip()} {_in(piece)}{tail}" for piece in pieces]


def _in(piece: str) -> str:
    return piece if re.match(r"(?:in|on|at|by|the (?:start|end))\s", piece) else f"in {piece}"


def _whole(piece: str, other: str) -> str:
    """ "The one closed in May" with the noun of the other piece."""
    noun = re.search(r"([a-z][\w-]*)\s*$", other)
    return re.sub(r"\bthe one\b", f"the {noun.group(1)}", piece) if noun else piece
