from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from eval.compare import as_text, compare
from eval.dataset import Question
from eval.run import Plan, evaluate
from rag.errors import InputError

NOW = datetime(2025, 11, 1, tzinfo=UTC)


def _run(folder, system, questions, label=None):
    return evaluate(system, questions, Plan(folder, NOW, label, fresh=True))[0]


def many(questions: list[Question], times: int) -> list[Question]:
    return [replace(q, id=f"{q.id}-{i}") for i in range(times) for q in questions]


def test_a_run_compared_with_itself_shows_no_difference(tmp_path, questions, scripted):
    run = _run(tmp_path / "a", scripted(), questions)
    found = compare(run, run)
    assert found.n == len(questions)
    assert found.changes == ()
    assert found.rows
    assert all(d.delta == d.low == d.high == 0 and d.p == 1 for _, d in found.rows)
    assert "0 answers differ" in as_text(found)


def test_corrupted_answers_are_found(tmp_path, questions, scripted):
    """5% of answers spoilt: exactly those are listed, and the interval leaves out zero."""
    asked = many(questions, 20)
    spoilt = {f"q1-{i}" for i in range(5)}

    def corrupt(record):
        if record["id"] in spoilt:
            record["answer"] = record["answer"].replace("14,000", "19,000")

    a = _run(tmp_path / "a", scripted(), asked, "good")
    b = _run(tmp_path / "b", scripted(corrupt), asked, "bad")
    found = compare(a, b)
    assert {c.a.question.id for c in found.changes} == spoilt
    assert all(c.worse and c.verdicts == "right → wrong" for c in found.changes)
    rows = dict(found.rows)
    assert rows["correct"].delta == pytest.approx(-0.05)
    assert rows["correct"].clear
    assert rows["figure"].clear
    assert rows["recall@10"].delta == 0
    text = as_text(found, 2)
    assert "5 answers differ: 0 became right, 5 became wrong" in text
    assert "1 figure" in text
    assert "and 3 more" in text
    assert all(c.better for c in compare(b, a).changes)


def test_only_common_questions_count(tmp_path, questions, scripted):
    a = _run(tmp_path / "a", scripted(), questions[:4])
    b = _run(tmp_path / "b", scripted(), questions[1:])
    found = compare(a, b)
    assert (found.n, found.only_a, found.only_b) == (3, 1, 1)
    assert "1 only in A, 1 only in B" in as_text(found)
    c = _run(tmp_path / "c", scripted(), questions[4:])
    with pytest.raises(InputError, match="no question in common"):
        compare(a, c)
