"""How well each sentence of the retrieved passages answers the question.

The score is the weighted sum of a sentence's :mod:`features <rag.features>`. The weights were
fitted with a listwise logistic loss on development questions, whole questions held out in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.candidates import Candidate, Matcher, candidates
from rag.features import FEATURES, Asked, agreement, features
from rag.holders import holder, office
from rag.types import Hit, Query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

EMBED_AT_MOST = 32  # sentences embedded for one question: 0.1 s on two cores
# Added (a logit) where an office's holder is asked for and the sentence says who holds it.
HOLDS = 3.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its features and score (a logit; comparable within one question)."""

    candidate: Candidate
    features: Floats
    score: float
    cosine: float


def score(query: Query, hits: Sequence[Hit], encoder: Any) -> list[Scored]:
    """The candidates of ``hits``, best first.

    :param encoder: gives ``encode(list[str]) -> (n, d)`` unit vectors
    """
    pool = candidates(hits)
    if not pool:
        return []
    matcher = Matcher.over(query, pool)
    rows = np.array(features(Asked.of(matcher, hits), pool), np.float32)
    first = np.argsort(-(rows @ WEIGHTS), kind="stable")[:EMBED_AT_MOST]
    pool, rows = [pool[i] for i in first], rows[first]
    vectors = encoder.encode([query.standalone or query.question, *map(_context, pool)])
    cosines = vectors[1:] @ vectors[0]
    rows[:, FEATURES.index("cosine")] = cosines
    rows[:, FEATURES.index("agree")] = agreement(matcher, pool, (rows @ WEIGHTS).tolist())
    final = rows @ WEIGHTS + _holding(query, pool)
    order = np.argsort(-final, kind="stable")
    return [Scored(pool[i], rows[i], float(final[i]), float(cosines[i])) for i in order]


def _holding(query: Query, pool: Sequence[Candidate]) -> Floats:
    """What each candidate gains by telling who holds the office asked for; mostly nothing."""
    wanted = office(query.standalone or query.question)
    gains = np.zeros(len(pool), np.float32)
    for at, candidate in enumerate(pool if wanted else ()):
        title = candidate.hit.passage.source.title
        if wanted and holder(candidate.sentence.text, wanted, title):
            gains[at] = HOLDS
    return gains


def _context(candidate: Candidate) -> str:
    """The text embedded: the sentence under its heading, cut to 45 words."""
    heading = candidate.hit.passage.heading
    text = " ".join(candidate.sentence.text.split()[:45])
    return f"{heading}: {text}" if heading and len(candidate.stems) < 12 else text


# In the order of FEATURES. Fitted on 650 questions over four collections in six folds; see the
# module's docstring. Held out, the best sentence holds an answer for 0.72 of them, one of the
# best three for 0.88; with a whole collection held out 0.70 and 0.88. The weight of "title_told"
# was kept from rising above 2: the questions made from titles would have it higher.
WEIGHTS = np.array(
    [2.75, 1.95, 0.75, 1.45, 4.55, 5.8, 0.0, -1.1, 1.6, 1.15, 1.95, 1.35, -1.3, 0.95, 2.8, 2.0,
     0.85, -2.7, -1.4, 1.1],
    np.float32,
)  # fmt: skip
