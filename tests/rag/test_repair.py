"""Sentences that no single span tells whole: several that do together, and what isn't joined."""

from __future__ import annotations

import pytest

from rag.repair import repair
from rag.types import Origin, Passage, Source, Status, Story


def passage(number: int, text: str, title: str = "") -> Passage:
    source = Source(
        number, 1, f"https://daily.example.com/{number}", title or f"Story {number}",
        "The Daily Example", (), None, Origin.UNKNOWN, None, None, "en", Story(number),
    )  # fmt: skip
    return Passage(number, source, 0, 0, len(text), text)


OLD = passage(
    1, "Orla reported its figures on Monday. Revenue of Orla was $60.9 billion in fiscal 2024."
)
NEW = passage(2, "Orla's shares rose. Revenue of Orla came to $130.5 billion in fiscal 2025.")
CHIEF = passage(3, "Chief executive Kim Farrow was sorry.", "Klarvik apologises")


def test_a_comparison_of_two_articles_cites_both():
    said = "Orla's revenue went from $60.9 billion in fiscal 2024 to $130.5 billion in fiscal 2025."
    draft = repair(said, (1, 2), (OLD, NEW))
    assert draft.status is Status.PARTIAL
    assert {e.passage.id for e in draft.evidence} == {1, 2}
    assert all(
        figure in " ".join(e.quote for e in draft.evidence) for figure in ("$60.9", "$130.5")
    )


@pytest.mark.parametrize(
    ("said", "cited"),
    [
        # a figure that neither has, and a part that neither tells
        ("Orla's revenue went from $61.9 billion to $130.5 billion in fiscal 2025.", (1, 2)),
        ("Orla's revenue rose to $130.5 billion and it gave each worker a golden coin.", (1, 2)),
        # what belongs to one is not said of the other
        ("The chief executive of Orla is Kim Farrow.", (2, 3)),
    ],
)
def test_what_two_articles_do_not_tell_together_is_struck(said: str, cited: tuple[int, ...]):
    draft = repair(said, cited, (OLD, NEW, CHIEF))
    assert (draft.status, draft.evidence) == (Status.UNSUPPORTED, ())


def test_two_sentences_apart_in_one_article_are_cited_both():
    text = (
        "Brill has closed its plant in Ghent. The weather was fine. Nobody was hurt. The road was "
        "dry. Anna Brill spoke to the press. Brill will build a second plant in Lyon by 2027."
    )
    said = "Brill, which closed its plant in Ghent, will build a second plant in Lyon by 2027."
    draft = repair(said, (1,), (passage(1, text),))
    assert draft.status is Status.PARTIAL
    assert [e.quote for e in draft.evidence] == [
        "Brill will build a second plant in Lyon by 2027.",
        "Brill has closed its plant in Ghent.",
    ]


def test_what_is_denied_of_somebody_else_is_a_doubt_alone():
    text = (
        "Orlov, who had built the harbour walls, was buried in May with guards, a state funeral. "
        "The only king not to be given a state funeral was Edwin of Lyon."
    )
    draft = repair("Orlov was given a state funeral.", (1,), (passage(1, text),))
    assert draft.status is Status.PARTIAL
    assert draft.doubt
    against = "Edwin of Lyon was given a state funeral."
    assert repair(against, (1,), (passage(1, text),)).status is Status.UNSUPPORTED
