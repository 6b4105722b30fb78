from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from eval.ablation import BareStore, ablate, as_text, joined, record, variants
from eval.dataset import GOLDEN, Question, read_questions
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


def test_plain_questions_of_one_day_are_joined():
    def ask(id, question, day=None, **more):
        nuggets = ((id,),)
        return Question(id, question, asked_on=day, must_include=nuggets, **more)

    monday, tuesday = date(2025, 3, 3), date(2025, 3, 4)
    pairs = joined(
        [
            ask("a", "Who leads Mistral?", monday),
            ask("b", "What did Meta buy?", tuesday),
            ask("c", "Mistral grew. Who leads it?", monday),
            ask("d", "Did Meta buy Scale AI?", monday),
            ask("e", "How much did it cost?", monday),
            replace(ask("f", "Who knows?", tuesday), type="unanswerable"),
            ask("g", "Where is Cohere based?", tuesday),
            ask("h", "What is Suno?", tuesday),
        ]
    )
    assert [(p.id, p.asked_on) for p in pairs] == [("a+e", monday), ("b+g", tuesday)]
    assert pairs[0].question == "Who leads Mistral, and how much did it cost?"
    assert pairs[0].must_include == (("a",), ("e",))


def test_pairs_are_taken_apart(demo_home, monkeypatch):
    monkeypatch.setattr("eval.ablation.variants", lambda bare, reranker: [])
    questions = read_questions(GOLDEN)[0][::3]
    rows = ablate(Settings(home=demo_home), questions, today=date(2025, 12, 31))
    assert [row.name for row in rows] == ["two in one", "+ taken apart"]
    assert len(rows[1].scored) == len(joined(questions)) > 10
    whole, apart = (row["figures"]["nuggets@5"][0] for row in record(rows))
    assert apart > whole + 0.03


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
