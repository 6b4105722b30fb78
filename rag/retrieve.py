"""Hybrid retrieval: BM25 and cosine of one pool, fused; time, parts and copies minded.

For each sub-question the best passages by cosine and by BM25 make one pool; every passage
of it gets both scores, and their weighted sum orders it. Periods and recency add a little,
only when the question asks for them, and the best are looked at for what they tell beyond
the question. The lists of the sub-questions are interleaved, and a
syndicated story gives its passages once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.header import header
from rag.limits import unlimited
from rag.rerank import Reranker
from rag.types import Hit, Order, Query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding import Encoder
    from rag.store import Store


_DETAIL = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’.-]+|\b\d[\d,.]*\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """What takes part in retrieval, and how much; the switches exist for ablations.

    :ivar pool: passages taken from each of the two searches, per sub-question
    :ivar dense_weight: share of the cosine in the fused score, 0 to 1
    :ivar time_weight: most that a fitting date adds to a fused score of about 0 to 1
    :ivar half_life: days after which a date outside the period has lost half of that
    :ivar detail_weight: added for each e-fold of names and figures that a passage tells
        beyond those of the question
    :ivar second_look: passages whose text is read for that, and for nothing else

    The weights come from grids over two development sets, one of digests and one of general
    news; results are flat around them. Left out because they moved neither set by more than
    its noise, or one of them down: rank fusion and other normalisations; scores of articles
    and of titles; proximity and word pairs; caps and penalties per article and maximal
    marginal relevance; feedback from the best passages to either search or by their dates;
    how much is written about a story; weights for names, quotations and figures; the form of
    the wanted answer; vectors of half passages, of sentences or without the header.
    Taking questions apart shows its worth on questions that ask for two things, diversity on
    stores with copies; both are nearly idle elsewhere.
    """

    dense: bool = True
    lexical: bool = True
    time: bool = True
    decomposition: bool = True
    diversity: bool = True
    detail: bool = True
    rerank: bool = True
    pool: int = 100
    dense_weight: float = 0.6
    time_weight: float = 0.3
    half_life: float = 30.0
    detail_weight: float = 0.075
    second_look: int = 40
    rerank_pool: int = 30


@dataclass(slots=True)
class _Candidate:
    """A passage of the pool before its text is read."""

    id: int
    cosine: float | None = None
    bm25: float | None = None
    score: float = 0.0
    part: int = 0
    article: int = 0
    story: int = 0
    day: int | None = None


class Retriever:
    """Finds the passages for a question; safe to share between threads.

    :param reranker: reorders the best passages where given
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        options: RetrievalOptions | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.store = store
        self.encoder = encoder
        self.options = options or RetrievalOptions()
        self.reranker = reranker

    def retrieve(self, query: Query, k: int = 10) -> list[Hit]:
        """The ``k`` best passages, best first; fewer only where the store holds fewer."""
        options = self.options
        parts = query.parts if options.decomposition else ()
        asked = [query, *parts]
        vectors = self._encode([part.standalone for part in asked])
        lists = [
            self._one(part, vector, max(k, options.pool), at)
            for at, (part, vector) in enumerate(zip(asked, vectors, strict=True))
        ]
        ranked = _interleave(lists) if parts else lists[0]
        if options.diversity:
            ranked = _one_copy(ranked)
        ranked = self._reranked(query, ranked, k)[:k]
        found = {p.id: p for p in self.store.passages([c.id for c in ranked])}
        return [
            Hit(found[c.id], c.score, c.cosine, c.bm25, c.part) for c in ranked if c.id in found
        ]

    def _encode(self, texts: list[str]) -> list[NDArray[np.float32] | None]:
        if not self.options.dense:
            return [None] * len(texts)
        return list(self.encoder.encode(texts))

    def _one(
        self, query: Query, vector: NDArray[np.float32] | None, pool: int, part: int
    ) -> list[_Candidate]:
        """The pool of one sub-question, scored, best first."""
        found: dict[int, _Candidate] = {}
        if vector is not None:
            for id, cosine in self.store.dense(vector, pool, query.filters):
                found[id] = _Candidate(id, cosine=cosine, part=part)
        if self.options.lexical:
            for id, bm25 in self.store.lexical(unlimited(query.standalone), pool, query.filters):
                found.setdefault(id, _Candidate(id, part=part)).bm25 = bm25
        candidates = list(found.values())
        if vector is not None:
            missing = [c for c in candidates if c.cosine is None]
            exact = self.store.vectors([c.id for c in missing]) @ vector if missing else ()
            for candidate, cosine in zip(missing, exact, strict=True):
                candidate.cosine = float(cosine)
        self._place(candidates)
        self._fuse(query, candidates)
        candidates.sort(key=lambda c: (-c.score, c.id))
        if self.options.detail:
            self._look_again(query, candidates)
        return candidates

    def _look_again(self, query: Query, candidates: list[_Candidate]) -> None:
        """Lift passages that tell names and figures which the question doesn't, in place.

        Most questions ask for one of those; a passage that only talks around the subject
        matches the question's words as well as the one that answers it.
        """
        options = self.options
        head = candidates[: options.second_look]
        texts = {p.id: p.text for p in self.store.passages([c.id for c in head])}
        asked = details(query.standalone)
        for c in head:
            told = len(details(texts.get(c.id, "")) - asked)
            c.score += options.detail_weight * math.log1p(told)
        head.sort(key=lambda c: (-c.score, c.id))
        # The rest keeps its place, below the last one looked at.
        top = head[-1].score if head else math.inf
        for c in candidates[len(head) :]:
            c.score = min(c.score, top)
        candidates[: len(head)] = head

    def _place(self, candidates: list[_Candidate]) -> None:
        """Fill in each candidate's article, story and day."""
        placed = self.store.places([c.id for c in candidates])
        for candidate in candidates:
            if candidate.id in placed:
                candidate.article, candidate.story, candidate.day = placed[candidate.id]

    def _fuse(self, query: Query, candidates: list[_Candidate]) -> None:
        """Weighted sum of the cosine and the BM25 score over the best one of this pool."""
        options = self.options
        top = max((c.bm25 or 0.0 for c in candidates), default=0.0) or 1.0
        weight = options.dense_weight if options.lexical else 1.0
        if not options.dense:
            weight = 0.0
        for c in candidates:
            c.score = weight * (c.cosine or 0.0) + (1 - weight) * (c.bm25 or 0.0) / top
            if options.time:
                c.score += options.time_weight * self._timeliness(query, c.day)

    def _timeliness(self, query: Query, day: int | None) -> float:
        """0 to 1: how well a day suits the period or the wish for the latest or first.

        A period's own days and the fortnight after it (news follow events) are best. An
        unknown day counts as halfway: it neither wins nor loses against a dated passage.
        """
        if query.around is None and query.order is Order.RELEVANCE:
            return 0.0
        if day is None:
            return 0.5
        half = self.options.half_life
        total = count = 0.0
        if query.around is not None:
            since, until = (d.toordinal() for d in query.around)
            gap = max(since - 2 - day, day - until - 14, 0)
            total, count = total + 0.5 ** (gap / half), count + 1
        if query.order is not Order.RELEVANCE:
            since, until = (
                (d.toordinal() for d in query.around)
                if query.around
                else (query.as_of.toordinal() - 1500, query.as_of.toordinal())
            )
            age = until - day if query.order is Order.LATEST else day - since
            total, count = total + 0.5 ** (max(age, 0) / (4 * half)), count + 1
        return total / count

    def _reranked(self, query: Query, ranked: list[_Candidate], k: int) -> list[_Candidate]:
        if self.reranker is None or not self.options.rerank or not ranked:
            return ranked
        head = ranked[: max(k, self.options.rerank_pool)]
        passages = {p.id: p for p in self.store.passages([c.id for c in head])}
        head = [c for c in head if c.id in passages]
        texts = []
        for candidate in head:
            passage = passages[candidate.id]
            source = passage.source
            top = header(source.title, source.published, passage.heading)
            texts.append(f"{top}\n{passage.text}")
        scores = self.reranker.score(query.standalone, texts)
        for candidate, score in zip(head, scores, strict=True):
            candidate.score = score
        head.sort(key=lambda c: (-c.score, c.id))
        return head


def details(text: str) -> set[str]:
    """Names (words with a capital that don't begin a sentence) and figures of a text."""
    return {match.lower() for match in _DETAIL.findall(text)}


def _interleave(lists: list[list[_Candidate]]) -> list[_Candidate]:
    """The whole question's list and its parts' in turn, each passage once, best first.

    The scores are made to fall along the result, so that a hit's score agrees with its rank.
    """
    whole, *parts = lists
    order = [*parts, whole]
    seen: set[int] = set()
    out: list[_Candidate] = []
    for at in range(max(map(len, order), default=0)):
        for ranked in order:
            if at < len(ranked) and ranked[at].id not in seen:
                seen.add(ranked[at].id)
                out.append(ranked[at])
    top = math.inf
    for candidate in out:
        candidate.score = top = min(top, candidate.score)
    return out


def _one_copy(ranked: list[_Candidate]) -> list[_Candidate]:
    """Without the other copies of a syndicated story: its best-placed article stays."""
    chosen: dict[int, int] = {}
    return [c for c in ranked if chosen.setdefault(c.story, c.article) == c.article]
