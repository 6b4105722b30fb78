"""Quantities, dates and names."""

from __future__ import annotations

import pytest

from rag.facts import dates, names, quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$8B", 8e9, "usd"),
        ("$8 billion", 8e9, "usd"),
        ("8 billion dollars", 8e9, "usd"),
        ("14k", 14_000, ""),
        ("14,000", 14_000, ""),
        ("41%", 41, "%"),
        ("41 percent", 41, "%"),
        ("41 per cent", 41, "%"),
        ("150MW", 150, "mw"),
        ("150 megawatts", 150, "mw"),
        ("€1.5bn", 1.5e9, "eur"),
        ("£3 million", 3e6, "gbp"),
        ("$650.88 CAD", 650.88, "cad"),
        ("1 trillion yuan", 1e12, "yen"),
        ("twenty-five", 25, ""),
        ("two dozen", 24, ""),
        ("two million", 2e6, ""),
        ("128k", 128_000, ""),
        ("10x", 10, "times"),
        ("12 weeks", 12, "week"),
        ("104°F", 104, "degree"),
        ("40 degrees Celsius", 40, "degree"),
        ("`1,600` **billion dollars**", 1.6e12, "usd"),
    ],
)
def test_amounts(text: str, value: float, unit: str) -> None:
    found = quantities(f"It was {text}.")
    assert [(q.value, q.unit) for q in found] == [(value, unit)]


def test_what_is_counted() -> None:
    (q,) = quantities("They cut about 14,000 corporate jobs.")
    assert q.noun == "job"
    assert q.rough


@pytest.mark.parametrize("text", ["GPT-4o", "the 1st", "one of them", "on 3 May 2024", "in 2024"])
def test_what_is_no_amount(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("29 October 2024", (2024, 10, 29)),
        ("October 29th, 2024", (2024, 10, 29)),
        ("Oct. 29", (None, 10, 29)),
        ("2024-10-29", (2024, 10, 29)),
        ("3/14/2025", (2025, 3, 14)),
        ("the 5th of August", (None, 8, 5)),
        ("May 2024", (2024, 5, None)),
        ("2024", (2024, None, None)),
        ("in March", (None, 3, None)),
    ],
)
def test_dates(text: str, wanted: tuple[int | None, int | None, int | None]) -> None:
    assert [(d.year, d.month, d.day) for d in dates(f"It was {text}.")] == [wanted]


@pytest.mark.parametrize(
    "text",
    ["in March 2027", "By May 2027", "since May, 2027", "until March 5, 2027", "in April 2027"],
)
def test_a_month_after_a_preposition_keeps_its_year(text: str) -> None:
    assert [d.year for d in dates(f"It opens {text}.")] == [2027]


def test_quarters_and_words_that_are_no_months() -> None:
    assert [(d.quarter, d.year) for d in dates("the third quarter of 2024")] == [(3, 2024)]
    assert dates("They may march on.") == []


def test_agreement_of_dates() -> None:
    (full,), (short,), (other,) = dates("29 October 2024"), dates("October 29"), dates("October 28")
    assert full.agrees(short)
    assert not full.agrees(other)


def test_names_and_amounts_with_hyphens_that_keep_a_line() -> None:
    (name,) = names("It is GPT\u20115.2 that leads")
    assert name.tokens == ("gpt", "5.2")
    assert quantities("a 70B\u2011parameter one") == quantities("a 70B-parameter one")
    assert dates("on 2025\u201110\u201128") == dates("on 2025-10-28")


def test_names() -> None:
    found = [n.text for n in names("The Bank of China and Beth Galetti use GPT-4o on an iPhone.")]
    assert found == ["Bank of China", "Beth Galetti", "GPT-4o", "iPhone"]


def test_what_is_no_name() -> None:
    assert names("Revenue rose on Tuesday in May by 8 MW, and I was there.") == []
    (only,) = names("Quillon rose.")
    assert only.opens
