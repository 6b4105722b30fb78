from __future__ import annotations

import time
from functools import partial

import pytest

from eval import bench
from eval.benchpage import as_text, write_page
from eval.growth import growth
from rag.errors import CitewireError, InputError
from rag.settings import Settings
from rag.types import Article


def failing(settings, articles):
    raise ValueError("no luck")


def counting(settings, articles, add=0):
    return {"seconds": 1.0, "passages": len(articles) + add, "home": str(settings.home)}


def test_sized():
    articles = [Article(f"u{i}", "t", "x" * 100) for i in range(5)]
    assert len(bench.sized(articles, 250)) == 3
    assert len(bench.sized(articles, 1)) == 1
    mixed = bench.sized(articles, 900)
    assert len(mixed) == 9
    assert len({a.url for a in mixed}) == 9


def test_spread_is_in_milliseconds():
    assert bench.spread([0.1, 0.2, 0.3])["p50"] == pytest.approx(200)


def test_work_runs_apart_in_an_empty_folder(ready_home):
    settings = Settings(home=ready_home)
    result = bench.apart(partial(counting, add=1), settings, [])
    assert result["passages"] == 1
    assert result["peak_mb"] > 5
    assert result["home"] != str(ready_home)
    with pytest.raises(CitewireError, match="no luck"):
        bench.apart(failing, settings, [])


def test_load_counts_answers_and_errors():
    def ask(question):
        time.sleep(0.005)
        if question == "bad":
            raise InputError("refused")

    result = bench.load(ask, ["good", "bad"], users=4, seconds=0.3)
    assert result["answers"] > 5
    assert result["errors"] > 5
    assert result["first_errors"][0] == "InputError: refused"
    assert result["milliseconds"]["p50"] >= 5


def test_the_three_ingests(ready_home, articles):
    settings = Settings(home=ready_home)
    bare, ours = bench._bare(settings, articles), bench._citewire(settings, articles)
    assert bare["passages"] == ours["passages"] == len(articles)
    assert ours["seconds"] > 0


def test_growth(ready_home, articles, questions):
    rows = growth(Settings(home=ready_home), articles, questions, (40, 80))["rows"]
    assert [row["passages"] for row in rows] == [40, 80]
    assert rows[1]["unfiltered"]["p50"] > 0
    assert rows[1]["disk_mb"] > 0


def test_page_and_text(tmp_path):
    part = {"characters_per_second": 1000.0, "articles_per_second": 2.0,
            "passages_per_second": 5.0, "seconds": 2.0,
            "load": 1.0, "peak_mb": 300.0}  # fmt: skip
    times = {"p50": 10.0, "p90": 20.0, "p95": 25.0, "p99": 30.0, "n": 5.0}
    result = {
        "created": "2025-11-01T12:00:00", "threads": 2, "backend": "openvino",
        "ingest": {"encoder": part, "citewire": part, "textbook": part,
                   "citewire_of_encoder": 0.9, "citewire_of_textbook": 2.5},
        "query": {"citewire": times, "textbook": times, "citewire_whole_answer": times},
        "load": {"users": 8, "answers": 9, "seconds": 3.0, "answers_per_second": 3.0, "errors": 1,
                 "first_errors": ["X: <b>"], "milliseconds": times},
        "growth": [{"passages": n, "unfiltered": times, "one month": times, "peak_mb": 400.0,
                    "disk_mb": 50.0} for n in (1000, 2000)],
    }  # fmt: skip
    text = as_text(result)
    assert "0.90 of the bare encoder" in text
    assert "2.50 times the textbook" in text
    assert "1 errors, p50 10 ms" in text
    write_page(result, tmp_path / "b.html")
    page = (tmp_path / "b.html").read_text()
    assert page.count("<svg") == 5
    assert "X: <b>" not in page
    with pytest.raises(InputError, match="can't write"):
        write_page(result, tmp_path)
