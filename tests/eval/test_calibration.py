from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from eval.calibration import Curve, answerable, error, plot
from eval.report import page
from eval.run import Plan, evaluate
from eval.stats import Bin

NOW = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def run(tmp_path, questions, scripted):
    return evaluate(scripted(), questions, Plan(tmp_path / "a", NOW, "first"))[0]


def test_every_scored_question_counts_whether_answered_or_not(run):
    curve = answerable("one", run.scored)
    scorable = [s for s in run.scored if s.question.scorable]
    assert curve.n == len(scorable)
    able = sum(not s.question.unanswerable for s in scorable)
    assert 0 < able < len(scorable)
    assert sum(b.right * b.n for b in curve.bins) == pytest.approx(able)
    told = sum(float(s.record["confidence"]) for s in scorable)
    assert sum(b.confidence * b.n for b in curve.bins) == pytest.approx(told)


def test_the_error_is_the_mean_distance_weighted_by_count():
    curve = Curve("x", (Bin(0.2, 0.0, 30), Bin(0.9, 1.0, 10)))
    assert error(curve) == "ECE 0.175, 40 questions"  # (30 × 0.2 + 10 × 0.1) / 40
    assert error(Curve("x", ())) == "no questions"


def test_the_plot_has_a_dot_a_count_and_an_interval_for_each_bin():
    svg = plot([Curve("a", (Bin(0.15, 0.1, 20), Bin(0.95, 0.98, 50)))], "answerable (share)")
    assert svg.count("<circle") == 2
    assert re.findall(r">n=(\d+)<", svg) == ["20", "50"]
    assert svg.count("whisker") == 2
    assert "guide" in svg  # the diagonal
    assert "answerable (share)" in svg
    assert "<circle" not in plot([Curve("a", ())], "right")


def test_a_label_stays_inside_the_frame():
    svg = plot([Curve("a", (Bin(0.02, 1.0, 7), Bin(0.99, 1.0, 8)))], "right")
    spots = re.findall(r'<text class="tick" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"', svg)
    assert [anchor for _, _, anchor in spots] == ["start", "end"]
    assert all(float(y) > 10 for _, y, _ in spots)


def test_the_report_shows_both(run):
    text = page([run])
    assert "Reliability of the confidence: can it be answered?" in text
    assert "Calibration of the confidence: are the answers right?" in text
    curve = answerable("first", run.scored)
    assert error(curve) in text
    assert all(f">n={b.n}<" in text for b in curve.bins)
