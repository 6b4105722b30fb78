"""Sentences that lean on others, and whom they are of."""

from __future__ import annotations

from typing import Any

import pytest

from rag.candidates import Matcher, candidates
from rag.extractive import ExtractiveAnswerer
from rag.leaning import leans, leant_on, of_another


@pytest.mark.parametrize(
    "sentence",
    [
        "It put about $300 million into Larch.",
        "Hours after the announcement he resigned.",
        "The company expects to save $8 billion.",
        "Their shares opened at $39.",
        "The department announced on Tuesday that a rule will be published.",
        "That number already includes the staff of the two units.",
    ],
)
def test_a_sentence_without_its_subject_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Larch put about $300 million into its second round.",
        "It is unclear whether Larch will pay.",
        "It takes two hours to train.",
        "The board of Larch rejected the offer.",
        "Shares rose by a fifth.",
        "The chip market grew by a fifth.",
    ],
)
def test_others_stand_alone(sentence: str) -> None:
    assert not leans(sentence)


TEXT = (
    "Wren will invest up to $4 billion in Larch. Alder is an investor as well. It put about $300 "
    "million into Larch for a stake of a tenth."
)


def test_what_it_leans_on_is_the_nearest_that_stands(newsdesk: Any) -> None:
    pool = candidates([newsdesk.hit(1, "Wren invests in Larch", "Wire", "2025-01-28", TEXT)])
    context = leant_on(pool[-1])
    assert context is not None
    assert context.sentence.text == "Alder is an investor as well."
    assert leant_on(pool[0]) is None


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("How much did Wren put into Larch?", True),
        ("How much did Alder put into Larch?", False),
    ],
)
def test_it_may_be_of_another_than_the_question(newsdesk: Any, question: str, other: bool) -> None:
    pool = candidates([newsdesk.hit(1, "Wren invests in Larch", "Wire", "2025-01-28", TEXT)])
    matcher = Matcher.over(newsdesk.query(question), pool)
    assert (of_another(pool[-1], matcher) is not None) is other
    assert of_another(pool[0], matcher) is None


def test_an_article_on_the_question_needs_no_context(newsdesk: Any) -> None:
    text = "Wren opened a laboratory on Monday. It employs 300 people."
    pool = candidates([newsdesk.hit(1, "Wren opens a laboratory", "Wire", "2025-01-28", text)])
    for question in ("How many people does Wren employ?", "How many people work there?"):
        assert of_another(pool[-1], Matcher.over(newsdesk.query(question), pool)) is None


def test_an_agency_line_names_nobody(newsdesk: Any) -> None:
    text = "OSLO (Harbor Wire) - Wren opened a laboratory on Monday. It employs 300 people."
    pool = candidates([newsdesk.hit(1, "A laboratory opens", "Wire", "2025-01-28", text)])
    matcher = Matcher.over(newsdesk.query("How many people does Wren employ?"), pool)
    assert leans(pool[-1].sentence.text)
    assert of_another(pool[-1], matcher) is None


def test_a_quotation_comes_with_whom_it_is_of(newsdesk: Any, encoder: Any) -> None:
    text = (
        "Wren and Larch signed a contract. Alder is an investor as well. It put about $300 million "
        "into Larch for a stake of roughly 10 percent, according to reports in February."
    )
    hits = [newsdesk.hit(1, "Larch signs a contract", "Wire", "2025-02-28", text)]
    asked = newsdesk.query("How much money was put into Larch for a stake, as Wren told reporters?")
    answer = ExtractiveAnswerer(encoder).reply(asked, hits)
    said = [claim.text for claim in answer.claims]
    at = next(i for i, s in enumerate(said) if s.startswith("It put about"))
    assert said[at - 1] == "Alder is an investor as well."
