"""The whole path over the demo corpus: question in, cited answer out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from rag.__main__ import main, read_history
from rag.errors import InputError
from rag.extractive import PASSAGES
from rag.types import DoneEvent, Filters, Order, StageEvent, TextEvent, Turn

if TYPE_CHECKING:
    from rag.newsroom import Newsroom

ROOT = Path(__file__).parents[2]
AMAZON = "How many corporate jobs is Amazon cutting, and what does it expect to save?"


def test_the_opening_question(newsroom: Newsroom) -> None:
    answer = newsroom.ask(AMAZON)
    assert not answer.abstained
    for fact in ("14,000", "$8 billion"):
        claim = next(c for c in answer.claims if fact in c.text)
        assert any(fact in answer.citations[n - 1].quote for n in claim.citations)


def test_every_quote_is_an_exact_span(newsroom: Newsroom) -> None:
    for question in (AMAZON, "Who joined Microsoft AI from Inflection?", "What is Stargate?"):
        answer = newsroom.ask(question)
        assert answer.claims
        for citation in answer.citations:
            text = newsroom.store.article(citation.url, citation.version).text
            assert citation.quote == text[citation.start : citation.end]
        for claim in answer.claims:
            assert claim.citations
            assert max(claim.citations) <= len(answer.citations)
        assert len(answer.hits) == PASSAGES


def test_events_come_in_order_and_end_with_the_answer(newsroom: Newsroom) -> None:
    events = list(newsroom.stream(AMAZON))
    stages = [event.stage for event in events if isinstance(event, StageEvent)]
    assert stages[:3] == ["understand", "retrieve", "answer"]
    assert isinstance(events[-1], DoneEvent)
    texts = [event for event in events if isinstance(event, TextEvent)]
    assert texts
    answer = events[-1].answer
    assert texts[-1].text == answer.text
    assert answer.seconds.total >= answer.seconds.retrieve > 0


def test_what_the_articles_do_not_answer_gets_no_answer(newsroom: Newsroom) -> None:
    for question in ("How do I get the media kit?", "What is the capital of Peru?", "hello", "  "):
        answer = newsroom.ask(question)
        assert answer.abstained, question
        assert answer.reason is not None
        assert answer.citations == ()


def test_as_of_hides_later_articles(newsroom: Newsroom) -> None:
    limit = date(2024, 6, 30)
    answer = newsroom.ask("What is the latest on ChatGPT's weekly users?", as_of=limit)
    assert answer.as_of == limit
    assert answer.hits
    assert all(h.passage.source.day is None or h.passage.source.day <= limit for h in answer.hits)


def test_today_limits_only_the_latest(newsroom: Newsroom) -> None:
    today = date(2024, 6, 30)

    def days(question: str) -> list[date]:
        hits = newsroom.ask(question, today=today).hits
        return [h.passage.source.day for h in hits if h.passage.source.day]

    assert max(days("How many people use ChatGPT each week?")) > today
    assert max(days("What is the latest on ChatGPT's weekly users?")) <= today
    assert max(days("How many people used ChatGPT each week in 2025?")) > today


def test_the_readers_filters_hold(newsroom: Newsroom) -> None:
    filters = Filters(since=date(2025, 1, 1), publishers=("Compute Weekly",))
    answer = newsroom.ask("How much revenue did Nvidia report?", filters=filters)
    assert answer.hits
    for hit in answer.hits:
        assert hit.passage.source.publisher == "Compute Weekly"
        assert hit.passage.source.day is not None
        assert hit.passage.source.day >= date(2025, 1, 1)


def test_a_follow_up_is_understood_from_the_history(newsroom: Newsroom) -> None:
    history = [Turn("user", AMAZON), Turn("assistant", "About 14,000, to save $8 billion.")]
    answer = newsroom.ask("How many of those are in Washington state?", history)
    assert "2,300" in answer.text
    assert answer.question == "How many of those are in Washington state?"


def test_too_long_a_question_is_refused(newsroom: Newsroom) -> None:
    with pytest.raises(InputError, match="2000 is the most"):
        newsroom.ask("why " * 1000)


def test_command_line_prints_answer_and_sources(
    demo_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([AMAZON, "--home", str(demo_home), "--as-of", "2025-12-31"]) == 0
    out = capsys.readouterr().out
    assert "[1]" in out
    assert "14,000" in out
    assert "https://" in out
    assert "Newest relevant article: 2025-" in out


def test_command_line_record(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([AMAZON, "--home", str(demo_home), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {
        "id", "question", "answer", "abstained", "reason", "claims", "citations", "hits",
        "as_of", "model", "seconds",
    } <= set(record)  # fmt: skip
    assert set(record["seconds"]) == {"understand", "retrieve", "answer", "total"}
    assert set(record["hits"][0]) == {"url", "start", "end", "text", "score"}
    scores = [hit["score"] for hit in record["hits"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("model", "words"),
    [("nosuchprovider:model", "nosuchprovider"), ("openai:gpt-4o-mini", "OPENAI_API_KEY")],
)
def test_a_model_that_cannot_be_used_is_one_line(demo_home: Path, model: str, words: str) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    environ["CITEWIRE_LLM"] = model
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--home", str(demo_home), "What is Stargate?"],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("citewire: ")
    assert words in line


def test_an_empty_store_says_what_to_do(
    ready_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["anything?", "--home", str(ready_home)]) == 1
    assert "citewire-ingest add" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "no JSON"), ("{}", "no list"), ('[{"role": "boss", "content": "x"}]', "item 1")],
)
def test_a_bad_history_file_is_named(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "history.json"
    file.write_text(content)
    with pytest.raises(InputError, match=words) as caught:
        read_history(file)
    assert "history.json" in str(caught.value)
    with pytest.raises(InputError, match=r"missing\.json"):
        read_history(tmp_path / "missing.json")


def test_an_order_asked_for_outweighs_the_words(newsroom: Newsroom) -> None:
    question = "What did OpenAI announce?"

    def days(order: Order | None) -> list[int]:
        hits = newsroom.ask(question, order=order).hits
        return [h.passage.source.day.toordinal() for h in hits if h.passage.source.day]

    assert mean(days(Order.LATEST)) > mean(days(Order.FIRST)) + 100
    assert days(None) == days(Order.RELEVANCE)
