"""A question about two things, as one question for each of them."""

from __future__ import annotations

import re
from datetime import date

from rag.ellipsis import AUX, at_time, dated, own_names
from rag.followup import names, topic
from rag.grades import COMPARATIVE, GRADED, MORE, many
from rag.pairs import EACH, LONGEST, owner_of, side_by_side
from rag.times import mentions

Pair = tuple[str, str]

LONGEST_QUESTION = 500  # characters; the patterns' cost grows faster than the length

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
_B = (
    r"(?P<b>[^,?]+?)(?P<own>\s+(?:had|has|have|did|does|do|is|was|were)\b[^?]*)?"
    r"(?P<tail>\s+(?:by|in|on|at)\b[^?]*)?\s*\?*$"
)
_IS_THAN = re.compile(
    rf"^(?P<aux>[Ii]s|[Aa]re|[Ww]as|[Ww]ere)\s+(?P<a>[^,?]+?)\s+(?P<worth>worth\s+)?"
    rf"(?P<grade>{GRADED}|{MORE})\s+than\s+{_B}"
)
_DOES_THAN = re.compile(
    rf"^(?P<aux>(?i:do|does|did|has|have))\s+(?P<a>[^,?]+?)\s+(?P<verb>[a-z]+(?:\s+(?:off|out|up|in))?)\s+"
    rf"(?P<grade>{MORE})\s+(?P<n>[a-z]+\s+)?than\s+{_B}"
)
_CHOICE_FIRST = re.compile(
    r"^(?P<two>[^,:?]+?\s+or\s+[^,?]+?)(?:,|\s*[:—–-])\s*(?P<q>(?:which|who)\b[^?]*)\?*$",
    re.IGNORECASE,
)
_BETWEEN_FIRST = re.compile(
    r"^(?:between|of)\s+(?P<two>[^,:?]+?)\s+and\s+(?P<b>[^,:?]+?),\s*(?P<q>(?:which|who)\b[^?]*)\?*$",
    re.IGNORECASE,
)
# Things that two names make together: no comparison.
_TOGETHER = re.compile(
    r"\b(?:rul(?:e|ed|ing)|case|lawsuit|suit|trial|court|judge|verdict|deal|talks?|merger|"
    r"partnership|agreement|fight|feud|dispute)\b",
    re.IGNORECASE,
)
_EACH_THING = re.compile(r"\beach\s+(?:worth|cost|last)|\b(?:was|is|were) each\b", re.IGNORECASE)
_OF_BOTH = re.compile(
    r"\b(?:are|were)\s+the\s+[\w\s-]+?s\s+(?:of|for|on)\s+(?P<a>[^,?]+?)\s+and\s+(?P<b>[^,?]+?)"
    r"(?=[,?]|$)",
    re.IGNORECASE,
)


def alternatives(question: str, as_of: date) -> Pair | None:
    """One question for each of two things set against each other; None for other questions."""
    if len(question) > LONGEST_QUESTION or len(_VERSUS.findall(question)) > 1:  # three things
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
    if match:
        return f"{match['q']}, {match['two']}?"
    match = _BETWEEN_FIRST.match(question)
    if match is None:
        return question
    asked = re.sub(r"^(which|who)\s+one\b", r"\1", match["q"], flags=re.IGNORECASE)
    return f"{asked}, {match['two']} or {match['b']}?"


def _each_of(question: str, as_of: date) -> Pair | None:
    """ "A and B both raised money in May. How much did each raise?" """
    match = _BOTH_DID.match(question)
    if match is None or not (names(f"x {match['a']}") and names(f"x {match['b']}")):
        return None
    if _EACH_THING.search(match["q"]):
        return None  # each deal, not each company
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
    first = match["q"].strip()
    other = re.sub(r"^in\s+", "", dated(match["b"].strip(), first, as_of))
    times, found = mentions(first, as_of), mentions(other, as_of)
    if found and times and (found[0].start, found[-1].end) == (0, len(other)):
        return f"{first}?", f"{first[: times[-1].start]}{other}{first[times[-1].end :]}?"
    own = own_names(first, as_of)
    if not own or own_names(other, as_of) != [other] or _TOGETHER.search(first):
        return None
    if len(own) > 1 and not first.endswith(own[-1]):
        return None
    at = first.rindex(own[-1])
    return f"{first}?", f"{first[:at]}{other}{first[at + len(own[-1]) :]}?"


def _of_both(question: str, as_of: date) -> Pair | None:
    """ "What are the prices of X and Y?" """
    match = _OF_BOTH.search(question)
    if match is None:
        return None
    a, b = match["a"], match["b"]
    head, tail = question[: match.start("a")], question[match.end("b") :].rstrip(" ?")
    named = own_names(a, as_of) and own_names(b, as_of)
    nested = re.search(r"\b(?:of|between|for|in|and)\b", f"{a} | {b}")
    if not named or nested or tail or max(len(a.split()), len(b.split())) > LONGEST:
        return None
    if re.match(r"(?:its|their)\s", b):
        b = re.sub(r"^(?:its|their)\b", lambda _: f"{owner_of(a)}'s", b)
    return f"{head}{a}?", f"{head}{b}?"


def _than(question: str, as_of: date) -> Pair | None:
    """ "Is X bigger than Y by revenue?", "does X make more money than Y?" """
    match = _IS_THAN.match(question) or _DOES_THAN.match(question)
    if match is None:
        return None
    a, b = match["a"].strip(), match["b"].strip()
    if not (own_names(a, as_of) and own_names(b, as_of)) or not re.match(r"[A-Z]|[a-z]+[A-Z\d]", b):
        return None
    if re.search(r"\b(?:that|say|said|think|thinks|and|or|more)\b", f"{a} {b}"):
        return None
    aux, grade, tail = match["aux"].lower(), match["grade"].lower(), match["tail"] or ""
    theirs = match["own"] or ""  # "than Y was in 2024"
    theirs = theirs[theirs.index(" ", 1) :] if mentions(theirs, as_of) and " " in theirs[1:] else ""
    if match.re is _IS_THAN:
        degree = COMPARATIVE.get(grade, grade.split()[-1])
        if len(grade.split()) == 1 and grade not in COMPARATIVE:
            if not match["worth"]:
                return None
            degree = "much"
        how, did = f"How {degree} {aux}", match["worth"] or ""
    else:
        noun = match["n"] or ""
        how, did = f"How {many(noun)} {noun} {aux}", match["verb"]
    one, two = f"{how} {a} {did} {tail}", f"{how} {b} {did} {theirs} {tail}"
    return f"{' '.join(one.split())}?", f"{' '.join(two.split())}?"
