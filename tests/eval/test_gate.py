from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from eval.gate import (
    Gate,
    GateError,
    Line,
    check_run,
    gate_settings,
    judge,
    measured,
    read_gate,
    updated,
    write_gate,
)
from eval.run import Plan, evaluate
from rag.errors import InputError
from rag.settings import Settings

NOW = datetime(2025, 11, 1, tzinfo=UTC)
TODAY = date(2025, 11, 2)


def _run(folder, system, questions):
    system.settings = {"system": "citewire", "llm": None, "corpus": "c0ffee"}
    return evaluate(system, questions * 1, Plan(folder, NOW, fresh=True))[0]


@pytest.fixture
def good(tmp_path, questions, scripted):
    return _run(tmp_path / "good", scripted(), questions)


@pytest.fixture
def bad(tmp_path, questions, scripted):
    def spoil(record):
        record["answer"] = "No idea, really."

    return _run(tmp_path / "bad", scripted(spoil), questions)


def test_set_kept_and_missed(good, bad):
    gate = updated(None, good, None, TODAY)
    lines, problems = judge(gate, good)
    assert problems == []
    assert all(line.passed for line in lines)
    assert gate.corpus == "c0ffee"
    assert gate.limits["correct"] == pytest.approx(0.8)  # one of five questions of slack
    missed = {line.name for line in judge(gate, bad)[0] if not line.passed}
    assert "correct" in missed
    assert "recall@10" not in missed


def test_the_same_run_passes_twice_the_same(good):
    assert measured(good.scored) == measured(good.scored)


def test_other_corpus_or_questions_fail(good):
    gate = updated(None, good, None, TODAY)
    problems = judge(Gate("other", "other", gate.limits), good)[1]
    assert len(problems) == 2
    assert "corpus is another" in problems[0]


def test_floors_rise_and_never_fall_without_a_reason(tmp_path, good, bad):
    low = updated(None, bad, None, TODAY)
    high = updated(low, good, None, TODAY)
    assert high.limits["correct"] > low.limits["correct"]
    with pytest.raises(GateError, match=r"would weaken .*correct"):
        updated(high, bad, None, TODAY)
    with pytest.raises(GateError, match="would weaken"):
        updated(high, bad, "  ", TODAY)
    lowered = updated(high, bad, "the question set was wrong", TODAY)
    assert lowered.limits["correct"] == low.limits["correct"]
    assert lowered.lowered[0]["reason"] == "the question set was wrong"
    assert lowered.lowered[0]["on"] == "2025-11-02"
    path = tmp_path / "gate.json"
    write_gate(path, lowered)
    assert read_gate(path) == lowered


def test_less_is_better_for_faults():
    assert Line("invented", 0.0, 0.01, True).passed
    assert not Line("invented", 0.02, 0.01, True).passed
    assert not Line("correct", None, 0.5, False).passed
    assert Line("correct", 0.5, None, False).passed


@pytest.mark.parametrize("text", ["", "[]", '{"corpus": "x"}', '{"limits": {"correct": "high"}}'])
def test_a_broken_file(tmp_path, text):
    path = tmp_path / "gate.json"
    path.write_text(text)
    with pytest.raises(GateError, match="is not a gate file"):
        read_gate(path)


def test_missing_file_and_unknown_measure(tmp_path):
    path = tmp_path / "gate.json"
    with pytest.raises(GateError, match="there is no gate"):
        read_gate(path)
    path.write_text(
        json.dumps({"corpus": "", "questions": "", "limits": {"zest": 1}, "lowered": []})
    )
    with pytest.raises(GateError, match="unknown measures: zest"):
        read_gate(path)


def test_only_runs_without_a_model_are_judged(tmp_path, questions, scripted, good):
    check_run(good)
    system = scripted()
    system.settings = {"system": "citewire", "llm": "openai:x"}
    run = evaluate(system, questions, Plan(tmp_path / "llm", NOW))[0]
    with pytest.raises(InputError, match="without a chat model"):
        check_run(run)


def test_settings_are_the_plain_ones():
    settings = gate_settings(Settings(Path("/x"), llm="openai:x", reranker="r", top_k=50))
    assert (settings.llm, settings.reranker, settings.top_k) == (None, None, 10)
