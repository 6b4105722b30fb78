"""Ingest end to end with the real store, killed and run again."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import Progress, ingest
from rag.embedding import Encoder
from rag.errors import InputError, StoreBusyError
from rag.settings import Settings
from rag.store import Store, open_store
from rag.types import Article

ROOT = Path(__file__).parents[2]
TOPICS = ["chips", "funding", "lawsuits", "robots", "layoffs", "research", "pricing"]


def article(n: int) -> Article:
    topic = TOPICS[n % len(TOPICS)]
    paragraphs = [
        f"Laboratory {n} reported on {topic} in part {part}. It spent {n * 7 + part} million "
        f"dollars with partner number {n * 31 + part}. The board of company {n} met on day "
        f"{part} and agreed on plan {n}-{part} after talks with supplier {n + part}."
        for part in range(6)
    ]
    text = "\n\n".join(f"## Part {i}\n\n{p}" for i, p in enumerate(paragraphs))
    return Article(
        url=f"https://lab.example.com/{n}",
        title=f"Laboratory {n} on {topic}",
        text=text,
        publisher="Lab News",
        published="2025-03-01",
    )


def test_counts_and_progress(store: Store) -> None:
    seen: list[Progress] = []
    wrong = InputError("broken.txt: can't be read; check it")
    empty = Article(url="https://lab.example.com/empty", title="Empty", text="  ")
    report = ingest(store, [article(1), wrong, article(2), empty, article(1)], progress=seen.append)
    assert (report.added, report.unchanged, report.updated, report.duplicate) == (2, 1, 0, 0)
    assert [r.what for r in report.rejected] == [
        "broken.txt: can't be read; check it",
        "https://lab.example.com/empty: has no text; check that it shows an article",
    ]
    assert report.passages == store.stats().passages > 0
    assert seen[-1].done == seen[-1].known == report.passages
    again = ingest(store, [article(1), article(2)])
    assert (again.added, again.unchanged, again.passages) == (0, 2, 0)


def test_every_passage_is_an_exact_span(store: Store) -> None:
    ingest(store, [article(n) for n in range(5)])
    for source in store.sources():
        text = store.article(source.url).text
        rows = store.catalogue.db.execute(
            'SELECT id, start, "end" FROM passages WHERE article = ? ORDER BY ordinal',
            (source.article_id,),
        ).fetchall()
        assert rows
        for passage, (_, start, end) in zip(
            store.passages([row[0] for row in rows]), rows, strict=True
        ):
            assert passage.text == text[start:end]
            assert store.encoder.count(passage.text) <= 254


def test_one_address_with_two_texts_keeps_the_first_for_good(store: Store) -> None:
    other = Article(url=article(1).url, title="Another", text="A different text about chips.")
    for _ in range(2):
        report = ingest(store, [article(1), other])
        assert "came twice" in report.rejected[0].what
        assert store.article(other.url).source.title == "Laboratory 1 on chips".replace(
            "chips", TOPICS[1]
        )
        assert store.article(other.url).versions == 1


def test_syndicated_copies_are_one_story(store: Store) -> None:
    first = article(3)
    copy = Article(
        url="https://other.example.com/copy",
        title="What laboratory three found",
        text="(Northbridge Wire) - " + first.text + "\n\nThis story was provided by a wire.",
        publisher="Other Post",
    )
    report = ingest(store, [first, article(4), copy])
    assert (report.added, report.duplicate) == (2, 1)
    story = store.article(copy.url).source.story
    assert story.copies == 2
    assert set(story.publishers) == {"Lab News", "Other Post"}
    assert store.article(article(4).url).source.story.copies == 1


def test_an_unforeseen_error_of_a_source_is_raised_after_storing_the_rest(store: Store) -> None:
    def broken() -> Iterator[Article | InputError]:
        yield article(1)
        raise RuntimeError("a bug in a reader")

    with pytest.raises(RuntimeError, match="a bug"):
        ingest(store, broken())
    assert store.stats().passages > 0
    assert store.stats().pending == 0


def test_two_ingests_exclude_each_other(store: Store) -> None:
    with store.writer(), pytest.raises(StoreBusyError, match=r"--home"):
        ingest(store, [article(1)])
    assert ingest(store, [article(1)]).added == 1


def test_killed_at_any_point_nothing_is_lost_or_doubled(
    ready_home: Path, encoder: Encoder, tmp_path: Path
) -> None:
    count = 220
    corpus = tmp_path / "corpus.jsonl.gz"
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        for n in range(count):
            item = article(n)
            row = {
                "url": item.url,
                "title": item.title,
                "text": item.text,
                "published": item.published,
                "publisher": item.publisher,
            }
            file.write(json.dumps(row) + "\n")
    command = [sys.executable, "-m", "ingest", "--home", str(ready_home), "add", str(corpus)]
    for goal in ("SELECT count(*) FROM versions", "SELECT count(*) FROM vectors"):
        process = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        _wait_for(ready_home / "catalogue.sqlite", goal, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert last.returncode == 0, last.stderr
    store = open_store(Settings(home=ready_home), encoder, repair=False)
    stats = store.stats()
    assert (stats.articles, stats.pending) == (count, 0)
    assert store.index.count() == store.words.count() == stats.passages
    assert store.consistent()
    rows = store.catalogue.db.execute(
        "SELECT count(*), count(DISTINCT article || ':' || ordinal) FROM passages"
    ).fetchone()
    assert rows == (stats.passages, stats.passages)
    vector = store.encoder.encode(["Laboratory 150 reported on robots"])[0]
    assert len(store.dense(vector, 100)) == 100
    store.close()


def _wait_for(path: Path, query: str, process: subprocess.Popen[bytes]) -> None:
    """Until the query gives more than before, or the process ends."""

    def value() -> int:
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                return int(db.execute(query).fetchone()[0])
        except sqlite3.Error:
            return 0

    before = value()
    deadline = time.monotonic() + 60
    while value() <= before and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def test_copies_far_apart_in_time_are_two_stories(store: Store) -> None:
    """A yearly column repeats its wording; that makes it no syndicated copy."""
    first = article(3)
    near = replace(first, url="https://b.example.com/near", published="2025-03-09")
    far = replace(first, url="https://b.example.com/far", published="2024-03-01")
    report = ingest(store, [first, near, far])
    assert (report.added, report.duplicate) == (2, 1)
    assert store.article(near.url).source.story == store.article(first.url).source.story
    assert store.article(far.url).source.story.copies == 1
