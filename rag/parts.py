"""Questions of several parts taken apart into questions that stand alone, by rules."""

from __future__ import annotations

import re
from datetime import date

from rag.followup import names, topic
from rag.times import mentions

MAX_PARTS = 4

_WH = r"(?:what|which|who|whose|whom|when|where|why|how)"
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_SPLIT = re.compile(
    rf"(?:[,;]\s*|\s)(?:and|but|or|as well as)\s+(?:also\s+)?"
    rf"(?=(?:(?:in|by|at|on|for|from|to|with|of|until|since)\s+)?{_WH}\b|{_AUX}\s+(?:it|they|he|she|"
    rf"that|those|one|the|there)\b)|;\s*(?={_WH}\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[?!])\s+|(?<=[a-z0-9)%]\.)\s+(?=[A-Z])")
_LEANING = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|that|those|these|this|each|one|there)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:bigger|larger|greater|higher|lower|smaller|cheaper|faster|slower|more|less|fewer|longer|"
    r"earlier|later|better|compared?|comparison|differen(?:t|ce|ces)|differ|versus|vs|"
    r"contrast|respectively|than)\b",
    re.IGNORECASE,
)
_END = r"(?=\s*(?:,|\?|$|;|\band\s+(?:what|which|how|who|by)\b))"
# Two names side by side: "X or Y", "X vs Y", "between X and Y", "X and Y each".
_PAIRS = (
    re.compile(rf"[,:]\s*(?P<a>[^,:?]+?)\s+or\s+(?P<b>[^,?]+?){_END}"),
    re.compile(r"\b(?P<a>[^,:?]+?)\s+(?:vs\.?|versus)\s+(?P<b>[^,?]+?)(?=[,?]|$)", re.IGNORECASE),
    re.compile(
        r"\b(?:between|compare|comparing)\s+(?P<a>[^,?]+?)\s+(?:and|with|to)\s+(?P<b>[^,?]+?)"
        r"(?=[,?]|\.(?!\d)|$|\s+(?:in|on|at|for|by|differ|compare|when|as)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:do|does|did|are|were|is|have|has|will|would|can|could)\s+(?P<a>[^,?]+?)\s+and\s+"
        r"(?P<b>[^,?]+?)(?=\s+(?:each|differ|compare|respectively|spend|report|raise|have|say|pay|"
        r"plan|charge|cost|score)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bhow\s+(?:do|does|did)\s+(?P<a>[^,?]+?)\s+compare\s+(?:to|with)\s+(?P<b>[^,?]+?)(?=[,?]|$)",
        re.IGNORECASE,
    ),
)
_LINK = re.compile(r"\s+(?:and|to|until|through)\s+(?:in\s+)?")
_CHANGE = re.compile(
    r"\b(?:change[ds]?|grow|grew|grown|rise|rose|risen|fall|fell|fallen|drop(?:ped)?|move[ds]?|"
    r"evolve[ds]?|develop(?:ed)?|compare[ds]?|difference|went|go)\b",
    re.IGNORECASE,
)


def split(question: str, as_of: date) -> tuple[str, ...]:
    """The parts as questions that can be searched alone; empty for a question of one part."""
    background, asked = _sentences(question)
    clauses = [clause for sentence in asked for clause in _clauses(sentence)]
    if not clauses:
        return ()
    parts: list[str] = []
    pair = _alternatives(question)
    if pair:
        parts = list(pair)
    elif len(clauses) > 1:
        parts = _filled(clauses, as_of)
    else:
        parts = _over_time(clauses[0], as_of)
    if len(parts) < 2:
        return ()
    if background:
        parts = [f"{part.rstrip(' ?')} ({topic(background)})?" for part in parts]
    return tuple(dict.fromkeys(parts))[:MAX_PARTS]


def compares(question: str) -> bool:
    """Whether a question sets things against each other."""
    return bool(_COMPARES.search(question))


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
    tail = re.search(r"\s*\([^()]*\)\??$", sentence)
    body, note = (sentence[: tail.start()], tail.group().strip(" ?")) if tail else (sentence, "")
    pieces = [piece.strip(" ,;?") for piece in _SPLIT.split(body)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1 and not re.search(rf"\b(?:{_WH}|{_AUX})\b", pieces[0], re.IGNORECASE):
        pieces[:2] = [f"{pieces[0]}, {pieces[1]}"]  # "In March, and what …" is one clause
    return [f"{piece} {note}".strip() + "?" for piece in pieces]


def _filled(clauses: list[str], as_of: date) -> list[str]:
    """Each clause with what it takes from the first one."""
    first = clauses[0]
    out = [first]
    for clause in clauses[1:]:
        times = mentions(clause, as_of)
        own = names(clause)
        rest = clause
        for mention in reversed(times):
            rest = rest[: mention.start] + rest[mention.end :]
        words = topic(rest).split()
        if len(words) < 2 and times:
            # "and what by June 2024?": the first clause at another time.
            old = mentions(first, as_of)
            when = clause[times[0].start : times[-1].end]
            if old:
                out.append(first[: old[0].start] + when + first[old[0].end :])
                continue
        if len(words) >= 4 and own and not _LEANING.search(clause):
            out.append(clause)
            continue
        background = first
        for mention in reversed(mentions(first, as_of)) if times else ():
            background = background[: mention.start] + background[mention.end :]
        if clause.rstrip("?").endswith(")"):  # it has its subject already
            out.append(clause)
            continue
        have = set(topic(clause).lower().split())
        added = [word for word in topic(background).split() if word.lower() not in have]
        out.append(f"{clause.rstrip(' ?')} ({' '.join(added)})?")
    return out


def _alternatives(question: str) -> tuple[str, str] | None:
    """One question for each of two things set against each other."""
    for at, pattern in enumerate(_PAIRS):
        match = pattern.search(question)
        if match is None or (at != 1 and not _pair_cue(question)):
            continue
        a, b = match["a"].strip(), match["b"].strip()
        # "X vs Y pricing": asked of both.
        tail = re.search(r"(?:\s+[a-z][a-z-]+)+$", b) if at in (1, 2) else None
        named = [names(f"x {a}"), names(f"x {b}")]
        if " of " in a and " of " not in b:  # "the funding of X and Y"
            b = f"{a[: a.rindex(' of ')]} of {b}"
        elif all(named):
            b = _alike(a, b, named[0][-1], named[1][0])
        if not all(named) or len(a.split()) > 14 or len(b.split()) > 14:
            continue
        frame = f"{question[: match.start('a')]} {question[match.end('b') :]}"
        if tail:
            a = f"{a}{tail.group()}"
        words = re.sub(r"\b[Cc]ompar(?:e|ed|ing)\b", "", topic(frame))
        return " ".join(f"{a} {words}".split()) + "?", " ".join(f"{b} {words}".split()) + "?"
    return None


def _alike(a: str, b: str, name: str, other: str) -> str:
    """A bare name ``b`` with the words that ``a`` has around its own: "X's price and Y's"."""
    if re.sub(r"['’]s?$", "", b) != other or name not in a:
        return b
    at = a.rindex(name)
    if not a.endswith(name):  # "R1's API price": the owner's name alone is replaced
        name = re.split(r"['’]s?\s", name, maxsplit=1)[0]
    return a[:at] + other + a[at + len(name) :]


def _pair_cue(question: str) -> bool:
    return compares(question) or bool(re.search(r"\b(?:each|both)\b", question, re.IGNORECASE))


def _over_time(clause: str, as_of: date) -> list[str]:
    """ "How did X change from A to B": the state at A and at B."""
    found = mentions(clause, as_of)
    if not _CHANGE.search(clause) or not found:
        return []
    start, end = found[0].start, found[-1].end
    link = _LINK.search(clause, start, end)
    if link is None or len(found) > 2:
        return []
    if len(found) == 2 and (found[0].end, found[1].start) != link.span():
        return []
    pieces = clause[start : link.start()], clause[link.end() : end]
    head = re.sub(r"\s(?:between|from)\s*$", " in ", clause[:start])
    return [f"{head}{piece}{clause[end:]}" for piece in pieces]
