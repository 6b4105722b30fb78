"""What the probability of an answer is computed from, one signal at a time."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from rag.answer import FEW
from rag.confidence import (
    AMONG_FEW,
    ANSWERABLE,
    SIGNALS,
    WEIGHTS,
    WEIGHTS_AMONG_FEW,
    probability,
    signals,
    threshold,
)
from rag.embedding import Encoder
from rag.evidence import score
from rag.types import Hit, Query

TITLE = "Gripwell finds a buyer"
TEXT = (
    "Harbour Robotics bought the Danish start-up Gripwell for $85 million in February. "
    "The law firm Brandt advised Gripwell on the sale. "
    "Gripwell makes soft grippers for robot arms and has 40 employees."
)


@pytest.fixture
def told(newsdesk: ModuleType, encoder: Encoder) -> dict[str, dict[str, float]]:
    """The signals of questions about one report, by question; "?" is the probability."""
    hits: list[Hit] = [newsdesk.hit(1, TITLE, "The Daily Example", "2025-03-11", TEXT)]

    def ask(text: str) -> dict[str, float]:
        query: Query = newsdesk.query(text)
        scored = score(query, hits, encoder)
        found = dict(zip(SIGNALS, signals(query, scored), strict=True))
        return found | {"?": probability(query, hits, scored)}

    asked = (
        "Which law firm advised Gripwell on the sale?",
        "Which hospital audited Gripwell on the sale?",
        "How many employees does Gripwell have?",
        "How many employees does Gripwell 7 have?",
        "How many employees did Gripwell have in 2009?",
        "How much did Harbour Robotics pay for the Danish start-up Gripwell?",
        "Which three firms bought Gripwell?",
        "Give me the price of Gripwell",
        "Can you give me a discount on Gripwell?",
    )
    return {text: ask(text) for text in asked}


def test_every_signal_has_a_weight() -> None:
    assert len(SIGNALS) == len(WEIGHTS) == len(WEIGHTS_AMONG_FEW) == len(set(SIGNALS))
    # Each has weights of its own, so that the two probabilities can't be compared.
    assert 0.1 < AMONG_FEW < 0.6
    assert 0.1 < ANSWERABLE < 0.6


def test_few_articles_have_a_threshold_of_their_own(newsdesk: ModuleType) -> None:
    hits = [
        newsdesk.hit(n, TITLE, "The Daily Example", "2025-03-11", TEXT) for n in range(1, FEW + 2)
    ]
    assert threshold([*hits[:FEW], *hits[:FEW]]) == AMONG_FEW
    assert threshold(hits) == ANSWERABLE


def test_a_request_is_no_question_about_the_reader(told: dict[str, dict[str, float]]) -> None:
    assert told["Give me the price of Gripwell"]["reader"] == 0.0
    assert told["Can you give me a discount on Gripwell?"]["reader"] == 1.0


def test_what_is_asked_after_must_be_told(told: dict[str, dict[str, float]]) -> None:
    there = told["Which law firm advised Gripwell on the sale?"]
    absent = told["Which hospital audited Gripwell on the sale?"]
    assert there["thing"] == 1.0
    assert absent["thing"] == 0.0
    assert there["relation"] == 1.0
    assert absent["relation"] == 0.0
    assert there["whole"] > absent["whole"] + 0.5
    assert absent["?"] < there["?"] - 0.2


def test_another_product_number_is_not_the_same_product(
    told: dict[str, dict[str, float]],
) -> None:
    assert told["How many employees does Gripwell have?"]["numbered"] == 1.0
    assert told["How many employees does Gripwell 7 have?"]["numbered"] == 0.0


def test_years_count_up_to_three(told: dict[str, dict[str, float]]) -> None:
    assert told["How many employees does Gripwell have?"]["year"] == 0.0
    assert told["How many employees did Gripwell have in 2009?"]["year"] == 1.0
    assert (
        told["How many employees did Gripwell have in 2009?"]["?"]
        < told["How many employees does Gripwell have?"]["?"] - 0.2
    )


def test_forms(told: dict[str, dict[str, float]]) -> None:
    assert told["Which three firms bought Gripwell?"]["listing"] == 1.0
    assert told["How many employees does Gripwell have?"]["listing"] == 0.0
    money = told["How much did Harbour Robotics pay for the Danish start-up Gripwell?"]
    assert money["strong"] == 1.0
    assert money["named"] == 1.0
    asked = ("amount", "person", "date", "reason")
    assert [money[name] for name in asked] == [1.0, 0.0, 0.0, 0.0]
    firm = told["Which law firm advised Gripwell on the sale?"]
    assert [firm[name] for name in asked] == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Who bought Gripwell?", 1.0),
        ("Who acquired Gripwell?", 1.0),
        ("How much did Harbour Robotics pay for Gripwell?", 1.0),
        ("Who sued Gripwell?", 0.0),
        ("How large is Gripwell?", 0.5),
    ],
)
def test_the_deed_asked_for_must_be_told_in_a_like_word(
    newsdesk: ModuleType, encoder: Encoder, question: str, share: float
) -> None:
    text = "Harbour Robotics bought Gripwell for $85 million."
    hits = [newsdesk.hit(1, TITLE, "The Daily Example", "2025-03-11", text)]
    query = newsdesk.query(question)
    values = dict(zip(SIGNALS, signals(query, score(query, hits, encoder)), strict=True))
    assert values["deed"] == share


def test_a_passage_that_only_one_search_found(newsdesk: ModuleType, encoder: Encoder) -> None:
    query = newsdesk.query("How many employees does Gripwell have?")
    hit = newsdesk.hit(1, TITLE, "The Daily Example", "2025-03-11", TEXT)
    found = {}
    for name, one in (
        ("words", replace(hit, cosine=None, bm25=9.0)),
        ("meaning", replace(hit, cosine=0.7, bm25=None)),
    ):
        values = signals(query, score(query, [one], encoder))
        found[name] = dict(zip(SIGNALS, values, strict=True))
    assert found["words"]["passage"] == 0.0
    assert found["meaning"]["passage"] == pytest.approx(0.7)
    assert found["words"]["words_alone"] == found["meaning"]["words_alone"] == 0.0


def test_the_best_passage_by_words_stands_out(newsdesk: ModuleType, encoder: Encoder) -> None:
    query = newsdesk.query("How many employees does Gripwell have?")
    hits = [
        replace(newsdesk.hit(1, TITLE, "A", "2025-03-11", TEXT), bm25=12.0),
        replace(newsdesk.hit(2, "Fairs", "B", "2025-03-12", "The fair opened."), bm25=0.0),
    ]
    values = dict(zip(SIGNALS, signals(query, score(query, hits, encoder)), strict=True))
    assert values["words_alone"] == pytest.approx(0.5)


def test_nobody_named_is_in_the_articles(newsdesk: ModuleType, encoder: Encoder) -> None:
    hits = [newsdesk.hit(1, TITLE, "The Daily Example", "2025-03-11", TEXT)]
    chances = []
    for name, unnamed in (("Gripwell", 0.0), ("Tessermon", 1.0)):
        query = newsdesk.query(f"How many employees does {name} have?")
        scored = score(query, hits, encoder)
        assert signals(query, scored)[SIGNALS.index("unnamed")] == unnamed
        chances.append(probability(query, hits, scored))
    assert chances[0] > threshold(hits) > chances[1]


def test_what_a_site_offers_answers_no_reader(newsdesk: ModuleType, encoder: Encoder) -> None:
    text = "Get our media kit. Harbour's staff may keep the robots that they use at home."
    hits = [newsdesk.hit(1, "Harbour's robots", "The Daily Example", "2025-03-11", text)]
    found = []
    for question in ("How do I get the media kit?", "May we keep the robots of Harbour at home?"):
        query = newsdesk.query(question)
        found.append(signals(query, score(query, hits, encoder))[SIGNALS.index("reader")])
    assert found == [3.0, 1.0]
