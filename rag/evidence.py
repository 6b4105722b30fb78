"""Candidate sentences of the retrieved passages, and how well each answers the question.

Every candidate gets a vector of features (named in :data:`FEATURES`); the score is their
weighted sum. The weights were fitted with a listwise logistic loss on development
questions, whole questions held out in turn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.answer import Evidence
from rag.facts import Day, dates
from rag.injection import orders
from rag.sentences import Sentence, split
from rag.types import Hit, Order, Query
from rag.wanted import Wanted, foreground, wanted
from rag.words import alike, content, fold, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

EMBED_AT_MOST = 32  # sentences embedded for one question: 0.1 s on two cores

# Words that a follow-up takes over from the conversation count less than its own.
BACKGROUND = 0.4

FEATURES = (
    "terms",  # question words (by rarity) in the sentence
    "terms_near",  # … in the sentence, its neighbours, heading or title
    "terms_passage",  # … in the passage, heading or title
    "names",  # the question's names in the sentence
    "names_near",
    "names_passage",
    "cosine",  # sentence against question
    "hit_cosine",  # passage against question
    "hit_score",  # fused score relative to the best hit
    "rank",  # 1/(1+rank) of the passage
    "form",  # holds something of the wanted form
    "form_strong",  # … that fits unit and noun as well
    "pairs",  # neighbouring question words that are neighbours here too
    "dates",  # agrees (+1) or disagrees (-1) with the question's dates
    "short",  # under six words
    "long",  # logarithm of the length beyond 25 words
    "asks",  # is a question itself
    "heading",  # question words in the heading
    "newer",  # position by date among the hits, 0 to 1
    "newer_wanted",  # the same where the question wants the latest
)


@dataclass(frozen=True, slots=True)
class Place:
    """A retrieved passage, taken apart once for all its sentences."""

    hit: Hit
    rank: int  # from 0
    stems: frozenset[str]  # of passage, heading and title
    tokens: frozenset[str]  # the same, folded only
    heading: frozenset[str]  # stems of the heading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer, with what is near it."""

    place: Place
    at: int  # number of the sentence in its passage, from 0
    sentence: Sentence  # offsets within the passage's text
    stems: frozenset[str]
    tokens: frozenset[str]
    near_stems: frozenset[str]  # with its neighbours, heading and title
    near_tokens: frozenset[str]

    @property
    def hit(self) -> Hit:
        """The retrieved passage that it stands in."""
        return self.place.hit

    @property
    def evidence(self) -> Evidence:
        """The sentence as a span of its article."""
        passage = self.hit.passage
        return Evidence(
            passage, passage.start + self.sentence.start, passage.start + self.sentence.end
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its features and score (a logit; comparable within one question)."""

    candidate: Candidate
    features: Floats
    score: float
    cosine: float


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """All sentences of the hits' passages, headings left out, each span once."""
    found: list[Candidate] = []
    seen: set[tuple[int, int, int]] = set()
    for rank, hit in enumerate(hits):
        passage = hit.passage
        pieces = split(passage.text)
        stems = [frozenset(content(piece.text)) for piece in pieces]
        folded = [_tokens(piece.text) for piece in pieces]
        title = f"{passage.source.title} \n {passage.heading}"
        above, named = frozenset(content(title)), _tokens(title)
        place = Place(
            hit,
            rank,
            above.union(*stems),
            named.union(*folded),
            frozenset(content(passage.heading)),
        )
        barred = orders(passage.text)  # text that speaks to a model answers nobody's question
        for at, piece in enumerate(pieces):
            if any(left < piece.end and piece.start < right for left, right in barred):
                continue
            start, end = passage.start + piece.start, passage.start + piece.end
            key = (passage.source.article_id, start, end)
            if key in seen or len(piece.text) < 3:
                continue
            seen.add(key)
            around = slice(max(0, at - 1), at + 2)
            found.append(
                Candidate(
                    place,
                    at,
                    piece,
                    stems[at],
                    folded[at],
                    above.union(*stems[around]),
                    named.union(*folded[around]),
                )
            )
    return found


def _tokens(text: str) -> frozenset[str]:
    found: set[str] = set()
    for token in tokens(text):
        low = fold(token.text)
        found.add(low)
        if "-" in low:
            found.update(low.split("-"))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A question against candidates: word weights by rarity among the candidates."""

    query: Query
    want: Wanted
    weights: dict[str, float]
    like: dict[str, frozenset[str]]  # words of like meaning among the candidates' words

    @classmethod
    def over(cls, query: Query, pool: Sequence[Candidate]) -> Matcher:
        """A matcher whose inverse document frequencies come from ``pool``."""
        want = wanted(query)
        count: Counter[str] = Counter()
        for candidate in pool:
            count.update(candidate.stems)
        vocabulary = set(count).union(*{id(c.place): c.place.stems for c in pool}.values())
        named = {fold(t) for t in want.name_tokens}
        asked = set(content(foreground(query.standalone or query.question)))
        weights, like = {}, {}
        for term in want.terms:
            rarity = math.log(1 + (len(pool) + 1) / (count[term] + 0.5))
            weights[term] = rarity * (1.25 if term in named else 1.0)
            if term not in asked:
                weights[term] *= BACKGROUND
            like[term] = frozenset(word for word in vocabulary if alike(term, word)) - {term}
        return cls(query, want, weights, like)

    def share(self, stems: frozenset[str]) -> float:
        """The weighted share (0 to 1) of the question's words among ``stems``."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        found = 0.0
        for term, weight in self.weights.items():
            found += weight * self.held(term, stems, 0.7)
        return found / total

    def held(self, term: str, stems: frozenset[str], credit: float) -> float:
        """1 where ``stems`` hold the question word, ``credit`` for one of like meaning, or 0."""
        if term in stems:
            return 1.0
        return credit if self.like[term] & stems else 0.0

    def names(self, tokens: frozenset[str]) -> float:
        """The share of the question's name words among ``tokens``; 1 where it has no names."""
        mine = self.want.name_tokens
        if not mine:
            return 1.0
        # "H100s" names the H100.
        return sum(t in tokens or t.removesuffix("s") in tokens for t in mine) / len(mine)

    def dated(self, text: str, published: str | None) -> float:
        """+1 where the question's dates agree with text or publication, -1 where not, else 0."""
        if not self.want.dates:
            return 0.0
        known = dates(text)
        if published:
            year, month = int(published[:4]), int(published[5:7])
            known.append(Day(year, month, None, 0, 0))
            # A report of the last days of a month may come out in the next.
            if int(published[8:10]) <= 7:
                known.append(Day(year - (month == 1), (month - 2) % 12 + 1, None, 0, 0))
        if not known:
            return 0.0
        full = [d for d in self.want.dates if d.year]
        if any(d.agrees(k) for d in full or self.want.dates for k in known):
            return 1.0
        return -1.0

    def pairs(self, text: str) -> float:
        """The share of the question's neighbouring words that are neighbours in ``text``."""
        mine = list(zip(self.want.terms, self.want.terms[1:], strict=False))
        if not mine:
            return 0.0
        words = content(text)
        places: dict[str, list[int]] = {}
        for at, word in enumerate(words):
            places.setdefault(word, []).append(at)
        close = sum(
            any(abs(a - b) <= 2 for a in places.get(left, ()) for b in places.get(right, ()))
            for left, right in mine
        )
        return close / len(mine)


def score(query: Query, hits: Sequence[Hit], encoder: Any) -> list[Scored]:
    """The candidates of ``hits``, best first.

    :param encoder: gives ``encode(list[str]) -> (n, d)`` unit vectors
    """
    pool = candidates(hits)
    if not pool:
        return []
    matcher = Matcher.over(query, pool)
    rows = np.array([_features(matcher, candidate, hits) for candidate in pool], np.float32)
    first = rows @ WEIGHTS
    chosen = np.argsort(-first, kind="stable")[:EMBED_AT_MOST]
    texts = [_context(pool[i]) for i in chosen]
    vectors = encoder.encode([query.standalone or query.question, *texts])
    cosines = vectors[1:] @ vectors[0]
    column = FEATURES.index("cosine")
    rows[:, column] = float(cosines.min()) if len(cosines) else 0.0
    rows[chosen, column] = cosines
    final = rows @ WEIGHTS
    order = [int(i) for i in np.argsort(-final, kind="stable") if i in set(chosen.tolist())]
    return [Scored(pool[i], rows[i], float(final[i]), float(rows[i, column])) for i in order]


def _context(candidate: Candidate) -> str:
    """The text embedded: the sentence under its heading, cut to 45 words."""
    heading = candidate.hit.passage.heading
    text = " ".join(candidate.sentence.text.split()[:45])
    return f"{heading}: {text}" if heading and len(candidate.stems) < 12 else text


def _features(matcher: Matcher, candidate: Candidate, hits: Sequence[Hit]) -> list[float]:
    place, text = candidate.place, candidate.sentence.text
    hit, source = place.hit, place.hit.passage.source
    strength = matcher.want.strength(text)
    length = len(text.split())
    best = max(other.score for other in hits) or 1.0
    published = sorted({other.passage.source.published or "" for other in hits})
    newer = published.index(source.published or "") / max(1, len(published) - 1)
    latest = matcher.query.order is Order.LATEST
    return [
        matcher.share(candidate.stems),
        matcher.share(candidate.near_stems),
        matcher.share(place.stems),
        matcher.names(candidate.tokens),
        matcher.names(candidate.near_tokens),
        matcher.names(place.tokens),
        0.0,
        hit.cosine if hit.cosine is not None else 0.3,
        hit.score / best,
        1 / (1 + place.rank),
        float(strength >= 0.4),
        strength,
        matcher.pairs(text),
        matcher.dated(text, source.published),
        float(length < 6),
        max(0.0, math.log(max(length, 1) / 25)),
        float(text.rstrip("\"'”’*_").endswith("?")),
        matcher.share(place.heading),
        newer,
        newer if latest else 0.0,
    ]


# Fitted on 220 questions over three collections in six folds; see the module's docstring.
# Held out, the best sentence holds the answer for 0.77 of them, the best three for 0.88.
WEIGHTS = np.array(
    [3.0, 2.7, 1.3, 0.0, 0.5, 0.5, 4.25, 2.25, 1.95, 0.25,
     0.75, 1.65, 1.75, 1.25, -0.65, 0.75, -1.0, -0.5, 0.0, 0.4],
    np.float32,
)  # fmt: skip
