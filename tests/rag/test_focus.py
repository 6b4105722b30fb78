"""The thing asked after, and products told apart by their numbers."""

from __future__ import annotations

from datetime import date

import pytest

from rag.focus import Product, focus, products, relation
from rag.types import Query


def query(text: str) -> Query:
    return Query(text, text, date(2025, 12, 1))


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Which law firm represents Harbour Robotics?", ("law",)),
        ("Which lawyer represented Jonas Reed?", ("lawyer",)),
        ("How many factory workers did Harbour lay off?", ("factory", "worker")),
        ("Who was the judge in the Harbour case?", ("judg",)),
        ("What salary does Lena Ortiz earn?", ("salary",)),
        ("Which company bought Gripwell?", ()),
        ("What did Harbour announce?", ()),
        ("Why did Lena Ortiz resign?", ()),
    ],
)
def test_the_thing_asked_after(question: str, thing: tuple[str, ...]) -> None:
    assert focus(query(question)) == thing


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which law firm advised Harbour when it bought Gripwell?", ("advis", "harbour")),
        ("What salary does Lena Ortiz earn?", ("lena", "ortiz", "earn")),
        ("In March, who won the robot race?", ("win", "robot", "rac")),
        ("Harbour's new price", ("harbour", "pric")),
    ],
)
def test_what_is_said_of_it(question: str, said: tuple[str, ...]) -> None:
    assert relation(query(question)) == said


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How many parameters does GPT-4 have?", (Product("gpt", "4"),)),
        ("What does Llama 3.1 cost?", (Product("llama", "3.1"),)),
        ("How many H100s did Harbour buy?", (Product("h100", ""),)),
        ("What happened in March 2024?", ()),
        ("What did Harbour sell in May 12?", ()),
        ("What was the revenue in Q3?", ()),
    ],
)
def test_products_are_names_with_numbers(question: str, found: tuple[Product, ...]) -> None:
    assert products(query(question)) == found


def test_a_product_is_not_its_sibling() -> None:
    four = Product("gpt", "4")
    assert four.said("OpenAI released GPT-4 in March.")
    assert four.said("gpt 4 was slow")
    assert four.said("GPT\u20114 was slow")
    assert not four.said("GPT-4o is faster")
    assert not four.said("GPT-4.1 is cheaper")
    assert Product("h100", "").said("a cluster of 22,000 H100s")
    assert not Product("h100", "").said("the H1000")
