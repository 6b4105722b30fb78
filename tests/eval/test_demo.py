from __future__ import annotations

import pytest

from eval.dataset import GOLDEN, check_questions, read_questions
from eval.demo import STAMP, demo_articles, demo_settings, made_of_hash, prepare_demo
from rag.settings import Settings
from rag.store import open_store


def test_the_demo_store_is_made_once_and_anew_when_articles_change(ready_home, articles, capsys):
    settings = Settings(home=ready_home)
    prepare_demo(settings, articles)
    assert "4 passages" in capsys.readouterr().err
    prepare_demo(settings, articles)
    assert capsys.readouterr().err == ""
    prepare_demo(settings, articles[1:])
    assert "3 passages" in capsys.readouterr().err
    store = open_store(settings)
    assert {s.url for s in store.sources()} == {a.url for a in articles[1:]}
    store.close()
    assert (ready_home / STAMP).read_text() == made_of_hash(articles[1:], settings)
    assert (ready_home / "encoder").is_dir()


def test_it_lives_below_the_data_directory(tmp_path):
    assert demo_settings(Settings(home=tmp_path)).home == tmp_path / "eval-demo"


@pytest.fixture(scope="module")
def texts():
    return {a.url: a.text for a in demo_articles()}


def test_the_golden_set_is_right_about_the_demo_corpus(texts):
    assert len(texts) >= 80
    wrong = [str(p) for p in check_questions(GOLDEN, texts) if p.fatal or "evidence" in p.message]
    assert wrong == []


def test_the_golden_set_is_large_and_broad():
    questions, problems = read_questions(GOLDEN)
    assert problems == []
    assert len(questions) >= 150
    assert {q.type for q in questions} >= {
        "fact", "number", "when", "latest", "compare", "list", "followup", "unanswerable",
        "false_premise", "conflict",
    }  # fmt: skip
    assert all(q.asked_on for q in questions)  # the gate must not depend on today
