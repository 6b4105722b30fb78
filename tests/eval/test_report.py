from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from eval.report import page, write_report
from eval.run import Plan, evaluate
from rag.errors import InputError

NOW = datetime(2025, 11, 1, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)">\'"&</textarea><script>alert(2)</script>'


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def _parsed(text):
    parser = _Tags()
    parser.feed(text)
    return parser


def _runs(tmp_path, questions, scripted, change=None):
    one = evaluate(scripted(change), questions, Plan(tmp_path / "a", NOW, "first"))[0]
    two = evaluate(scripted(), questions, Plan(tmp_path / "b", NOW, "second", fresh=True))[0]
    return [one, two]


def test_the_page_shows_everything_and_needs_nothing(tmp_path, questions, scripted):
    runs = _runs(tmp_path, questions, scripted)
    text = page(runs)
    for question in questions:
        assert question.id in text
    for piece in ("citation_recall", "Risk and coverage", "Calibration", "Milliseconds by stage",
                  "Side by side", "first minus second", "passages retrieved",
                  "14,000"):  # fmt: skip
        assert piece in text
    parsed = _parsed(text)
    assert "svg" in parsed.tags
    assert not {"link", "img", "iframe", "object"} & set(parsed.tags)
    assert not [v for k, v in parsed.attributes if k == "src"]
    outside = [v for k, v in parsed.attributes if k == "href"]
    assert outside
    assert all(v.startswith("https://example.com/") for v in outside)
    assert "@import" not in text
    assert "url(" not in text


def test_nothing_from_articles_models_or_questions_is_markup(tmp_path, questions, scripted):
    def poison(record):
        record["answer"] += " " + HOSTILE
        record["reason"] = HOSTILE
        for citation in record["citations"]:
            citation.update(title=HOSTILE, publisher=HOSTILE, url="javascript:alert(3)",
                            quote=citation["quote"] + HOSTILE)  # fmt: skip
        for hit in record["hits"]:
            hit.update(url="javascript:alert(4)", text=HOSTILE)

    asked = [
        replace(q, id=q.id + HOSTILE, type=q.type + HOSTILE, question=q.question + HOSTILE,
                answer=HOSTILE) for q in questions
    ]  # fmt: skip
    text = page(_runs(tmp_path, asked, scripted, poison))
    parsed = _parsed(text)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert not [k for k, _ in parsed.attributes if k.startswith("on")]
    assert not [v for k, v in parsed.attributes if k == "href" and not v.startswith("http")]


def test_errors_faults_and_same_names_are_shown(tmp_path, questions, scripted):
    asked = [replace(questions[0], question="break it"), *questions[1:]]

    def spoil(record):
        record["answer"] += " Elon Musk bought Tesla from Jeff Bezos."

    run = evaluate(scripted(spoil), asked, Plan(tmp_path / "a", NOW, price=(1.0, 2.0)))[0]
    text = page([run, run])
    assert "the question is broken" in text
    assert "<b>invented</b>" in text
    assert "scripted (2)" in text


def test_written_where_told(tmp_path, questions, scripted):
    runs = _runs(tmp_path, questions, scripted)
    write_report(runs, tmp_path / "deep" / "r.html")
    assert (tmp_path / "deep" / "r.html").read_text().startswith("<!doctype html>")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't write the report"):
        write_report(runs, tmp_path / "file" / "r.html")


def test_filters_find_every_control(tmp_path, questions, scripted):
    text = page(_runs(tmp_path, questions, scripted))
    for id in re.findall(r'getElementById\("(\w+)"\)', text):
        assert f'id="{id}"' in text
