"""Planted errors: each must move the measures that should see it, and no other."""

from __future__ import annotations

import copy

import pytest

from eval.measures import (
    BY_NAME,
    MEASURES,
    by_type,
    difference,
    named_choice,
    score,
    summarise,
)

FAULTS = [m.name for m in MEASURES if m.group == "faults"]


def _figures(questions, records, lookup):
    return {n: e.value for n, e in summarise(score(questions, records, lookup)).figures.items()}


def test_right_answers_score_full_marks(questions, records, lookup):
    figures = _figures(questions, records, lookup)
    perfect = [m.name for m in MEASURES if m.group in ("answer", "abstention", "citations")]
    assert {n: figures[n] for n in perfect if n != "choice"} == dict.fromkeys(
        [n for n in perfect if n != "choice"], 1.0
    )
    assert all(figures[name] == 0 for name in FAULTS)
    assert figures["hit@5"] == figures["nuggets@1"] == figures["mrr@10"] == 1.0


def _wrong_number(records):
    """A figure that no label asks for: only the checker can see it."""
    records[2]["answer"] = records[2]["answer"].replace(
        "1.7 billion euros in", "1.9 billion euros in"
    )


def _wrong_nugget(records):
    """The source itself says another number: quoted faithfully, and wrong."""
    spoil = records[0]
    for part in (spoil, *spoil["claims"], *spoil["citations"], *spoil["hits"]):
        for key in ("answer", "text", "quote"):
            if key in part:
                part[key] = part[key].replace("14,000 corporate", "16,000 corporate")


def _swapped(records):
    records[2]["answer"] = records[2]["answer"].replace("[1]", "[x]").replace("[2]", "[1]")
    records[2]["answer"] = records[2]["answer"].replace("[x]", "[2]")
    records[2]["claims"] = []


def _invented(records):
    records[1]["answer"] += " Jensen Huang also resigned from Tesla in Paris."


def _misquoted(records):
    records[1]["citations"][0]["start"] += 1


def _refused(records):
    records[3].update(answer="I don't know.", abstained=True, claims=[], citations=[])


def _overreached(records):
    records[4].update(
        answer=records[3]["answer"], claims=records[3]["claims"], abstained=False,
        citations=records[3]["citations"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("plant", "fault", "also"),
    [
        (_wrong_number, "figure", {"citation_recall", "citation_precision"}),
        (_wrong_nugget, None, {"nuggets"}),
        (_swapped, "miscited", {"citation_recall", "citation_precision"}),
        (_invented, "invented", {"citation_recall"}),
        (_misquoted, "misquoted", {"quote_exact"}),
        (_refused, "refused", {"nuggets", "abstain_precision"}),
        (_overreached, "overreached", {"abstain_recall"}),
    ],
)
def test_planted_error_is_caught_by_its_measure_and_no_other(
    questions, records, lookup, plant, fault, also
):
    spoilt = copy.deepcopy(records)
    plant(spoilt)
    texts = lookup
    if plant is _wrong_nugget:

        def texts(url, version):
            return lookup(url, version).replace("14,000 corporate", "16,000 corporate")

    before = _figures(questions, records, lookup)
    after = _figures(questions, spoilt, texts)
    moved = {name for name in FAULTS if after[name] != before[name]}
    assert moved == ({fault} if fault else set())
    watched = {"citation_recall", "citation_precision", "quote_exact", "abstain_precision",
               "abstain_recall", "nuggets"}  # fmt: skip
    assert {n for n in watched if n in after and after[n] < before[n]} == also


def test_length_aware_correctness(questions, records, lookup):
    padded = copy.deepcopy(records)
    padded[0]["answer"] = "word " * 100 + padded[0]["answer"]
    figures = _figures(questions, padded, lookup)
    assert figures["nuggets"] == 1.0
    assert figures["nuggets_100w"] == figures["correct"] - 0.05 == 0.75
    padded[0]["answer"] = "word " * 70 + records[0]["answer"]
    figures = _figures(questions, padded, lookup)
    assert figures["nuggets_60w"] == 0.75
    assert figures["correct"] == 1.0


def test_an_error_is_wrong_and_no_abstention(questions, records, lookup):
    failed = copy.deepcopy(records)
    failed[4].update(error="it broke", answer="", abstained=True, hits=[])
    scored = score(questions, failed, lookup)
    figures = summarise(scored).figures
    assert figures["errors"].value == pytest.approx(0.2)
    assert figures["abstain_recall"].value == 0
    assert "abstain_precision" not in figures
    assert [s.verdict for s in scored] == ["right"] * 4 + ["error"]


def test_verdicts(questions, records, lookup):
    spoilt = copy.deepcopy(records)
    _refused(spoilt)
    _overreached(spoilt)
    spoilt[0]["answer"] = "Some jobs."
    assert [s.verdict for s in score(questions, spoilt, lookup)] == [
        "wrong", "right", "right", "refused", "overreached",
    ]  # fmt: skip


def test_choices(questions):
    from dataclasses import replace

    quiz = replace(
        questions[0], answer="“Squid Game”", choices=("“Game of Thrones”", "“Squid Game”")
    )
    assert named_choice(quiz, "Netflix renewed Squid Game.")
    assert not named_choice(quiz, "Squid Game, like Game of Thrones, returns.")  # both, named alike
    assert not named_choice(quiz, "No idea.")


def test_summary_has_latency_tokens_curve_and_bins(questions, records, lookup):
    for at, record in enumerate(records):
        record["seconds"] = {"understand": 0.0, "retrieve": 0.1 * at, "answer": 0, "total": 1.0}
        record["tokens"] = {"prompt": 100, "completion": 10}
    summary = summarise(score(questions, records, lookup))
    assert summary.latency["retrieve"]["p50"] == pytest.approx(0.2)
    assert summary.latency["total"]["max"] == 1.0
    assert summary.tokens == {"prompt": 500, "completion": 50}
    assert summary.curve[-1].coverage == pytest.approx(0.8)
    assert summary.extra["aurc"].value == 0
    assert summary.extra["ece"].value == pytest.approx(0.1)
    assert summary.extra["words_median"].value > 5


def test_types_and_differences(questions, records, lookup):
    scored = score(questions, records, lookup)
    assert list(by_type(scored)) == ["number", "fact", "list", "unanswerable"]
    same = difference(scored, scored, "correct")
    assert same is not None
    assert same.delta == 0
    assert difference(scored, scored, "choice") is None


def test_every_measure_is_named_once_and_explained():
    assert len(BY_NAME) == len(MEASURES)
    assert all(m.about and m.group for m in MEASURES)
