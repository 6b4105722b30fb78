"""Inventions and faithful paraphrases of :mod:`tests.rag.cases` before the check alone.

The bar: no unsupported sentence is shown without a mark, and at least 95% of the supported
ones survive. The same through the whole chain: test_chain_adversarial.py.
"""

from __future__ import annotations

import pytest

from rag.repair import repair
from rag.types import Status
from rag.verify import verify
from tests.rag.cases import CASES, FALSE, PASSAGES, TRUE


def test_there_are_enough_cases() -> None:
    assert len(FALSE) >= 150
    assert len(TRUE) >= 60


def test_no_invention_is_shown_without_a_mark_whatever_it_cites() -> None:
    """Against all ten articles at once, with right, wrong and invented citation numbers."""
    cited = ((1, 99, -3), tuple(range(1, 11)), ())
    found = [(claim, repair(claim, cited[at % 3], PASSAGES)) for at, (_, claim) in enumerate(FALSE)]
    assert [claim for claim, draft in found if draft.status is Status.SUPPORTED] == []
    struck = [draft for _, draft in found if draft.status is Status.UNSUPPORTED]
    assert len(struck) >= 0.9 * len(FALSE)
    doubted = [draft for _, draft in found if draft.doubt]
    assert len(struck) + len(doubted) >= 0.95 * len(FALSE)
    assert not any(draft.evidence for draft in struck)


def test_true_sentences_survive_and_cite_the_article_that_says_them() -> None:
    kept = moved = 0
    for number, claim in TRUE:
        wrong = number % len(PASSAGES) + 2  # a neighbour's number, or one too high
        draft = repair(claim, (wrong,), PASSAGES)
        if draft.status is not Status.UNSUPPORTED:
            kept += 1
            moved += draft.evidence[0].passage.id == number + 1
    assert kept >= 0.95 * len(TRUE)
    assert moved == kept


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_sentences_themselves_are_supported(number: int) -> None:
    case = CASES[number]
    assert verify(case.text, [case.text]).support == 1.0
