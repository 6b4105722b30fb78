from __future__ import annotations

import pytest

from eval.judge import Verdict, as_text, judge, read_verdict
from eval.measures import score


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("VERDICT: RIGHT", Verdict.RIGHT),
        ("Thinking…\n**verdict: Partly**\n", Verdict.PARTLY),
        ("Verdict: WRONG.", Verdict.WRONG),
        ("VERDICT: RIGHT\nVERDICT: WRONG", None),
        ("It is right.", None),
        ("VERDICT: RIGHT or WRONG", None),
        ("", None),
    ],
)
def test_verdicts_are_read_strictly(reply, verdict):
    assert read_verdict(reply) is verdict


def test_right_judge(questions, records):
    prompts = []

    def ask(prompt):
        prompts.append(prompt)
        return "VERDICT: RIGHT"

    judged = judge(score(questions, records), ask, repeats=3)
    assert judged.right.value == 1.0
    assert judged.agreement == 1.0
    assert judged.kappa == 1.0
    assert (judged.unscored, judged.unreadable) == (0, 0)
    assert len(prompts) == 15
    assert any("The articles do not tell" in p for p in prompts)
    assert any("cutting 14,000 corporate jobs. [1]" in p for p in prompts) is False
    assert all("{" not in p for p in prompts)


def test_unreadable_replies_and_failures_are_unscored_not_wrong(questions, records):
    said = [*"???", "RIGHT", "WRONG", "?", "RIGHT", "RIGHT", "WRONG", *["PARTLY"] * 3]
    replies = iter(f"VERDICT: {word}" for word in said)

    def ask(prompt):
        return next(replies)  # then StopIteration: a failed call

    judged = judge(score(questions, records), ask, repeats=3, workers=1)
    assert [j.verdict for j in judged.each] == [None, None, Verdict.RIGHT, Verdict.PARTLY, None]
    assert judged.unscored == 3
    assert judged.unreadable == 7
    assert judged.right.value == pytest.approx(0.75)
    assert judged.right.n == 2
    assert judged.agreement == pytest.approx(4 / 7)
    assert "3 unscored (7 unreadable replies)" in as_text(judged)


def test_no_verdict_at_all(questions, records):
    judged = judge(score(questions, records), lambda prompt: "", repeats=2)
    assert judged.right is None
    assert judged.agreement is None
    assert "no verdict" in as_text(judged)
    assert judged.record()["right"] is None


def test_placeholders_in_answers_are_left_alone(questions, records):
    records[0]["answer"] = "{wanted} {question}"
    seen = []
    judge(score(questions, records), lambda p: seen.append(p) or "", repeats=1, workers=1)
    assert "The answer to judge: {wanted} {question}" in seen[0]
