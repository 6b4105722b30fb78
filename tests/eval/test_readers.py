from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from eval.readers import read, sentence_at, write_corpus
from rag.errors import InputError


def test_squad(tmp_path):
    context = "Broncos won. The Denver Broncos beat the Panthers 24-10. It rained."
    at = context.index("Denver")
    data = {"data": [{"title": "Super_Bowl", "paragraphs": [{"context": context, "qas": [
        {"id": "1", "question": "Who won?", "answers": [
            {"text": "Denver Broncos", "answer_start": at},
            {"text": "Broncos", "answer_start": 0}]},
        {"id": "2", "question": "Who lost the coin toss?", "is_impossible": True, "answers": []},
    ]}]}]}  # fmt: skip
    path = tmp_path / "s.json"
    path.write_text(json.dumps(data))
    found = read("squad", path)
    first, second = found.questions
    assert first.must_include == (("Denver Broncos", "Broncos"),)
    assert first.evidence[0].quote == "The Denver Broncos beat the Panthers 24-10."
    assert first.evidence[0].url == found.articles[0]["url"]
    assert second.unanswerable
    assert found.articles[0]["title"] == "Super Bowl"


def test_sentence_at():
    text = "One. Two is here! Three\nFour"
    for word, sentence in (("One", "One."), ("here", "Two is here!"), ("Three", "Three"),
                           ("Four", "Four")):  # fmt: skip
        start = text.index(word)
        assert sentence_at(text, start, start + len(word)) == sentence


def test_beir(tmp_path):
    folder = tmp_path / "scifact"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(
        b'{"_id": "d1", "title": "T", "text": "Cells."}\n{"_id": "d2", "text": ""}\n'))  # fmt: skip
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "Do cells?"}\n{"_id": "q2", "text": "Unjudged?"}\n')  # fmt: skip
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n")  # fmt: skip
    found = read("beir", folder)
    assert [q.id for q in found.questions] == ["q1"]
    assert found.questions[0].evidence[0].url == "urn:scifact:d1"
    assert found.articles == [{"url": "urn:scifact:d1", "title": "T", "text": "Cells."}]


def test_trec(tmp_path):
    (tmp_path / "t.tsv").write_text("1\tWhat is it?\n2\tUnjudged?\nbroken\n\n")
    (tmp_path / "q.txt").write_text("1 0 DOC-1 2\n1 0 DOC-2 0\n1 0 https://a.org/3 1\n\n")
    found = read("trec", tmp_path / "t.tsv", tmp_path / "q.txt")
    assert [e.url for e in found.questions[0].evidence] == ["urn:trec:DOC-1", "https://a.org/3"]
    assert len(found.skipped) == 2
    with pytest.raises(InputError, match="--qrels"):
        read("trec", tmp_path / "t.tsv")
    (tmp_path / "q.txt").write_text("1 0 DOC\n")
    with pytest.raises(InputError, match=r"q\.txt:1: four columns"):
        read("trec", tmp_path / "t.tsv", tmp_path / "q.txt")


def test_realtimeqa(tmp_path):
    rows = [
        {"question_id": "a", "question_date": "2022/06/17", "question_sentence": "Which show?",
         "choices": ["Lost", "Dark"], "answer": ["1"]},
        {"question_id": "b", "question_sentence": "Which?", "choices": ["x"], "answer": ["4"]},
        {"question_id": "c", "question_sentence": "Which?", "answer": ["0"],
         "choices": ["None of the above", "x"]},
    ]  # fmt: skip
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    found = read("realtimeqa", path)
    assert len(found.questions) == 1
    question = found.questions[0]
    assert question.asked_on == date(2022, 6, 17)
    assert question.must_include == (("Dark",),)
    assert question.choices == ("Lost", "Dark")
    assert len(found.skipped) == 2


@pytest.mark.parametrize("kind", ["squad", "realtimeqa", "beir"])
def test_what_is_of_another_kind(tmp_path, kind):
    path = tmp_path / "x"
    path.write_text('{"rows": []}')
    with pytest.raises(InputError, match=r"in the form of|can't read"):
        read(kind, path)


def test_missing_and_empty(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        read("squad", tmp_path / "none.json")
    (tmp_path / "e.json").write_text('{"data": []}')
    with pytest.raises(InputError, match="holds no question"):
        read("squad", tmp_path / "e.json")


def test_corpus_is_written(tmp_path):
    path = tmp_path / "c.jsonl"
    write_corpus(path, [{"url": "u", "title": "ü", "text": "x"}])
    assert json.loads(path.read_text(encoding="utf-8"))["title"] == "ü"
    with pytest.raises(InputError, match="can't write"):
        write_corpus(tmp_path, [])
