from __future__ import annotations

import pytest

from eval.measures import score, summarise
from eval.textbook import REFUSAL, TextbookSystem
from rag.settings import Settings


@pytest.fixture
def system(tmp_path, articles, encoder):
    opened = TextbookSystem(Settings(home=tmp_path), articles, "c0ffee", encoder)
    yield opened
    opened.close()


def test_the_textbook_pipeline_is_measured_like_any_other(system, questions):
    records = [system.ask(q) for q in questions]
    assert all(len(r["hits"]) == 4 for r in records)
    scored = score(questions, records, system.lookup)
    figures = summarise(scored).figures
    assert figures["hit@5"].value == 1.0
    assert figures["citation_recall"].value == 1.0
    assert figures["quote_exact"].value == 1.0
    assert figures["abstain_recall"].value == 0.0
    assert records[0]["seconds"]["retrieve"] > 0
    assert system.describe()["corpus"] == "c0ffee"
    assert "first chunk" in system.name


def test_with_a_model_it_stuffs_and_may_refuse(system, questions):
    from langchain_core.language_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage

    usage = {"input_tokens": 90, "output_tokens": 9, "total_tokens": 99}
    system._model = GenericFakeChatModel(
        messages=iter([AIMessage("It cuts 14,000 jobs [1].", usage_metadata=usage),
                       AIMessage(f"{REFUSAL}.")])
    )  # fmt: skip
    record = system.ask(questions[0])
    assert record["answer"] == "It cuts 14,000 jobs [1]."
    assert record["citations"][0]["url"] == "https://example.com/amazon"
    assert record["tokens"] == {"prompt": 90, "completion": 9}
    assert system.ask(questions[4])["abstained"] is True
