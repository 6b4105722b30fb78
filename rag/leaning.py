"""Sentences that lean on one before them: "It put $300 million into Larch" — who did?"""

from __future__ import annotations

import re

from rag.candidates import Candidate, Matcher, candidates
from rag.clauses import proper
from rag.trim import dateline
from rag.words import fold, tokens

BACK = 3  # sentences looked back for the one that is leant on
_PRONOUN = re.compile(
    r"\b(?:he|she|they|it|his|her|their|its|him|them|himself|herself|themselves|itself)\b", re.I
)
# "It is unclear whether …" means nothing by "it".
_EMPTY = re.compile(
    r"\bit(?:['’]s| is| was| will be| would be| remains?| seems?| takes?| took| makes? sense)\b"
    r"(?=[^.,;]{0,40}\b(?:that|to|how|whether|if|when|why|who|clear|unclear|possible|likely)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\W*(?:That|This|These|Those|Such|Both|Neither|The (?:company|companies|firms?|two|three|deal|"
    r"agreement|contract|proposal|decision|move|latter|former|others?|same|figures?|numbers?|sum|"
    r"round|plan|bill|law|board|group|start-?up|lab|laborator(?:y|ies)|settlement|ruling|rule|"
    r"department|ministry|agency|regulation|court|judge|order|chip ?maker|newspaper))\b"
)
_CALENDAR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Janua|Februa)ry|March|April|May|June|July|"
    r"August|(?:Septem|Octo|Novem|Decem)ber"
)


def leans(sentence: str) -> bool:
    """Whether a sentence doesn't say itself of whom or what it speaks.

    A pronoun comes before any name, or it opens with "The company …" and names nobody.
    """
    names = [n for n in proper(sentence, openers=True) if not _CALENDAR.match(n.text)]
    text = _EMPTY.sub(lambda m: " " * len(m.group()), sentence)
    pronoun = _PRONOUN.search(text)
    if pronoun and not any(name.start < pronoun.start() for name in names):
        return True
    return bool(_POINTS.match(sentence)) and not names


def leant_on(candidate: Candidate) -> Candidate | None:
    """The nearest sentence before it, in the same passage, that stands by itself."""
    before = [c for c in candidates([candidate.hit]) if c.at < candidate.at]
    return next((c for c in before[: -BACK - 1 : -1] if not leans(c.sentence.text)), None)


def of_another(candidate: Candidate, matcher: Matcher) -> Candidate | None:
    """The sentence that a leaning one leans on, where that is of somebody not asked about.

    A reader would take "it" for the question's subject. None where its first name is one of the
    question's, or of the title of an article on the question's.
    """
    context = leant_on(candidate) if leans(candidate.sentence.text) else None
    told = context.sentence.text if context else ""
    names = proper(told[dateline(told, 0, len(told)) :], openers=True)
    if not names:
        return None
    first, asked = set(names[0].tokens), matcher.want.name_tokens
    title = {fold(t.text) for t in tokens(candidate.hit.passage.source.title)}
    known = first & asked or (first & title and (not asked or asked & title))
    return None if known else context
