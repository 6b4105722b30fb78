"""The form of the answer that a question wants."""

from __future__ import annotations

from datetime import date

import pytest

from rag.forms import Form
from rag.types import Kind, Query
from rag.wanted import Wanted, wanted


def want(question: str, kind: Kind = Kind.FACT) -> Wanted:
    return wanted(Query(question, question, date(2025, 1, 1), kind))


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How many students were covered?", Form.NUMBER),
        ("How much did Quillon raise in May?", Form.MONEY),
        ("What was the asking price for the robot?", Form.MONEY),
        ("What did Acme charge per token after the cut?", Form.MONEY),
        ("How big a reward did Acme put up?", Form.MONEY),
        ("How much grid power was Acme cleared to draw?", Form.NUMBER),
        ("What percentage of tasks did it solve?", Form.PERCENT),
        ("On what date is the release?", Form.DATE),
        ("When did Acme launch it?", Form.DATE),
        ("Who took over when Lee left?", Form.PERSON),
        ("Which club did Acme work with?", Form.NAME),
        ("What is the model called?", Form.NAME),
        ("Which three models were added?", Form.LIST),
        ("Why did the price fall?", Form.REASON),
        ("Did Acme deny it?", Form.ANY),
        ("What was Acme's annualised revenue run-rate in May?", Form.MONEY),
        ("What is Acme's market share in Chile?", Form.PERCENT),
        ("What was the model's score on the test?", Form.NUMBER),
        ("What was the size of the funding round?", Form.MONEY),
        ("What was the last day of the contest?", Form.DATE),
        ("What is the reason for the price cut?", Form.REASON),
        ("What was Acme's response to the fine?", Form.ANY),
        ("By when will it be over?", Form.DATE),
        ("What's the headline money figure?", Form.MONEY),
        ("whats the official excuse for it", Form.REASON),
    ],
)
def test_forms(question: str, form: Form) -> None:
    assert want(question).form is form


def test_the_kind_decides_where_the_words_do_not() -> None:
    assert want("And the founders?", Kind.LIST).form is Form.LIST


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many students are there?", "In 2024, 12 teachers met 460,000 students.", "460,000"),
        ("How much did it raise?", "It hired 140 people and raised $80 million.", "$80 million"),
        ("How much power does it draw?", "For $3 million it draws 150MW of power.", "150MW"),
        ("What share failed?", "Of 300 tests 41% failed.", "41%"),
        ("When is it due?", "The 7B model is due on June 12.", "June 12"),
        ("Who leads Acme?", "At Acme, chief executive Lena Ortiz leads.", "Lena Ortiz"),
    ],
)
def test_the_answering_words(question: str, sentence: str, answer: str) -> None:
    found = want(question).found(sentence)[0]
    assert sentence[found.start : found.end] == answer
    assert found.strength >= 0.9


def test_what_the_question_holds_itself_is_no_answer() -> None:
    assert want("Why not 14,000 jobs but how many jobs?").found("14,000 jobs") == []
    assert want("Who is Lena Ortiz?").found("Lena Ortiz spoke.") == []
    assert want("When in May 2024 was it?").strength("It was in May 2024.") == 0


def test_reasons() -> None:
    why = want("Why did it fall?")
    assert why.strength("It fell because demand was low.") == 1.0
    assert 0 < why.strength("It fell after the report.") < 1
    assert why.strength("It fell.") == 0


def test_a_list_needs_its_items() -> None:
    three = want("Which three customers did it show?")
    assert three.count == 3
    assert three.strength("It showed Indeed, Harvey and SK Telecom.") > three.strength("Harvey.")


def test_a_clause_with_when_asks_for_no_date() -> None:
    assert want("What happened when Acme opened the plant?", Kind.WHEN).form is Form.ANY
    assert want("When did Acme open the plant?", Kind.WHEN).form is Form.DATE
    assert want("What is the date when Acme opens?", Kind.WHEN).form is Form.DATE


def test_what_many_names_share_does_not_tell_one_from_another() -> None:
    assert want("What did Together AI get in its Series C?").name_tokens == {"together"}
    assert want("What did Harbour Labs get?").name_tokens == {"harbour"}
    assert want("What is a Series C?").name_tokens == {"series"}
    assert "ai" not in want("What did Together AI get?").plain
