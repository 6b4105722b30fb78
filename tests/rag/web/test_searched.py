"""What the panel of an abstention says was searched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.newsroom import Newsroom
from rag.render import keep
from rag.types import Filters
from rag.web import views
from rag.web.chats import Chats
from rag.web.desk import Desk, Wish
from rag.web.searched import filters_in, kept, searched

NOBODY = "Who founded the Zorblax Institute of Quibbling?"


def panel(newsroom: Newsroom, filters: Filters, question: str = NOBODY) -> str:
    record = keep(newsroom.ask(question, filters=filters, as_of=date(2026, 1, 31)), "x")
    assert record["abstained"]
    return views.evidence(record | {"filters": kept(filters)}, newsroom.store, "x")


def test_without_filters_everything_was_searched(newsroom: Newsroom) -> None:
    stats = newsroom.store.stats()
    said = panel(newsroom, Filters())
    assert f"Searched {stats.articles} articles ({stats.passages} passages" in said
    assert "filters" not in said


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since=date(2025, 12, 1)),
        Filters(since=date(2025, 10, 20), until=date(2025, 11, 10)),
        Filters(publishers=("Northbridge Wire",)),
        Filters(until=date(2025, 11, 15), publishers=("Northbridge Wire", "The Ledger")),
    ],
)
def test_filters_limit_what_is_said_to_be_searched(newsroom: Newsroom, filters: Filters) -> None:
    within = [
        source
        for source in newsroom.store.sources(1000)
        if source.day
        and (filters.since or date.min) <= source.day <= (filters.until or date.max)
        and (not filters.publishers or source.publisher in filters.publishers)
    ]
    stats = newsroom.store.stats()
    assert 0 < len(within) < stats.articles
    said = panel(newsroom, filters)
    assert f"Searched {len(within)} article{'s' * (len(within) != 1)} (" in said
    first, last = min(s.day for s in within if s.day), max(s.day for s in within if s.day)
    assert f", {first.day} {first:%B %Y} to {last.day} {last:%B %Y}).</p>" in said
    assert "Your filters were set (" in said
    assert f"clear them to search all {stats.articles} articles" in said


def test_a_period_without_articles_is_named(newsroom: Newsroom) -> None:
    said = panel(newsroom, Filters(until=date(1999, 12, 31)))
    assert "No article is within the limits." in said
    assert "Your filters were set (up to 31 December 1999)" in said


def test_a_question_that_names_its_source_limits_the_search(newsroom: Newsroom) -> None:
    record = keep(newsroom.ask(NOBODY), "x")
    record["question"] = "What did the Northbridge Wire report about the Zorblax Institute?"
    said = searched(record, newsroom.store)
    assert "The question itself limits the search (only Northbridge Wire)." in said
    assert f"Searched {newsroom.store.stats().articles} " not in said


def test_filters_come_back_from_a_record() -> None:
    filters = Filters(date(2025, 1, 2), None, ("A & B",))
    assert filters_in({"filters": kept(filters)}) == filters
    assert not filters_in({}).active  # a record of an earlier release


def test_the_chat_keeps_what_the_reader_set(newsroom: Newsroom, tmp_path: Path) -> None:
    desk = Desk({"quoting": newsroom}, Chats(tmp_path / "chats.sqlite"))
    filters = Filters(until=date(1999, 12, 31))
    run = desk.ask("login:ann", None, NOBODY, Wish(filters))
    assert list(run.watch())
    (kept_one,) = desk.chats.exchanges("login:ann", run.chat)
    assert kept_one.record is not None
    said = views.evidence(kept_one.record, newsroom.store, "x")
    assert "Your filters were set (up to 31 December 1999)" in said
    desk.drain(0)
    desk.chats.close()
