"""A question about two things, as one question for each of them."""

from __future__ import annotations

import re
from datetime import date

from rag.ellipsis import AUX, own_names
from rag.followup import names, topic
from rag.pairs import COMPARATIVE, EACH, GRADED, LONGEST, MORE, at_time, owner_of, side_by_side
from rag.times import mentions

Pair = tuple[str, str]

_VERSUS = re.compile(r"\b(?:vs|versus)\b", re.IGNORECASE)
_WHO_HAS = re.compile(r"\b([Ww])ho['’]s got\b")
_BOTH_DID = re.compile(
    r"^(?P<a>[^,.?]+?)\s+and\s+(?P<b>[^,.?]+?)\s+(?:both|each)\s+(?P<did>[^?]+?)\.\s+"
    r"(?P<q>[^?]*\beach\b[^?]*)\?*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"^(?P<q>.+?),?\s+(?:compared\s+(?:with|to)|as against|versus|vs\.?)\s+"
    r"(?P<b>[^,?]+?)\s*\??$",
    re.IGNORECASE,
)
_THAN = re.compile(
    rf"^(?P<aux>{AUX})\s+(?P<a>[^,?]+?)\s+(?P<verb>[a-z]+\s+)?(?P<grade>{GRADED}|{MORE})\s+"
    r"(?P<n>[a-z]+\s+)?than\s+(?P<b>[^,?]+?)"
    r"(?P<tail>\s+(?:had|has|have|did|does|do|is|was|by|in|on|at)\b[^?]*)?\s*\?*$",
    re.IGNORECASE,
)
_CHOICE_FIRST = re.compile(
    r"^(?P<two>[^,:?]+?\s+or\s+[^,?]+?)(?:,|\s*[:—–-])\s*(?P<q>(?:which|who)\b[^?]*)\?*$",
    re.IGNORECASE,
)
_OF_BOTH = re.compile(
    r"\b(?:are|were)\s+the\s+[\w\s-]+?s\s+(?:of|for|on)\s+(?P<a>[^,?]+?)\s+and\s+(?P<b>[^,?]+?)"
    r"(?=[,?]|$)",
    re.IGNORECASE,
)


def alternatives(question: str, as_of: date) -> Pair | None:
    """One question for each of two things set against each other; None for other questions."""
    if len(_VERSUS.findall(question)) > 1:  # three things
        return None
    question = _turned(_WHO_HAS.sub(r"\1ho has", question))
    for rule in (_each_of, _compared, _of_both, _than, side_by_side):
        pair = rule(question, as_of)
        if pair:
            return pair
    return None


def _turned(question: str) -> str:
    """ "X or Y, which is bigger?" as "which is bigger, X or Y?" """
    match = _CHOICE_FIRST.match(question)
    return f"{match['q']}, {match['two']}?" if match else question


def _each_of(question: str, as_of: date) -> Pair | None:
    """ "A and B both raised money in May. How much did each raise?" """
    match = _BOTH_DID.match(question)
    if match is None or not (names(f"x {match['a']}") and names(f"x {match['b']}")):
        return None
    lead = "" if mentions(match["q"], as_of) else at_time("", match["did"], as_of)
    note = topic(match["did"])
    one, two = (
        f"{EACH.sub(lambda _, n=name: n, match['q'], count=1).strip()}{lead} ({note})?"
        for name in (match["a"], match["b"])
    )
    return one, two


def _compared(question: str, as_of: date) -> Pair | None:
    """ "What does it cost on X compared with Y?", "… in May compared with June?" """
    match = _COMPARED.match(question)
    if match is None or not re.search(rf"\b{AUX}\b", match["q"], re.IGNORECASE):
        return None
    first, other = match["q"].strip(), match["b"].strip()
    own, times = own_names(first, as_of), mentions(first, as_of)
    found = mentions(other, as_of)
    if found and times and (found[0].start, found[-1].end) == (0, len(other)):
        return f"{first}?", f"{first[: times[-1].start]}{other}{first[times[-1].end :]}?"
    if not own or own_names(other, as_of) != [other]:
        return None
    at = first.rindex(own[-1])
    return f"{first}?", f"{first[:at]}{other}{first[at + len(own[-1]) :]}?"


def _of_both(question: str, as_of: date) -> Pair | None:
    """ "What are the prices of X and Y?" """
    match = _OF_BOTH.search(question)
    if match is None:
        return None
    a, b = match["a"], match["b"]
    named = own_names(a, as_of) and own_names(b, as_of)
    if not named or max(len(a.split()), len(b.split())) > LONGEST:
        return None
    if re.match(r"(?:its|their)\s", b):
        b = re.sub(r"^(?:its|their)\b", f"{owner_of(a)}'s", b)
    head, tail = question[: match.start("a")], question[match.end("b") :].rstrip(" ?")
    return f"{head}{a}{tail}?", f"{head}{b}{tail}?"


def _than(question: str, as_of: date) -> Pair | None:
    """ "Is X bigger than Y by revenue?", "does X make more money than Y?" """
    match = _THAN.match(question)
    if match is None or not (names(f"x {match['a']}") and own_names(match["b"], as_of)):
        return None
    aux, grade = match["aux"].lower(), match["grade"].lower()
    noun, verb = (match["n"] or "").strip(), (match["verb"] or "").strip()
    tail = match["tail"] or ""
    tail = tail if re.match(r"\s+(?:by|in|on|at)\b", tail, re.IGNORECASE) else ""
    if re.fullmatch(r"is|are|was|were", aux) and not verb:
        how = f"How {COMPARATIVE.get(grade, grade.split()[-1])} {aux}"
    elif verb:
        noun = noun or " ".join(grade.split()[1:])
        how = f"How {COMPARATIVE.get(grade, 'much')} {noun} {aux}"
        noun = ""
    else:
        return None
    a, b = (
        " ".join(f"{how} {thing} {verb} {noun} {tail}".split()) + "?"
        for thing in (match["a"], match["b"])
    )
    return a, b
