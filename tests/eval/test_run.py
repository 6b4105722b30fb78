from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from eval.run import Plan, cost, default_folder, evaluate, load_run, newest_run, scores_record
from eval.tables import interval, number, results, table
from rag.errors import InputError

NOW = datetime(2025, 11, 1, 12, 30, tzinfo=UTC)


def test_a_run_is_written_and_read_back(tmp_path, questions, scripted):
    run, outcome = evaluate(scripted(), questions, Plan(tmp_path / "runs" / "a", NOW, "mine"))
    again = load_run(run.folder)
    assert again.scored == run.scored
    assert again.info == run.info
    assert again.name == "mine"
    assert outcome.failed == []
    info = json.loads((run.folder / "run.json").read_text())
    assert info["created"] == "2025-11-01T12:30:00+00:00"
    assert info["settings"] == {"system": "scripted"}
    scores = json.loads((run.folder / "scores.json").read_text())
    assert scores["all"]["figures"]["correct"][0] == 1.0
    assert set(scores["by_type"]) == {"number", "fact", "list", "unanswerable"}
    assert scores == json.loads(json.dumps(scores_record(again.scored)))


def test_answers_of_sibling_runs_are_taken_over_unless_fresh(tmp_path, questions, scripted):
    evaluate(scripted(), questions, Plan(tmp_path / "a", NOW))
    second, third = scripted(), scripted()
    run, _ = evaluate(second, questions, Plan(tmp_path / "b", NOW))
    assert second.asked == []
    assert run.info["answers_kept"] == len(questions)
    evaluate(third, questions, Plan(tmp_path / "b", NOW, fresh=True))
    assert len(third.asked) == len(questions)


def test_an_unreadable_sibling_is_passed_over(tmp_path, questions, scripted, capsys):
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "records.jsonl").write_text("nonsense\n")
    evaluate(scripted(), questions, Plan(tmp_path / "a", NOW))
    assert "passed over" in capsys.readouterr().err


def test_what_is_no_run_is_refused(tmp_path, questions, scripted):
    with pytest.raises(InputError, match="not a finished run"):
        load_run(tmp_path)
    with pytest.raises(InputError, match="there is no run under"):
        newest_run(tmp_path)
    run, _ = evaluate(scripted(), questions, Plan(tmp_path / "runs" / "a", NOW))
    assert newest_run(tmp_path) == run.folder
    (run.folder / "scores.json").write_text("{}")
    with pytest.raises(InputError, match="can't be read as a run"):
        load_run(run.folder)
    (run.folder / "scores.json").write_text('{"each": {}}')
    with pytest.raises(InputError, match="lacks question 'q1'"):
        load_run(run.folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't write the run"):
        evaluate(scripted(), questions, Plan(tmp_path / "file" / "b", NOW))


def test_folders_are_named_by_time_and_label(tmp_path):
    assert default_folder(tmp_path, NOW, "my run") == tmp_path / "runs" / "20251101-123000-my-run"
    assert default_folder(tmp_path, NOW, None).name == "20251101-123000"


def test_cost(tmp_path, questions, scripted):
    def counted(record):
        record["tokens"] = {"prompt": 1000, "completion": 100}

    run, _ = evaluate(scripted(counted), questions, Plan(tmp_path / "a", NOW, price=(2.0, 10.0)))
    assert cost(run.summary, (2.0, 10.0)) == pytest.approx(5 * (0.002 + 0.001))
    assert cost(run.summary, None) is None
    assert "tokens: prompt 5,000" in results(run.scored)


def test_the_table_names_every_figure(tmp_path, questions, scripted):
    run, _ = evaluate(scripted(), questions, Plan(tmp_path / "a", NOW))
    text = results(run.scored)
    for name in (
        "correct",
        "citation_recall",
        "mrr@10",
        "nuggets@5",
        "refused",
        "aurc",
        "retrieve",
    ):
        assert name in text
    assert "1.000 [" in text
    assert "unanswerable" in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, ".500"), (0.0, ".000"), (1.0, "1.000"), (-0.25, "-.250"), (0.9999, "1.000"),
     (12.34, "12.3")],
)  # fmt: skip
def test_numbers(value, shown):
    assert number(value) == shown


def test_tables_line_up():
    assert table(["a", "bb"], [["ccc", "1"]]) == "a    bb\n-------\nccc   1"
    assert interval(None) == "–"
