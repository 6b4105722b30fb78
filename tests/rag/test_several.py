"""Questions that ask the same of three or more."""

from __future__ import annotations

import pytest

from rag.newsroom import Newsroom
from rag.several import several


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Compare 2025 capex for Larch, Wren and Alder Labs",
            (
                "What is 2025 capex for Larch?",
                "What is 2025 capex for Wren?",
                "What is 2025 capex for Alder Labs?",
            ),
        ),
        (
            "How does the capex of Larch, Wren and Alder compare in 2025?",
            (
                "What is the capex of Larch in 2025?",
                "What is the capex of Wren in 2025?",
                "What is the capex of Alder in 2025?",
            ),
        ),
        (
            "Compare Larch, Wren and Alder's valuations",
            (
                "What is Larch's valuations?",
                "What is Wren's valuations?",
                "What is Alder's valuations?",
            ),
        ),
        (
            "How much did Larch, Wren and Alder each spend in 2024?",
            (
                "How much did Larch spend in 2024?",
                "How much did Wren spend in 2024?",
                "How much did Alder spend in 2024?",
            ),
        ),
    ],
)
def test_each_gets_a_question(question: str, parts: tuple[str, ...]) -> None:
    assert several(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Which of Larch, Wren and Alder raised money?",
        "Compare Larch and Wren",
        "Who did Larch, Wren and Alder sue?",
        "Who won, Larch or Wren?",
    ],
)
def test_others_are_left_alone(question: str) -> None:
    assert several(question) == ()


def test_each_of_four_is_answered(newsroom: Newsroom) -> None:
    answer = newsroom.ask("Compare 2025 capex for Amazon, Alphabet, Meta and Microsoft")
    for name in ("Amazon", "Alphabet", "Meta"):
        assert any(name in claim.text for claim in answer.claims)
