from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from eval.answering import Meter, answer_all, read_records
from rag.errors import InputError


def test_records_come_in_order_and_are_kept(tmp_path, questions, scripted):
    out = tmp_path / "deep" / "answers.jsonl"
    system = scripted()
    outcome = answer_all(system, questions, out)
    assert [r["id"] for r in outcome.records] == [q.id for q in questions]
    assert read_records(out) == outcome.records
    assert system.asked == [q.id for q in questions]

    again = answer_all(system, questions, out)
    assert again.kept == len(questions)
    assert again.records == outcome.records
    assert len(system.asked) == len(questions)


def test_a_changed_question_or_setting_is_asked_again(tmp_path, questions, scripted):
    out = tmp_path / "answers.jsonl"
    answer_all(scripted(), questions, out)
    system = scripted()
    changed = [replace(questions[0], question="How many jobs?"), *questions[1:]]
    answer_all(system, changed, out)
    assert system.asked == ["q1"]
    system.settings = {"system": "scripted", "top_k": 5}
    answer_all(system, changed, out)
    assert system.asked == ["q1", *[q.id for q in questions]]


def test_labels_do_not_matter_to_kept_answers(tmp_path, questions, scripted):
    out = tmp_path / "answers.jsonl"
    answer_all(scripted(), questions, out)
    relabelled = [replace(q, must_include=(("x",),), type="fact") for q in questions]
    assert answer_all(scripted(), relabelled, out).kept == len(questions)


def test_one_bad_question_does_not_stop_the_others(tmp_path, questions, scripted):
    bad = replace(questions[1], question="break please")
    asked = [questions[0], bad, *questions[2:]]
    out = tmp_path / "answers.jsonl"
    outcome = answer_all(scripted(), asked, out)
    assert outcome.failed == [("q2", "the question is broken")]
    assert len(outcome.records) == len(asked)
    assert outcome.records[1]["error"] == "the question is broken"
    assert outcome.records[1]["hits"] == []
    system = scripted()
    assert answer_all(system, asked, out).kept == len(asked) - 1
    assert system.asked == ["q2"]  # a failure is tried again


def test_goes_on_after_a_stop(tmp_path, questions, scripted):
    out = tmp_path / "answers.jsonl"

    class Stopped(Exception):
        pass

    class Dies(scripted):
        def ask(self, question):
            if question.id == "q3":
                raise KeyboardInterrupt
            return super().ask(question)

    with pytest.raises(KeyboardInterrupt):
        answer_all(Dies(), questions, out)
    assert [r["id"] for r in read_records(out)] == ["q1", "q2"]
    with out.open("a") as file:
        file.write('{"id": "q3", "answ')  # cut off in the middle of a write
    system = scripted()
    outcome = answer_all(system, questions, out)
    assert system.asked == ["q3", "q4", "q5"]
    assert read_records(out) == outcome.records


def test_several_at_a_time_give_the_same(tmp_path, questions, scripted):
    one = answer_all(scripted(), questions, tmp_path / "a.jsonl")
    many = answer_all(scripted(), questions, tmp_path / "b.jsonl", workers=3)
    assert one.records == many.records


def test_a_file_of_something_else_is_not_overwritten(tmp_path, questions, scripted):
    out = tmp_path / "questions.jsonl"
    text = json.dumps(questions[0].record()) + "\n"
    out.write_text(text)
    with pytest.raises(InputError, match=r"questions\.jsonl:1 is not an answer record"):
        answer_all(scripted(), questions, out)
    assert out.read_text() == text


def test_unwritable_and_missing(tmp_path, questions, scripted):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"can't (read|write) the answers"):
        answer_all(scripted(), questions, tmp_path / "file" / "x.jsonl")
    with pytest.raises(InputError, match="no answers at"):
        read_records(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="can't read"):
        read_records(tmp_path)


def test_progress_is_shown(tmp_path, questions, scripted):
    stream = io.StringIO()
    answer_all(scripted(), questions, tmp_path / "a.jsonl", progress=Meter("asking", stream))
    assert stream.getvalue().startswith("asking: 5/5, ")
    assert stream.getvalue().endswith("s left\n")
