"""The note on what may be out of date."""

from __future__ import annotations

from types import ModuleType

import pytest

from rag.dated import outdated
from rag.types import Hit, Order


@pytest.fixture
def hits(newsdesk: ModuleType) -> list[Hit]:
    return [
        newsdesk.hit(1, "Wren's cloud", "P", "2023-01-23", "Wren uses Lark's cloud only."),
        newsdesk.hit(2, "Wren and Quill", "P", "2023-05-02", "Wren and Quill talk of clouds."),
        newsdesk.hit(3, "Clouds", "P", "2025-11-03", "Quill has a cloud."),
        newsdesk.hit(4, "Wren signs", "P", "2025-03-10", "Wren signs with Quill."),
    ]


@pytest.mark.parametrize(
    ("cited", "order", "noted"),
    [
        ((0,), Order.LATEST, True),
        ((0, 3), Order.LATEST, False),
        ((2,), Order.LATEST, False),
        ((0,), Order.RELEVANCE, False),
        ((0,), Order.FIRST, False),
    ],
)
def test_an_old_report_is_noted_where_now_is_asked(
    newsdesk: ModuleType, hits: list[Hit], cited: tuple[int, ...], order: Order, noted: bool
) -> None:
    query = newsdesk.query("Is Wren still tied to one cloud?", order=order)
    notes = outdated(query, [hits[n].passage for n in cited], hits)
    assert bool(notes) is noted
    if noted:
        assert "23 January 2023" in notes[0]
        assert "10 March 2025" in notes[0]


def test_half_a_year_and_unknown_dates_are_no_reason(newsdesk: ModuleType, hits: list[Hit]) -> None:
    query = newsdesk.query("Is Wren still tied to one cloud?", order=Order.LATEST)
    undated = newsdesk.hit(5, "Wren", "P", None, "Wren has a cloud.")
    assert outdated(query, [hits[0].passage], hits[:2]) == ()
    assert outdated(query, [undated.passage], hits) == ()
    assert outdated(query, [hits[0].passage], [undated]) == ()
