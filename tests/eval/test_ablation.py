from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from eval.ablation import BareStore, ablate, as_text, record, variants
from eval.dataset import GOLDEN, read_questions
from ingest.pipeline import ingest
from rag.settings import Settings
from rag.types import Filters


def test_variants_add_one_part_at_a_time():
    names = [v.name for v in variants(bare=True, reranker=True)]
    assert names[0] == "dense only"
    assert names[2:4] == ["fusion, no header", "+ header"]
    assert names[-1] == "+ reranker"
    plain = [v.name for v in variants(bare=False, reranker=False)]
    assert plain[2] == "fusion"
    assert "+ reranker" not in plain


def test_the_table_over_the_demo_corpus(demo_home):
    questions = read_questions(GOLDEN)[0][::12]
    said = []
    rows = ablate(
        Settings(home=demo_home), questions, today=date(2025, 12, 31), progress=said.append
    )
    assert said == [row.name for row in rows]
    text = as_text(rows)
    assert text.count("\n") == len(rows) + 1
    for row in record(rows):
        assert 0 <= row["figures"]["nuggets@10"][0] <= 1
        assert row["latency"]["retrieve"]["p50"] > 0
    figures = {row["name"]: row["figures"]["nuggets@10"][0] for row in record(rows)}
    assert figures["fusion"] >= min(figures["dense only"], figures["BM25 only"])


@pytest.fixture
def bare(store, articles):
    dated = [replace(articles[0], published="2024-01-01"), *articles[1:]]
    ingest(store, dated)
    return BareStore(store, store.encoder)


def test_bare_vectors_are_of_the_passages_alone(bare, articles):
    vector = bare.encoder.encode([articles[1].text])[0]
    found = bare.dense(vector, 3)
    assert len(found) == 3
    assert found[0][1] == pytest.approx(1.0, abs=0.01)
    best = bare.passages([found[0][0]])[0]
    assert best.source.url == articles[1].url
    assert np.allclose(bare.vectors([found[0][0]])[0], vector, atol=0.02)


def test_bare_search_keeps_to_the_filters(bare, articles):
    vector = bare.encoder.encode([articles[1].text])[0]
    found = bare.dense(vector, 10, Filters(until=date(2024, 12, 31)))
    assert [bare.passages([id])[0].source.url for id, _ in found] == [articles[0].url]
