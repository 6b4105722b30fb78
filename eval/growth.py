"""How retrieval slows and memory grows with the store: synthetic neighbours of real passages.

Embedding 200,000 passages would take an hour on two cores and tell nothing about
retrieval. Instead, texts are mixed from real sentences and their vectors are real
vectors, disturbed; catalogue, Chroma and the lexical index are the real ones, and
questions go through the real encoder.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.bench import peak_mb, spread
from eval.checker import sentences
from eval.dataset import Question
from rag.settings import Settings
from rag.types import Article, Filters, Origin, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding import Encoder
    from rag.store import Store

# Disturbance that leaves a cosine of about .8 to the real vector: as near as two passages
# on one event are.
NOISE = 0.75
PER_ARTICLE = 20


def growth(
    settings: Settings,
    articles: Sequence[Article],
    questions: Sequence[Question] = (),
    sizes: Sequence[int] = (10_000,),
) -> dict[str, Any]:
    """Fill the store of ``settings`` step by step to each size and time retrieval there.

    :param sizes: passages, ascending
    :returns: ``rows``, one a size
    """
    from rag.embedding import load_encoder
    from rag.store import open_store

    real = load_encoder(settings)
    texts = [s.text for a in articles for s in sentences(a.text) if 40 < len(s.text) < 300]
    store = open_store(settings, _synthetic(real, texts))
    mixed = _articles(texts)
    rows: list[dict[str, Any]] = []
    try:
        held = 0
        for size in sizes:
            began = time.perf_counter()
            while held < size:
                # as much at a time as an ingest indexes; all at once would hide commits
                held += _fill(store, mixed, min(size - held, 5000))
            filled = time.perf_counter() - began
            row = {"passages": held, "fill_seconds": filled, **_timed(store, real, questions)}
            row["peak_mb"] = peak_mb()
            row["disk_mb"] = _disk_mb(settings.home)
            rows.append(row)
            p50 = row["unfiltered"]["p50"]
            print(f"bench: {held:,} passages: p50 {p50:.1f} ms", file=sys.stderr, flush=True)
    finally:
        store.close()
    return {"rows": rows}


def _disk_mb(home: Path) -> float:
    files = [path for path in home.rglob("*") if path.is_file() and "encoder" not in path.parts]
    return sum(path.stat().st_size for path in files) / 2**20


def _fill(store: Store, mixed: Iterator[Article], passages: int) -> int:
    with store.writer() as writer:
        for _ in range(-(-passages // PER_ARTICLE)):
            article = next(mixed)
            ends = [0]
            for part in article.text.split("\n\n"):
                ends.append(ends[-1] + len(part) + 2)
            spans = [Span(a, b - 2) for a, b in pairwise(ends)]
            writer.put(article, spans)
        return int(writer.index())


def _timed(store: Store, real: Encoder, questions: Sequence[Question]) -> dict[str, Any]:
    """Milliseconds of the whole retrieval, with and without a month's filter."""
    from rag.question import understand
    from rag.retrieve import Retriever

    retriever = Retriever(store, real)
    month = Filters(since=date(2024, 6, 1), until=date(2024, 6, 30))
    timed = {}
    for name, filters in (("unfiltered", Filters()), ("one month", month)):
        times = []
        for at, question in enumerate([*questions[:5], *questions]):
            query = understand(question.question, as_of=date(2026, 1, 1), filters=filters)
            if name == "unfiltered":
                query = replace(query, filters=Filters())
            began = time.perf_counter()
            retriever.retrieve(query, 10)
            if at >= 5:
                times.append(time.perf_counter() - began)
        timed[name] = spread(times)
    return timed


def _articles(texts: Sequence[str]) -> Iterator[Article]:
    """Articles of mixed sentences, dated over three years, without end."""
    rng = random.Random(7)  # noqa: S311 - a sample, not a secret
    number = 0
    while True:
        number += 1
        paragraphs = [" ".join(rng.choices(texts, k=5)) for _ in range(PER_ARTICLE)]
        day = date(2023, 1, 1) + timedelta(days=rng.randrange(1095))
        yield Article(
            f"https://synthetic.example.com/{number}",
            rng.choice(texts)[:80],
            "\n\n".join(paragraphs),
            f"Outlet {number % 40}",
            (),
            day.isoformat(),
            Origin.FILE,
        )


def _synthetic(real: Encoder, texts: Sequence[str]) -> Encoder:
    """An encoder that gives each text a disturbed vector of some real sentence."""
    from rag.embedding import Encoder

    base = real.encode(list(texts[:2000]))

    def run(batch: list[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.blake2b(t.encode(), digest_size=8).digest()) for t in batch]
        rows = base[[seed % len(base) for seed in seeds]]
        noise = np.stack(
            [np.random.default_rng(s).standard_normal(base.shape[1]) for s in seeds]
        ).astype(np.float32)
        rows = rows + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit.astype(np.float32)

    return Encoder(real.name, base.shape[1], run, real.counts)
