"""What each part of retrieval is worth: the same questions with parts switched on in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.dataset import Question
from eval.measures import Scored, difference, score, summarise
from eval.systems import NewsroomSystem
from eval.tables import interval, table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding import Encoder
    from rag.retrieve import RetrievalOptions
    from rag.settings import Settings
    from rag.store import Store
    from rag.types import Event, Filters, Hit, Query, Turn

# A question that can be asked in one breath with another: one sentence, asking at once.
_PLAIN = re.compile(r"(?:what|which|who|whose|when|where|why|how)\b[^?!]*(?<!\.)\?", re.IGNORECASE)
_NEW_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")

COLUMNS = ("nuggets@5", "nuggets@10", "recall@10", "mrr@10", "ndcg@10")


class RetrievalOnly:
    """An answerer that leaves the answer out, for figures of retrieval alone."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """Abstain at once; the hits are in the answer."""
        from rag.answer import abstain, events
        from rag.types import Reason

        yield from events(abstain(query, hits, Reason.NOTHING_FOUND))


class BareStore:
    """A store whose vectors are of the passages alone, without title, date and section.

    Everything else is the wrapped store's. Encodes every passage when made.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self._store = store
        rows = store.catalogue.db.execute("SELECT id FROM passages ORDER BY id").fetchall()
        passages = store.passages([row[0] for row in rows])
        self._ids = np.array([p.id for p in passages], dtype=np.int64)
        self._place = {int(id): at for at, id in enumerate(self._ids)}
        self._matrix = encoder.encode([p.text for p in passages])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def dense(
        self, vector: NDArray[np.float32], k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """The nearest passages under the filters, exactly."""
        scores = self._matrix @ vector
        if filters is not None and filters.active:
            allowed = np.isin(self._ids, self._store.catalogue.allowed(filters))
            scores = np.where(allowed, scores, -np.inf)
        best = np.argsort(-scores)[:k]
        return [(int(self._ids[i]), float(scores[i])) for i in best if np.isfinite(scores[i])]

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Their vectors, in order."""
        return self._matrix[[self._place[id] for id in ids]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table."""

    name: str
    options: RetrievalOptions
    bare: bool = False  # vectors without the contextual header
    reranker: bool = False


def variants(bare: bool, reranker: bool) -> list[Variant]:
    """The rows: each search alone, both fused, then one part more each time.

    :param bare: begin fusion without the contextual header (encodes every passage)
    :param reranker: end with the configured cross-encoder
    """
    from rag.retrieve import RetrievalOptions

    def options(**on: bool) -> RetrievalOptions:
        parts = ("time", "detail", "decomposition", "diversity", "rerank")
        off = dict.fromkeys(parts, False)
        return RetrievalOptions(**{**off, **on})

    rows = [
        Variant("dense only", options(lexical=False)),
        Variant("BM25 only", options(dense=False)),
    ]
    if bare:
        rows.append(Variant("fusion, no header", options(), bare=True))
    rows += [
        Variant("+ header" if bare else "fusion", options()),
        Variant("+ time", options(time=True)),
        Variant("+ detail", options(time=True, detail=True)),
        Variant("+ decomposition", options(time=True, detail=True, decomposition=True)),
        Variant("+ diversity", RetrievalOptions(rerank=False)),
    ]
    if reranker:
        everything = RetrievalOptions()
        rows.append(Variant("+ reranker", everything, reranker=True))
    return rows


def of_two() -> list[Variant]:
    """The rows for :func:`joined` questions: searched whole, then taken apart as well."""
    from rag.retrieve import RetrievalOptions

    return [
        Variant("two in one", RetrievalOptions(rerank=False, decomposition=False)),
        Variant("+ taken apart", RetrievalOptions(rerank=False)),
    ]


def joined(questions: Sequence[Question]) -> list[Question]:
    """Neighbouring plain questions of one day asked as one: "What …, and who …?".

    Few question files ask for two things at once often enough to show what taking
    questions apart is worth; their own questions in pairs do. Each question is used once
    at most; the nuggets are those of both.
    """
    plain = [
        q for q in questions
        if q.must_include and not q.history and not q.unanswerable
        and _PLAIN.fullmatch(q.question.strip()) and not _NEW_SENTENCE.search(q.question)
    ]  # fmt: skip
    pairs: list[Question] = []
    waiting: dict[date | None, Question] = {}
    for question in plain:
        first = waiting.pop(question.asked_on, None)
        if first is None:
            waiting[question.asked_on] = question
            continue
        second = question.question.strip()
        text = f"{first.question.strip().rstrip('? ')}, and {second[0].lower()}{second[1:]}"
        pairs.append(
            replace(
                first, id=f"{first.id}+{question.id}", question=text, answer=None, choices=(),
                must_include=first.must_include + question.must_include,
                evidence=first.evidence + question.evidence,
            )
        )  # fmt: skip
    return pairs


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's results."""

    name: str
    scored: list[Scored]


def ablate(
    settings: Settings,
    questions: Sequence[Question],
    *,
    today: date,
    as_of: date | None = None,
    bare: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[Row]:
    """Retrieve for every question with every variant, and for pairs of them taken apart or not.

    :raises CitewireError: where the store or a model can't be opened
    """
    from rag.newsroom import Newsroom
    from rag.rerank import load_reranker
    from rag.retrieve import Retriever
    from rag.store import open_store

    reranker = load_reranker(settings)
    store = open_store(settings)
    rows = []
    try:
        plain = BareStore(store, store.encoder) if bare else None
        pairs = joined(questions)
        todo = [(variant, questions) for variant in variants(bare, reranker is not None)]
        todo += [(variant, pairs) for variant in of_two() if pairs]
        for variant, asked in todo:
            if progress:
                progress(variant.name)
            chosen: Any = plain if variant.bare else store
            retriever = Retriever(
                chosen, store.encoder, variant.options, reranker if variant.reranker else None
            )
            newsroom = Newsroom(store, retriever, RetrievalOnly(), clock=lambda: today)
            system = NewsroomSystem(newsroom, settings, as_of, today)
            system.ask(asked[0])  # the first question pays for what is loaded lazily
            records = [system.ask(question) for question in asked]
            rows.append(Row(variant.name, score(asked, records)))
    finally:
        store.close()
    return rows


def as_text(rows: Sequence[Row]) -> str:
    """The table; the last column is the change of nuggets@10 against the row above."""
    header = ["retrieval", *COLUMNS, "p50 ms", "p95 ms", "Δ nuggets@10"]
    lines = []
    before: Row | None = None
    for row in rows:
        summary = summarise(row.scored)
        cells = [interval(summary.figures.get(name)) for name in COLUMNS]
        latency = summary.latency.get("retrieve", {})
        change = "–"
        if before is not None and row.name.startswith("+"):
            found = difference(before.scored, row.scored, "nuggets@10")
            if found is not None:
                change = f"{found.delta:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
        times = [f"{1000 * latency.get(point, 0.0):.1f}" for point in ("p50", "p95")]
        lines.append([row.name, *cells, *times, change])
        before = row
    return table(header, lines)


def record(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The table as JSON."""
    out = []
    for row in rows:
        summary = summarise(row.scored)
        figures = {n: e.as_list() for n, e in summary.figures.items() if n in COLUMNS}
        out.append({"name": row.name, "figures": figures, "latency": summary.latency})
    return out
