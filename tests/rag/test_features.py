"""What speaks for a sentence as the answer: each feature on invented passages."""

from __future__ import annotations

from types import ModuleType

import pytest

from rag.candidates import Matcher, candidates, folded
from rag.features import agreement, bound, possible
from rag.types import Kind, Order


def rows(
    newsdesk: ModuleType, question: str, *hits: object, **more: object
) -> list[dict[str, float]]:
    found: list[dict[str, float]] = newsdesk.rows(newsdesk.query(question, **more), *hits)
    return found


def article(newsdesk: ModuleType, text: str, title: str = "A report", n: int = 1) -> object:
    return newsdesk.hit(n, title, "The Ledger", f"2025-10-{20 + n}", text)


def test_the_value_beside_the_subject_is_bound_to_it(newsdesk: ModuleType) -> None:
    text = "Lark fired Ann Bell and Tom Roe, while Sue Hale, the judge in the Wren case, resigned."
    query = newsdesk.query("Who is the judge in the Wren case?", kind=Kind.PERSON)
    matcher = Matcher.over(query, candidates([article(newsdesk, text)]))  # type: ignore[list-item]
    close, which = bound(matcher, text, matcher.want.found(text))
    assert which is not None
    assert text[which.start : which.end] == "Sue Hale"
    assert 0 < close <= 1
    assert bound(matcher, text, []) == (0.0, None)


def test_an_amount_is_missed_where_none_fits(newsdesk: ModuleType) -> None:
    text = "Wren will cut jobs. Wren will cut 900 jobs."
    without, with_one = rows(newsdesk, "How many jobs will Wren cut?", article(newsdesk, text))
    assert (without["unformed"], with_one["unformed"]) == (1.0, 0.0)
    assert with_one["form_named"] == with_one["form_strong"] > 0.8


def test_words_that_are_no_names_count_apart(newsdesk: ModuleType) -> None:
    text = "Wren praised Lark on Monday. The merger is delayed."
    names, words = rows(
        newsdesk, "Why is the merger of Wren and Lark delayed?", article(newsdesk, text)
    )
    assert names["plain"] == 0.0
    assert words["plain"] == pytest.approx(1.0)


def test_other_companies_are_foreign(newsdesk: ModuleType) -> None:
    text = "Wren spent $3 billion on chips. In July, Lark and Teal spent $5 billion on chips."
    own, other = rows(newsdesk, "How much did Wren spend on chips?", article(newsdesk, text))
    assert own["foreign"] == 0.0
    assert other["foreign"] > 0.5
    assert (own["named_here"], other["named_here"]) == (1.0, 0.0)


def test_a_title_names_the_subject(newsdesk: ModuleType) -> None:
    (row,) = rows(
        newsdesk,
        "How much did Wren spend on chips?",
        article(newsdesk, "It spent $3 billion on chips.", "Wren buys chips"),
    )
    assert row["named_here"] == 1.0


def test_the_sentence_that_tells_the_title(newsdesk: ModuleType) -> None:
    text = "Wren signs a deal for 40 ferries with Lark Yards. The weather was fine on the day."
    told, other = rows(
        newsdesk,
        "What did Wren sign in October 2025?",
        article(newsdesk, text, "Wren signs deal for 40 ferries with Lark Yards"),
    )
    assert told["title_told"] > 0.9
    assert other["title_told"] == 0.0


def test_a_title_about_something_else_counts_nothing(newsdesk: ModuleType) -> None:
    (row,) = rows(
        newsdesk,
        "What did Wren sign in October 2025?",
        article(newsdesk, "Teal opens a school for pilots.", "Teal opens a school for pilots"),
    )
    assert row["title_told"] == 0.0


@pytest.mark.parametrize(("order", "newer"), [(Order.LATEST, 1.0), (Order.RELEVANCE, 0.0)])
def test_newer_counts_where_the_latest_is_wanted(
    newsdesk: ModuleType, order: Order, newer: float
) -> None:
    old, new = (article(newsdesk, "Wren is worth $3 billion.", n=n) for n in (1, 2))
    first, second = rows(newsdesk, "What is Wren's latest valuation?", old, new, order=order)
    assert first["newer_wanted"] == 0.0
    assert second["newer_wanted"] == newer


def test_reports_that_agree(newsdesk: ModuleType) -> None:
    hits = [
        article(newsdesk, f"Wren will cut {count} jobs.", n=n)
        for n, count in enumerate(("900", "900", "700"), start=1)
    ]
    query = newsdesk.query("How many jobs will Wren cut?", kind=Kind.NUMBER)
    pool = candidates(hits)  # type: ignore[arg-type]
    matcher = Matcher.over(query, pool)
    first, second, third = agreement(matcher, pool, [2.0, 1.0, 1.0])
    assert second > first > 0  # the best-scored report weighs more for the other
    assert third == 0.0
    assert possible(matcher, "Wren will cut 900 jobs.") != possible(matcher, "Wren will go.")
    assert agreement(matcher, [], []) == []


def test_reasons_are_not_counted_as_agreeing(newsdesk: ModuleType) -> None:
    hits = [article(newsdesk, "Wren cut jobs because of Lark.", n=n) for n in (1, 2)]
    query = newsdesk.query("Why did Wren cut jobs?", kind=Kind.REASON)
    pool = candidates(hits)  # type: ignore[arg-type]
    assert agreement(Matcher.over(query, pool), pool, [1.0, 1.0]) == [0.0, 0.0]


def test_hyphenated_words_are_found_by_their_parts() -> None:
    assert folded("Wren's data-centre") == {"wren", "data-centre", "data", "centre"}


def test_a_handle_names_whom_it_begins_with(newsdesk: ModuleType) -> None:
    hit = article(newsdesk, "@HarbourAILabs raised $3 million. Weave raised $4 million.")
    pool = candidates([hit])  # type: ignore[list-item]
    matcher = Matcher.over(newsdesk.query("How much did Harbour AI raise?"), pool)
    assert [matcher.names(candidate.tokens) for candidate in pool] == [1.0, 0.0]
