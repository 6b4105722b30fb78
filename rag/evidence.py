"""How well each sentence of the retrieved passages answers the question.

The score is the weighted sum of a sentence's :mod:`features <rag.features>`. The weights were
fitted with a listwise logistic loss on development questions, whole questions held out in turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.answer import few
from rag.candidates import Candidate, Matcher, candidates
from rag.features import FEATURES, Asked, agreement, features
from rag.header import spoken
from rag.holders import holder, led_else, office
from rag.leaning import of_another
from rag.types import Hit, Query
from rag.wanted import foreground
from rag.words import hyphened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding import Encoder

    Floats = NDArray[np.float32]

# Sentences read for one question. On 611 questions over digests the features alone put one that
# answers among so many for 0.96 (0.94 among 20), on 433 over general news for 0.99.
READ_AT_MOST = 30
# Where the passages are of few articles, all their sentences are about the same and the words
# shared with the question tell less: more are read, and the reading counts for more.
READ_AMONG_FEW = 48
# Added (a logit) where an office's holder is asked for and the sentence says who holds it.
HOLDS = 3.0
# Taken off where it is asked who leads and the sentence tells who led a round.
LED = 5.0
# What the reading model sees of a sentence's surroundings, in words.
_TITLE, _HEADING, _BEFORE, _OPENING = 10, 8, 18, 12


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its features and score (a logit; comparable within one question)."""

    candidate: Candidate
    features: Floats
    score: float

    @property
    def read(self) -> float:
        """The reading model's logit that the sentence answers; comparable between questions."""
        return float(self.features[_READER])


def score(query: Query, hits: Sequence[Hit], encoder: Encoder) -> list[Scored]:
    """The best candidates of ``hits``, at most :data:`READ_AT_MOST`, or :data:`READ_AMONG_FEW`,
    best first.

    :param encoder: comes with the reading model
    """
    pool = candidates(hits)
    if not pool:
        return []
    matcher = Matcher.over(query, pool)
    rows = np.array(features(Asked.of(matcher, hits), pool), np.float32)
    among_few = few(hits)
    weights = WEIGHTS_AMONG_FEW if among_few else WEIGHTS
    most = READ_AMONG_FEW if among_few else READ_AT_MOST
    first = np.argsort(-(rows @ BEFORE_READING), kind="stable")[:most]
    pool, rows = [pool[i] for i in first], rows[first]
    asked = query.standalone or query.question
    texts = [(hyphened(" ".join(c.sentence.text.split())), hyphened(_context(c))) for c in pool]
    rows[:, _READER] = encoder.reader.logits(hyphened(_plain(asked)), texts)
    rows[:, FEATURES.index("agree")] = agreement(matcher, pool, (rows @ weights).tolist())
    rows[:, FEATURES.index("leaning")] = [bool(of_another(c, matcher)) for c in pool]
    final = rows @ weights + _holding(query, pool)
    order = np.argsort(-final, kind="stable")
    return [Scored(pool[i], rows[i], float(final[i])) for i in order]


def _holding(query: Query, pool: Sequence[Candidate]) -> Floats:
    """What each candidate gains by telling who holds the office asked for; mostly nothing."""
    asked = query.standalone or query.question
    wanted = office(asked)
    gains = np.zeros(len(pool), np.float32)
    for at, candidate in enumerate(pool if wanted else ()):
        title = candidate.hit.passage.source.title
        if wanted and holder(candidate.sentence.text, wanted, title):
            gains[at] = HOLDS
        elif led_else(asked, candidate.sentence.text):
            gains[at] = -LED
    return gains


def _context(candidate: Candidate) -> str:
    """What the reading model is told beside the sentence: title, heading, month, words before.

    Deep in a long paragraph or list item its first words, which name what it is about, stand for
    the title.
    """
    passage = candidate.hit.passage
    start = candidate.sentence.start
    month = spoken(passage.source.published).split(" ", 1)[-1]
    before = passage.text[:start].split()[-_BEFORE:]
    block = passage.text[passage.text.rfind("\n", 0, start) + 1 : start].split()
    title = block[:_OPENING] if len(block) > _BEFORE else passage.source.title.split()[:_TITLE]
    heading = passage.heading.split()[:_HEADING]
    return f"{' '.join(title)}. {' '.join(heading)}. {month}. {' '.join(before)}"


def _plain(asked: str) -> str:
    """The question without the figures of the note on what was said before."""
    if foreground(asked) == asked:
        return asked
    note = asked.rfind("(")
    return asked[:note] + _FIGURE.sub("", asked[note:])


_FIGURE = re.compile(r"\s*[$€£]?\b\d[\w.,%-]*(?: (?:thousand|million|billion|trillion)\b)?")
_READER = FEATURES.index("reader")

# In the order of FEATURES. First fitted on 650 questions over four collections, then drawn to 378
# others over two (ridge to the first). Held out in six folds of those, the best sentence held an
# answer for 0.74 of them, one of the best three for 0.91; without the reading model 0.71 and 0.89.
# With the present reading model its weight is twice as large: on 555 precise questions over 240
# articles that it has not seen the best sentence answers 0.87 of them (with the former weight
# 0.85), one of the best three 0.97. The last seven are set by hand: few questions name a time or
# a limit. So is that of "unformed": without an amount or a date no sentence answers a question for
# one, however much is told of its subject.
WEIGHTS = np.array(
    [2.61, 2.09, 0.71, 1.58, 1.25, 6.01, -0.17, -2.0, 1.53, 0.39, 1.75, 1.11, -1.24, 0.82, 2.75,
     2.04, 0.73, -2.7, -1.44, 1.46, 1.2, 0.8, 1.2, -1.0, -1.5,
     3.0, -1.0],
    np.float32,
)  # fmt: skip
# Among few articles the reading alone weighs more. On 541 questions over 36 collections of one to
# three articles the best sentence then holds the answer for 0.71 of them, one of the best three
# for 0.90; with the weights above, 20 read, 0.68 and 0.87. Fitting the others too gave nothing.
WEIGHTS_AMONG_FEW = np.where(np.arange(len(FEATURES)) == _READER, 1.5, WEIGHTS).astype(np.float32)
# Which sentences are read. Fitted (ridge to the weights above) on 1,693 questions over digests and
# 378 over general news, for the place of the sentence that answers; what the reading itself brings
# leaves more to the words shared. With the weights above, 0.94 and 0.99 of the best 30 on others.
BEFORE_READING = np.array(
    [5.22, 4.18, 0.27, 1.58, 0.0, 7.79, -0.1, -1.29, 1.92, 0.03, 2.31, 1.11, -1.47, 1.79, 2.51,
     2.0, 0.04, -2.63, -0.82, 1.28, -0.08, 0.68, 1.2, -0.94, -1.16,
     3.02, -1.0],
    np.float32,
)  # fmt: skip
