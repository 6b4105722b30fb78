"""Limits that a question sets: "which rounds were bigger than $5 billion?".

The figure is no word to look for: what answers has another one, beyond it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from rag.facts import Quantity, quantities
from rag.words import alike, stem, words

# Questions for those that meet the limit; "did it cut more than 40,000?" has the figure itself.
_SETS = re.compile(
    r"^\W*(?:(?:and|so|but|please)\W+)*(?:(?:in|during|since|by)\W[^,]{3,25},\s*)?(?:which\b|"
    r"(?:what|list|name|show|find|give|tell)(?: me| us)?(?: all| the| any| of)*"
    r"(?: (?!is |was |has |does |this )[\w-]+){0,3}? (?!is\b|was\b|has\b|does\b|this\b)[\w-]+s\b|"
    r"who(?:se| has| have| had| else)?\b|(?:are|is|were|was) there\b|"
    r"(?:has|have|did|does|do|is|are|was|were) (?:any|some)\b|any\b|[\w-]+s (?:that|which|with)\b)",
    re.IGNORECASE,
)
# "The company valued at more than $10 billion", "firms with more than 250 employees" are described
# by their figure, and something else is asked of them.
_DESCRIBES = re.compile(
    r"\b(?:the|an?|of|at|by|for|in|with|from)\s+(?:[\w-]+\s+){1,3}(?:valued at|worth|with|that has|"
    r"that have|which has|having)\s+$",
    re.IGNORECASE,
)
_LISTS = re.compile(r"\b(?:list|name|show|find|give|me|us|which|what|all|any|there)\W*$", re.I)
_OVER = re.compile(
    r"\b(?P<beyond>more than|over|above|exceed(?:ing|s|ed)?|in excess of|upwards? of|(?:greater|"
    r"bigger|larger|higher|longer|older) than|north of)(?: the)?\s+(?:an? )?$|"
    r"\b(?:at least|no less than|not less than|(?:a )?minimum of)(?: the)?\s+(?:an? )?$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?P<beyond>less than|fewer than|under|below|(?:smaller|lower|cheaper|shorter|younger) than|"
    r"south of)(?: the)?\s+(?:an? )?$|"
    r"\b(?:at most|up to|no more than|not more than|(?:a )?maximum of)(?: the)?\s+(?:an? )?$",
    re.IGNORECASE,
)


# "In the past 3 months", "over the 12 days" are periods.
_TIMES = frozenset(words("second minute hour day week month quarter year decade ms"))


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount beyond which (or below which) the values asked for lie.

    :ivar beyond: whether the amount itself is none of them, unless a report says "more than"
    :ivar unit: as of :class:`~rag.facts.Quantity`
    :ivar noun: stem of what is counted, "" where the unit tells
    """

    least: float
    most: float
    beyond: bool
    unit: str
    noun: str
    start: int  # of its words in the question
    end: int

    def values(self, text: str) -> list[Quantity]:
        """The values of ``text`` that can be compared with it."""
        return [quantity for quantity in quantities(text) if self._comparable(quantity)]

    def holds(self, quantity: Quantity, text: str) -> bool:
        """Whether a value of ``text`` is within."""
        if not self.least <= quantity.value <= self.most:
            return False
        edge = quantity.value in (self.least, self.most)
        said = (_OVER if math.isinf(self.most) else _UNDER).search(text[: quantity.start])
        return not (self.beyond and edge) or bool(said and said["beyond"])

    def _comparable(self, other: Quantity) -> bool:
        if self.unit or other.unit:
            return self.unit == other.unit
        if not self.noun or not other.noun:
            return False
        return {self.noun, other.noun} <= _STAFF or alike(self.noun, other.noun)


# Where jobs are cut these are counted alike.
_STAFF = frozenset(map(stem, words("job role position people person worker employee staff")))


@lru_cache(maxsize=1024)
def limits(question: str) -> tuple[Limit, ...]:
    """The limits of a question for those that meet them; none of any other question."""
    if not _SETS.match(question):
        return ()
    found = []
    for quantity in quantities(question):
        before = question[: quantity.start]
        over, under = _OVER.search(before), _UNDER.search(before)
        match = over or under
        if match is None or not (quantity.unit or quantity.noun) or quantity.unit in _TIMES:
            continue
        described = _DESCRIBES.search(question[: match.start()])
        if described and not _LISTS.search(question[: described.start()]):
            continue
        least, most = (quantity.value, math.inf) if over else (-math.inf, quantity.value)
        found.append(
            Limit(
                least,
                most,
                bool(match["beyond"]),
                quantity.unit,
                quantity.noun,
                match.start(),
                quantity.end,
            )
        )
    return tuple(found)


def unlimited(question: str) -> str:
    """The question without the words of its limits, for a search."""
    for limit in reversed(limits(question)):
        question = f"{question[: limit.start].rstrip()} {question[limit.end :].lstrip()}"
    return question.strip()
