"""Figures that a sentence has and its source lacks, and those that a fair retelling may add."""

from __future__ import annotations

import pytest

from rag.amounts import number_problems
from rag.naming import name_problems
from rag.sense import undenied

SOURCE = (
    "Harbour Robotics cut 1,200 jobs of 3,000. Its margin rose from 20% to 25%, and revenue "
    "fell from $5 billion to $4 billion."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Its margin rose by 5 percentage points.",
        "It lost $1 billion of revenue.",
        "Two of three departments shrank.",
        "Harbour Robotics cut 1,200 robotics jobs.",
    ],
)
def test_what_a_fair_retelling_may_have_is_not_certainly_wrong(sentence: str) -> None:
    assert number_problems(sentence, SOURCE, certain=True) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "It cut 1,300 jobs.",
        "It planted 1,200 trees.",
        "Its margin is $25.",
        "Revenue fell by $2 billion.",
        "Its margin rose by 7 percentage points.",
    ],
)
def test_other_figures_are_wrong(sentence: str) -> None:
    assert number_problems(sentence, SOURCE, certain=True)
    assert number_problems(sentence, SOURCE)


def test_a_first_word_is_no_name() -> None:
    assert name_problems("Including interest, it pays more.", "It pays more.", "") == []
    assert name_problems("None of its AI chips sold.", "Its chips did not sell.", "") == []
    assert name_problems("Dockland paid more.", "It pays more.", "") != []


def test_a_denial_is_wrong_only_of_the_same_words() -> None:
    wrong, doubtful = undenied("Harbour Robotics did not cut 1,200 jobs.", [SOURCE])
    assert wrong
    assert not doubtful
    wrong, doubtful = undenied("Harbour Robotics never came near full employment.", [SOURCE])
    assert not wrong
    assert doubtful


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It ran for four weeks.", "It ran for 28 days."),
        ("She spent 30 years there.", "She spent three decades there."),
        ("The court is 200 years old.", "The court is two centuries old."),
        ("An image costs six cents.", "An image costs $0.06."),
        ("It used 1.5 GW.", "It used 1,500 MW."),
        ("GPT-3.5 costs more.", "GPT3.5 costs more."),
        ("Weave 3.5 leads.", "**weave-3.5-large** leads."),
        ("It allows 5 requests per minute.", "It allows 5 rpm."),
        ("Training took 32 H100s.", "Training took 32 H100 for a week."),
        ("Weave 3.1 405B is slow.", "The model Weave-3.1-405B is slow."),
        ("Models of 120 and 20 billion parameters are due.", "A 120B and a 20B model are due."),
    ],
)
def test_the_same_amount_in_another_unit_or_spelling(claim: str, source: str) -> None:
    assert number_problems(claim, source, certain=True) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It ran for five weeks.", "It ran for 28 days."),
        ("She spent 20 years there.", "She spent three decades there."),
        ("An image costs six dollars.", "An image costs $0.06."),
        ("It used 1.5 GWh.", "It used 1,500 MW."),
        ("GPT-4.5 costs more.", "GPT3.5 costs more."),
        ("It allows 5 tokens per minute.", "It allows 5 rpm."),
        ("Weave 3.1 405B is slow.", "The model Weave-3.1-70B is slow."),
    ],
)
def test_another_amount_in_another_unit(claim: str, source: str) -> None:
    assert number_problems(claim, source, certain=True)
