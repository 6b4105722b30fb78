"""Dates that an article counts from its own day."""

from __future__ import annotations

from datetime import date

import pytest

from rag.counted import counted_days

TOLD = date(2025, 10, 16)  # a Thursday


def given(text: str, told: date = TOLD) -> set[tuple[int | None, int | None, int | None]]:
    return {(d.year, d.month, d.day) for d in counted_days(text, told)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The plant shut on Tuesday.", {(2025, 10, 14)}),
        ("The plant shut Thursday night.", {(2025, 10, 16)}),
        ("The plant shut yesterday.", {(2025, 10, 15)}),
        ("The plant shut last month.", {(2025, 9, None)}),
        ("The plant shut last year.", {(2024, None, None)}),
        ("The plant shut on 3 May.", {(2025, 5, 3)}),
        ("The plant will shut on Tuesday.", {(2025, 10, 14), (2025, 10, 21)}),
        ("The plant shut 8 months ago.", {(2025, 2, None)}),
        ("The plant shut ten months earlier.", {(2024, 12, None)}),
        ("The plant shut a year ago.", {(2024, None, None)}),
        ("The plant shut three weeks ago.", {(2025, 9, None)}),
        ("The plant shut two days ago.", {(2025, 10, 14)}),
        ("The plant shut on Sunday.", {(2025, 10, 12), (2025, 10, 19)}),  # told later, perhaps
        (
            "In 2023 it made 29, up from 23 the year prior.",
            {(2023, None, None), (2022, None, None)},
        ),
        ("The plant shut.", set()),
        ("", set()),
    ],
)
def test_words_of_time_are_days_of_the_calendar(
    text: str, wanted: set[tuple[int | None, int | None, int | None]]
) -> None:
    assert given(text) == wanted


def test_only_the_sentence_about_what_is_to_come_looks_ahead() -> None:
    assert given("It shut on Monday. It will open again soon.") == {(2025, 10, 13)}


@pytest.mark.parametrize("told", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_first_and_last_day_of_the_calendar_raise_nothing(told: date) -> None:
    for text in (
        "It shut on Friday.",
        "It will shut next Sunday.",
        "It shut last month.",
        "9 weeks ago.",
    ):
        counted_days(text, told)
