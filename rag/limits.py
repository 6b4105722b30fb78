"""Limits that a question sets: "which rounds were bigger than $5 billion?".

The figure is no word to look for: what answers has another one, beyond it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rag.facts import Quantity, quantities
from rag.words import alike, stem, words

# Questions for those that meet the limit; "did it cut more than 40,000?" has the figure itself.
_SETS = re.compile(
    r"^\W*(?:and |so |but )?(?:which|who|what|list|name|show|find|give|tell|are there|is there|"
    r"(?:has|have|did|does|do|is|are|was|were) (?:any|there|some)|any|every|all)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:more than|over|above|at least|exceeding|exceeds?|exceeded|in excess of|upwards? of|"
    r"(?:greater|bigger|larger|higher|longer|older) than|no less than|not less than|beyond|past|"
    r"north of|topp(?:ing|ed)|minimum of)(?: the)?\s+(?:an? )?$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:less than|fewer than|under|below|at most|up to|"
    r"(?:smaller|lower|cheaper|shorter|younger) than|no more than|not more than|south of|"
    r"maximum of)(?: the)?\s+(?:an? )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount beyond which (or below which) the values asked for lie.

    :ivar unit: as of :class:`~rag.facts.Quantity`
    :ivar noun: stem of what is counted, "" where the unit tells
    """

    least: float
    most: float
    unit: str
    noun: str
    start: int  # of its words in the question
    end: int

    def values(self, text: str) -> list[Quantity]:
        """The values of ``text`` that can be compared with it."""
        return [quantity for quantity in quantities(text) if self._comparable(quantity)]

    def holds(self, value: float) -> bool:
        """Whether a value is within."""
        return self.least <= value <= self.most

    def _comparable(self, other: Quantity) -> bool:
        if self.unit or other.unit:
            return self.unit == other.unit
        if not self.noun or not other.noun:
            return False
        return {self.noun, other.noun} <= _STAFF or alike(self.noun, other.noun)


# Where jobs are cut these are counted alike.
_STAFF = frozenset(map(stem, words("job role position people person worker employee staff")))


def limits(question: str) -> tuple[Limit, ...]:
    """The limits of a question for those that meet them; none of any other question."""
    if not _SETS.match(question):
        return ()
    found = []
    for quantity in quantities(question):
        before = question[: quantity.start]
        over, under = _OVER.search(before), _UNDER.search(before)
        match = over or under
        if match is None or not (quantity.unit or quantity.noun):
            continue
        least, most = (quantity.value, math.inf) if over else (-math.inf, quantity.value)
        end = quantity.end
        found.append(Limit(least, most, quantity.unit, quantity.noun, match.start(), end))
    return tuple(found)


def unlimited(question: str) -> str:
    """The question without the words of its limits, for a search."""
    for limit in reversed(limits(question)):
        question = f"{question[: limit.start].rstrip()} {question[limit.end :].lstrip()}"
    return question.strip()
