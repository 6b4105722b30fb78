from datetime import date

import pytest

from rag.times import Mention, Relation, mentions, merged

TODAY = date(2025, 11, 12)  # a Wednesday


def one(text: str) -> Mention:
    found = mentions(text, TODAY)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("on 2025-10-28", "2025-10-28", "2025-10-28"),
        ("on 28 October 2025", "2025-10-28", "2025-10-28"),
        ("on the 28th of October", "2025-10-28", "2025-10-28"),
        ("on Dec. 3", "2024-12-03", "2024-12-03"),  # the last one that has been
        ("October 28, 2025", "2025-10-28", "2025-10-28"),
        ("in May 2024", "2024-05-01", "2024-05-31"),
        ("in May", "2025-05-01", "2025-05-31"),
        ("in December", "2024-12-01", "2024-12-31"),
        ("September figures", "2025-09-01", "2025-09-30"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("late February 2025", "2025-02-18", "2025-02-28"),
        ("the start of December 2024", "2024-12-01", "2024-12-12"),
        ("early 2025", "2025-01-01", "2025-05-26"),
        ("mid-2024", "2024-04-20", "2024-09-12"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("in Q3", "2025-07-01", "2025-09-30"),
        ("Q4", "2025-10-01", "2025-12-31"),
        ("Q2 of FY2025", "2025-04-01", "2025-06-30"),
        ("the third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("the second quarter of last year", "2024-04-01", "2024-06-30"),
        ("the first half of 2025", "2025-01-01", "2025-06-30"),
        ("H2 2024", "2024-07-01", "2024-12-31"),
        ("the summer of 2024", "2024-06-01", "2024-08-31"),
        ("this spring", "2025-03-01", "2025-05-31"),
        ("winter 2024", "2023-12-01", "2025-02-28"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("this week", "2025-11-05", "2025-11-12"),
        ("last week", "2025-11-03", "2025-11-11"),
        ("last month", "2025-10-01", "2025-10-31"),
        ("this month", "2025-11-01", "2025-11-30"),
        ("this quarter", "2025-10-01", "2025-12-31"),
        ("last quarter", "2025-07-01", "2025-09-30"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("next year", "2026-01-01", "2026-12-31"),
        ("last weekend", "2025-11-08", "2025-11-09"),
        ("over the past three months", "2025-08-14", "2025-11-12"),
        ("in the last 10 days", "2025-11-02", "2025-11-12"),
        ("two weeks ago", "2025-10-28", "2025-10-30"),
        ("a couple of days ago", "2025-11-10", "2025-11-10"),
        ("yesterday", "2025-11-11", "2025-11-11"),
        ("today", "2025-11-12", "2025-11-12"),
        ("on Monday", "2025-11-10", "2025-11-10"),
        ("last Wednesday", "2025-11-05", "2025-11-05"),
        ("on Wednesday", "2025-11-12", "2025-11-12"),
        ("recently", "2025-10-13", "2025-11-12"),
        ("between May 2024 and June 2025", "2024-05-01", "2025-06-30"),
        ("from January 2024 to March 2024", "2024-01-01", "2024-03-31"),
    ],
)
def test_periods(text, since, until):
    found = one(f"What happened {text} at Nvidia?")
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("since March", Relation.SINCE),
        ("after the end of March 2025", Relation.SINCE),
        ("before June 2024", Relation.UNTIL),
        ("by late October 2024", Relation.UNTIL),
        ("as of February 2025", Relation.AS_OF),
        ("in February 2025", Relation.IN),
    ],
)
def test_relations(text, relation):
    assert one(f"How many users {text}?").relation is relation


def test_since_runs_to_today_and_until_looks_back():
    assert one("since March 2025").window(TODAY) == (date(2025, 3, 1), TODAY)
    since, until = one("before June 2025").window(TODAY)
    assert since < until == date(2025, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "It may be that they march on",
        "What did May say?",
        "GPT-4-0613 scored 2024.5 points",
        "It cost $2025",
        "2000 tokens a second",
        "the model o1-2024x",
        "",
        "31/31/31",
        "the 99999999th of never",
    ],
)
def test_no_periods(text):
    assert mentions(text, TODAY) == []


def test_a_month_without_a_year_takes_the_year_that_is_named():
    found = mentions("in mid-2024, Suno's in May or Pika's in June", TODAY)
    assert [m.since.year for m in found] == [2024, 2024, 2024]


def test_impossible_days_fall_back_to_the_month():
    assert one("on 31 June 2024").since == date(2024, 6, 1)


def test_offsets_point_at_the_words():
    text = "What did it report in November 2024, and in May 2024?"
    assert [text[m.start : m.end] for m in mentions(text, TODAY)] == ["November 2024", "May 2024"]


def test_merged_periods():
    near = mentions("between May 2024 and June 2024 or in August 2024", TODAY)
    assert merged(near, TODAY) == (date(2024, 5, 1), date(2024, 8, 31))
    far = mentions("sold in 2019; worth in March 2024", TODAY)
    assert merged(far, TODAY) == (date(2024, 3, 1), date(2024, 3, 31))
    assert merged([], TODAY) is None
