"""Limits that questions set."""

from __future__ import annotations

import math
from typing import Any

import pytest

from rag.forms import Form
from rag.limits import limits, unlimited
from rag.newsroom import Newsroom
from rag.types import Query
from rag.wanted import wanted


@pytest.mark.parametrize(
    ("question", "least", "most", "unit", "noun", "rest"),
    [
        ("Which startups raised more than $1 billion?", 1e9, math.inf, "usd", "",
         "Which startups raised ?"),
        ("Which companies cut at least 10,000 jobs?", 1e4, math.inf, "", "job",
         "Which companies cut jobs?"),
        ("who holds less than 10% of Larch", -math.inf, 10, "%", "", "who holds of Larch"),
        ("List the chips with over 100 gigabytes", 100, math.inf, "gb", "",
         "List the chips with"),
        ("Has any lab been fined more than €20 million?", 2e7, math.inf, "eur", "",
         "Has any lab been fined ?"),
    ],
)  # fmt: skip
def test_a_limit_has_an_end_and_a_unit(
    question: str, least: float, most: float, unit: str, noun: str, rest: str
) -> None:
    (found,) = limits(question)
    assert (found.least, found.most, found.unit, found.noun) == (least, most, unit, noun)
    assert unlimited(question) == rest


@pytest.mark.parametrize(
    "question",
    [
        "Did Amazon cut more than 40,000 jobs?",
        "How much more than $5 billion did Larch raise?",
        "Why did Larch cut more than 40,000 jobs?",
        "Which companies raised $1 billion?",
        "Which models are larger than Larch 2?",
        "Which companies laid off staff in the past 3 months?",
        "What did Larch announce over the 12 days of December?",
        "What percentage of firms with more than 250 employees use it?",
        "Who leads the company valued at more than $10 billion?",
        "What happened when Larch topped $5 trillion?",
    ],
)
def test_other_figures_are_no_limits(question: str) -> None:
    assert limits(question) == ()
    assert unlimited(question) == question


def test_the_figure_is_no_word_to_look_for(newsdesk: Any) -> None:
    want = wanted(newsdesk.query("Which startups raised more than $1 billion?"))
    assert want.form is Form.LIST
    assert set(want.terms) == {"startup", "rais"}


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("What percentage of firms with more than 250 employees use it?", Form.PERCENT),
        ("Who leads the company valued at more than $10 billion?", Form.PERSON),
        ("Who has raised over $10 billion?", Form.LIST),
        ("In 2025, which startups raised more than $1 billion?", Form.LIST),
        ("Startups that raised more than $1 billion", Form.LIST),
    ],
)
def test_only_a_question_for_a_set_wants_a_list(newsdesk: Any, question: str, form: Form) -> None:
    assert wanted(newsdesk.query(question)).form is form


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Wren cut 18,000 roles in January.", 1),
        ("Wren cut 900 roles in January.", -1),
        ("Wren cut 900 roles in January and 18,000 people in May.", 1),
        ("Wren cut many roles.", 0),
        ("Wren cut 10,000 roles.", -1),
        ("Wren cut more than 10,000 roles.", 1),
        ("Wren spent $18,000 on it.", 0),
    ],
)
def test_a_sentence_must_have_a_value_beyond_it(newsdesk: Any, text: str, within: float) -> None:
    asked: Query = newsdesk.query("Which companies cut more than 10,000 jobs?")
    hit = newsdesk.hit(1, "Wren", "Harbor Wire", "2025-01-28", text)
    assert [row["within"] for row in newsdesk.rows(asked, hit)] == [within]


def test_a_valuation_is_not_what_was_raised(newsdesk: Any) -> None:
    asked: Query = newsdesk.query("Who has raised over $10 billion?")
    text = "Wren has raised $2 billion and is valued at $12 billion."
    hit = newsdesk.hit(1, "Wren", "Harbor Wire", "2025-01-28", text)
    assert [row["within"] for row in newsdesk.rows(asked, hit)] == [-1]


def test_only_those_beyond_the_limit_are_told(newsroom: Newsroom) -> None:
    answer = newsroom.ask("Which chips have more than 100 gigabytes of memory?")
    assert "141 gigabytes" in answer.text
    assert all("80 gigabytes" not in claim.text for claim in answer.claims)
