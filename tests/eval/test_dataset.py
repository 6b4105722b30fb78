from __future__ import annotations

import json

import pytest

from eval.dataset import (
    check_questions,
    questions_hash,
    read_questions,
    write_questions,
)
from rag.errors import InputError

GOOD = {"id": "a", "question": "Who?", "must_include": [["Ann"]], "answer": "Ann did.",
        "evidence": [{"url": "https://x.org/1", "quote": "Ann came"}]}  # fmt: skip


def _file(tmp_path, *rows):
    path = tmp_path / "q.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "not JSON at column 2"),
        ("[1]", "not a JSON object but a list"),
        ({"question": "Who?"}, '"id" is missing'),
        ({"id": "b"}, '"question" is missing'),
        ({"id": "b", "question": "  "}, '"question" is empty'),
        ({"id": "b", "question": 5}, '"question" must be a string, not a number'),
        ({**GOOD, "id": "b", "asked_on": "soon"}, "ISO date such as 2025-03-31, not 'soon'"),
        ({**GOOD, "id": "b", "must_include": ["Ann"]}, "nugget 1"),
        ({**GOOD, "id": "b", "must_include": [[]]}, "not []"),
        ({**GOOD, "id": "b", "must_include": [["Ann", " "]]}, "a form that is no text"),
        ({**GOOD, "id": "b", "evidence": [{"quote": "x"}]}, 'item 1 of "evidence"'),
        ({**GOOD, "id": "b", "history": [{"role": "bot", "content": "x"}]}, 'turn 1 of "history"'),
        ({**GOOD, "id": "b", "history": "x"}, '"history" must be a list, not a string'),
        ({**GOOD, "id": "b", "choices": [1]}, '"choices" must be a list of strings'),
        ({**GOOD, "id": "b", "type": "unanswerable"}, 'must have an empty "must_include"'),
        ({**GOOD, "id": "a"}, "was used in line 1"),
    ],
)
def test_a_bad_line_is_explained_and_the_rest_read(tmp_path, row, message):
    path = _file(tmp_path, GOOD, row, {**GOOD, "id": "z"})
    questions, problems = read_questions(path)
    assert [q.id for q in questions] == ["a", "z"]
    assert len(problems) == 1
    assert problems[0].line == 2
    assert message in problems[0].message
    assert str(problems[0]).startswith(f"{path}:2: ")


def test_bytes_that_are_not_text(tmp_path):
    path = _file(tmp_path, GOOD)
    path.write_bytes(path.read_bytes() + b'{"id": "\xff"}\n')
    assert "not UTF-8 at byte 9" in read_questions(path)[1][0].message


def test_a_byte_order_mark_and_empty_lines_are_no_problem(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n")
    assert read_questions(path) == (read_questions(_file(tmp_path, GOOD))[0], [])


def test_no_question_at_all_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no question"):
        read_questions(_file(tmp_path, "{"))
    with pytest.raises(InputError, match="can't read the questions"):
        read_questions(tmp_path / "missing.jsonl")


def test_written_questions_read_the_same(tmp_path, questions):
    path = tmp_path / "q.jsonl"
    write_questions(path, questions)
    again, problems = read_questions(path)
    assert again == questions
    assert problems == []
    assert questions_hash(again) == questions_hash(questions)
    assert questions_hash(again[1:]) != questions_hash(questions)


def test_doubts(tmp_path):
    path = _file(
        tmp_path,
        {"id": "1", "question": "What?"},
        {**GOOD, "id": "2", "evidence": []},
        {**GOOD, "id": "3", "answer": "Bob did."},
        {**GOOD, "id": "4", "question": "Did Ann?"},
        {**GOOD, "id": "5", "type": "followup"},
        {**GOOD, "id": "6"},
        {**GOOD, "id": "7", "evidence": [{"url": "https://x.org/2", "quote": "Ann"}]},
    )
    messages = {p.line: p.message for p in check_questions(path, {"https://x.org/1": "Bob came"})}
    assert "not scored" in messages[1]
    assert 'no "evidence"' in messages[2]
    doubts = [str(p) for p in check_questions(path)]
    assert any(":3: warning: nugget 'Ann' is not in the ideal" in d for d in doubts)
    assert any(":4: warning: nugget 'Ann' stands in the question" in d for d in doubts)
    assert any(':5: warning: type "followup" without' in d for d in doubts)
    assert not any(":6:" in d for d in doubts)
    assert "is not in https://x.org/1" in messages[6]
    assert "is not in the corpus" in messages[7]
