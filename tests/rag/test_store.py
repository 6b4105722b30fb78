"""The store with real SQLite, Chroma and tantivy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import Encoder
from rag.errors import EncoderError, StoreBusyError, StoreError, UnknownArticle
from rag.settings import Settings
from rag.store import Store, open_store
from rag.types import NO_FILTERS, Article, Filters, Span
from rag.writer import Put

SUBJECTS = ["chips", "layoffs", "lawsuits", "funding", "robots", "research"]


def article(n: int, **changes: object) -> Article:
    subject = SUBJECTS[n % len(SUBJECTS)]
    text = f"## Part\n\nCompany{n} made news about {subject} on day {n}. It cost ${n} million."
    made = Article(
        url=f"https://a.example.com/{n}",
        title=f"News {n} about {subject}",
        text=text,
        publisher="Ledger" if n % 2 else "Courier",
        authors=("A. Writer",),
        published=f"2025-0{1 + n % 9}-10",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def spans(item: Article) -> list[Span]:
    return [Span(item.text.index("Company"), len(item.text), "Part")]


def fill(store: Store, count: int) -> None:
    with store.writer() as writer:
        for n in range(count):
            item = article(n)
            assert writer.put(item, spans(item)) is Put.ADDED
        assert writer.index() == count


def best(store: Store, text: str, filters: Filters = NO_FILTERS) -> str:
    vector = store.encoder.encode([text])[0]
    id = store.dense(vector, 3, filters)[0][0]
    return store.passages([id])[0].source.url


def test_round_trip(store: Store) -> None:
    fill(store, 12)
    hit = store.passages([store.lexical("Company7", 3)[0][0]])[0]
    stored = store.article("https://a.example.com/7")
    assert hit.text == stored.text[hit.start : hit.end]
    assert hit.source == stored.source
    assert hit.heading == "Part"
    assert stored.source.publisher == "Ledger"
    assert stored.source.authors == ("A. Writer",)
    assert stored.source.day == date(2025, 8, 10)
    assert best(store, "Company5 research") == "https://a.example.com/5"
    assert store.consistent()


def test_stats_and_listing(store: Store) -> None:
    fill(store, 12)
    stats = store.stats()
    assert (stats.articles, stats.passages, stats.pending, stats.stories) == (12, 12, 0, 12)
    assert stats.publishers == {"Courier": 6, "Ledger": 6}
    assert (stats.oldest, stats.newest) == ("2025-01-10", "2025-09-10")
    assert sum(stats.months.values()) == 12
    dates = [source.published for source in store.sources()]
    assert dates == sorted(dates, reverse=True)
    assert {s.title for s in store.sources(text="robots")} == {
        "News 4 about robots",
        "News 10 about robots",
    }


def test_signs_in_a_search_mean_themselves(store: Store) -> None:
    fill(store, 3)
    assert [store.sources(text=sign) for sign in ("%", "_", "\\", "News _")] == [[], [], [], []]
    odd = article(1, url="https://a.example.com/50%_off", title="50%_off \\ now")
    with store.writer() as writer:
        writer.put(odd, spans(odd))
    for typed in ("50%_o", "%", "_off", "\\ NOW"):
        assert [s.url for s in store.sources(text=typed)] == [odd.url]


@pytest.mark.parametrize("limit", [0, 6000])
def test_filters_are_exact_on_both_paths(
    store: Store, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.EXACT_LIMIT", limit)
    fill(store, 40)
    filters = Filters(since=date(2025, 2, 1), until=date(2025, 4, 30), publishers=("Ledger",))
    vector = store.encoder.encode(["funding news"])[0]
    expected = [
        s.url
        for s in store.sources()
        if s.publisher == "Ledger" and s.day and 2 <= s.day.month <= 4
    ]
    found = store.passages([id for id, _ in store.dense(vector, 40, filters)])
    assert sorted(p.source.url for p in found) == sorted(expected)
    scores = [score for _, score in store.dense(vector, 40, filters)]
    assert scores == sorted(scores, reverse=True)
    words = store.passages([id for id, _ in store.lexical("news about", 40, filters)])
    assert sorted(p.source.url for p in words) == sorted(expected)


def test_undated_articles_only_when_asked_for(store: Store) -> None:
    with store.writer() as writer:
        for item in (article(1), article(2, published=None)):
            writer.put(item, spans(item))
        writer.index()
    since = Filters(since=date(2020, 1, 1))
    vector = store.encoder.encode(["news"])[0]
    assert len(store.dense(vector, 9, since)) == 1
    assert len(store.dense(vector, 9, replace(since, undated=True))) == 2
    assert len(store.lexical("news", 9, replace(since, undated=True))) == 2
    assert store.stats().undated == 1


def test_same_article_again_changes_nothing(store: Store) -> None:
    fill(store, 3)
    before = store.catalogue.generation()
    with store.writer() as writer:
        assert writer.put(article(1), spans(article(1))) is Put.UNCHANGED
        assert writer.index() == 0
    assert store.catalogue.generation() == before
    assert store.stats().passages == 3


def test_changed_text_is_a_new_version_and_the_old_stays_citable(store: Store) -> None:
    fill(store, 3)
    old = store.article("https://a.example.com/1")
    new = replace(article(1), text=article(1).text.replace("$1 million", "$99 million"))
    with store.writer() as writer:
        assert writer.put(new, spans(new)) is Put.UPDATED
        writer.index()
    assert store.article(new.url).source.version == 2
    assert "$99 million" in store.article(new.url).text
    assert store.article(new.url, 1).text == old.text
    texts = [p.text for p in store.passages([id for id, _ in store.lexical("Company1", 9)])]
    assert any("$99 million" in text for text in texts)
    assert not any("$1 million" in text for text in texts)
    assert store.index.count() == store.words.count() == 3
    assert store.consistent()


def test_new_facts_about_the_same_text_are_no_new_version(store: Store) -> None:
    fill(store, 2)
    dated = article(1, published="2024-12-31", publisher="Gazette")
    with store.writer() as writer:
        assert writer.put(dated, ()) is Put.UPDATED
        writer.index()
    stored = store.article(dated.url)
    assert (stored.source.version, stored.source.published) == (1, "2024-12-31")
    only = Filters(until=date(2024, 12, 31), publishers=("Gazette",))
    assert best(store, "news", only) == dated.url


def test_remove(store: Store) -> None:
    fill(store, 3)
    with store.writer() as writer:
        writer.remove("https://a.example.com/1")
        with pytest.raises(UnknownArticle, match="nowhere"):
            writer.remove("https://nowhere.example.com/")
    assert store.index.count() == store.words.count() == store.stats().passages == 2
    with pytest.raises(UnknownArticle):
        store.article("https://a.example.com/1")


def test_copies_share_a_story(store: Store) -> None:
    with store.writer() as writer:
        first = article(1)
        writer.put(first, spans(first), bands=["x"], signature=b"s")
        [(story, mark, published)] = writer.candidates(["x", "y"], "https://other.example.com/")
        assert (mark, published) == (b"s", first.published)
        assert writer.candidates(["x"], first.url) == []
        copy = article(2, published="2025-09-30")
        assert writer.put(copy, spans(copy), story=story, bands=["x"]) is Put.DUPLICATE
        writer.index()
    found = store.article(copy.url).source.story
    assert found.copies == 2
    assert found.publishers == ("Ledger", "Courier")
    assert store.stats().stories == 1


def test_one_writer_at_a_time(store: Store) -> None:
    with (
        store.writer(),
        pytest.raises(StoreBusyError, match="another citewire process"),
        store.writer(),
    ):
        pytest.fail("two writers at once")
    with store.writer():
        pass


def test_vectors_of_two_encoders_never_mix(store: Store, encoder: Encoder) -> None:
    fill(store, 1)
    other = Encoder("other", 384, lambda texts: np.zeros((len(texts), 384), np.float32), len)  # type: ignore[arg-type]
    with pytest.raises(EncoderError, match="rebuild"):
        _ = Store(store.settings, store.catalogue, other).encoder


@pytest.mark.parametrize("damage", ["chroma", "chroma/*-*", "lexical"])
def test_a_lost_index_is_made_again(
    ready_home: Path, encoder: Encoder, damage: str, tmp_path: Path
) -> None:
    settings = Settings(home=ready_home)
    store = open_store(settings, encoder)
    fill(store, 30)
    expected = best(store, "Company5 research")
    store.close()
    moved = tmp_path / "elsewhere"
    shutil.copytree(ready_home, moved)
    targets = list(moved.glob(damage))
    assert targets
    for target in targets:
        shutil.rmtree(target)
    again = open_store(Settings(home=moved), encoder)
    assert again.consistent()
    assert best(again, "Company5 research") == expected
    assert again.words.count() == 30
    again.close()


def test_a_file_that_is_no_catalogue_is_named(ready_home: Path, encoder: Encoder) -> None:
    (ready_home / "catalogue.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match=r"catalogue\.sqlite"):
        open_store(Settings(home=ready_home), encoder)


ADD = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from test_store import article, spans
from rag.settings import Settings
from rag.store import open_store
store = open_store(Settings(home=Path({home!r})))
with store.writer() as writer:
    for n in range(100, 130):
        writer.put(article(n), spans(article(n)))
    writer.index()
store.close()
"""


def test_a_reader_sees_what_another_process_adds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.REOPEN_SECONDS", 0.0)
    fill(store, 10)
    assert best(store, "Company113") != "https://a.example.com/113"
    script = ADD.format(
        root=str(Path(__file__).parents[2]),
        tests=str(Path(__file__).parent),
        home=str(store.settings.home),
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
    assert store.refresh()
    assert not store.refresh()
    assert best(store, "Company113 made news about research") == "https://a.example.com/113"
    assert store.lexical("Company113", 3)
    assert store.consistent()
