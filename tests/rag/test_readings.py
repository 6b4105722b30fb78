"""Values as sentences tell them: kinds of money, what still stands, whose it is, dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.differences import difference
from rag.facts import quantities
from rag.readings import Reading, asked_sum, borne_by, bygone, days, exact, stands, sum_of


@pytest.fixture
def reading(newsdesk):
    def make(text, at=0, published="2025-05-01"):
        source = replace(newsdesk.CUTS.passage.source, published=published)
        q = quantities(text)[at]
        return Reading(source, text, text, q.start, q.end, q)

    return make


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("Korrin raised $1 billion at a valuation of $12 billion.", 0, "round"),
        ("Korrin raised $1 billion at a valuation of $12 billion.", 1, "value"),
        ("Korrin raised money at a $12 billion post-money valuation.", 0, "value"),
        ("Corvane is paying $14.3 billion for a stake.", 0, "price"),
        ("Ophel must pay a fine of €55 million.", 0, "fine"),
        ("Ferrum sold products, and its revenue was $3 billion.", 0, "revenue"),
        ("It could save $8 billion.", 0, "saving"),
        ("Korrin is worth $12 billion.", 0, "value"),
        ("Staff sold shares worth $6 billion.", 0, "price"),
        ("Staff sold shares worth $6 billion, which values Korrin at $9 billion.", 1, "value"),
    ],
)
def test_kinds_of_money(reading, text, at, kind):
    assert kind in sum_of(reading(text, at))


def test_the_kind_that_a_question_asks_for():
    assert "price" in asked_sum("How much will Corvane pay for its stake?")
    assert asked_sum("What is the valuation of Korrin?") == {"value"}
    assert asked_sum("How big was the loss in market value?") == {"loss"}
    assert asked_sum("How many jobs are cut?") == frozenset()


@pytest.mark.parametrize(
    ("text", "at", "valid"),
    [
        ("Korrin has 300 employees.", 0, True),
        ("Korrin said it had cut 300 jobs.", 0, True),
        ("It has 250 million users, up from 200 million.", 0, True),
        ("It has 250 million users, up from 200 million.", 1, False),
        ("Korrin had been valued at $12 billion.", 0, False),
        ("Korrin had a valuation of $12 billion a year ago.", 0, False),
        ("Korrin did not cut 300 jobs.", 0, False),
        ("If it rains, the plant will cost $5 billion.", 0, False),
        ("It spends $60 billion to $65 billion.", 0, False),
        ("It spends $60 billion to $65 billion.", 1, False),
        ("It has more than 300 employees.", 0, True),
    ],
)
def test_what_stands(reading, text, at, valid):
    assert stands(reading(text, at)) is valid


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("In October 2022, Korrin was worth $300 million.", True),
        ("Korrin announced 6,000 job cuts in January.", True),
        ("Korrin announced 6,000 job cuts in April.", False),
        ("Korrin reported revenue of $3 billion for 2025.", False),
        ("Korrin is worth $300 million.", False),
    ],
)
def test_what_is_long_past(reading, text, old):
    assert bygone(reading(text)) is old


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Meta is paying $14.3 billion.", True),
        ("Google expects to pay Meta $200 million.", False),
        ("Microsoft and Meta spend $320 billion.", False),
        ("Harrow Systems, which Paul Okafor founded after leaving Meta, raised $1 billion.", False),
    ],
)
def test_whose_it_is(reading, text, own):
    assert borne_by(reading(text), "How much does Meta pay?") is own


def test_a_word_that_many_names_share_is_no_name(reading):
    text = "Sakana AI raises money at a valuation of $2 billion."
    assert not borne_by(reading(text), "What is Scale AI worth?")
    assert borne_by(reading(text), "What is Sakana worth?")


def test_a_capital_alone_names_nobody(reading):
    text = "Current and former staff of Meta sold shares at a price that values it at $6 billion."
    assert borne_by(reading(text), "What is Meta worth?")


@pytest.mark.parametrize(
    ("one", "two", "differs"),
    [
        ("Pell has 90 million weekly users.", "Pell has 70 million weekly users.", False),
        ("Pell has 90 million weekly users.", "Pell has 210 million monthly users.", True),
        ("Pell cuts 800 jobs.", "Pell cuts 120 jobs in Porto.", True),
        ("Pell cuts 800 jobs.", "Pell cuts another 120 jobs.", True),
        ("Pell raised $3 million.", "Pell raised $9 million in total.", True),
        ("Pell has 70 engineers.", "Pell has 80 drivers.", True),
        ("Pell pays $3 for each ride.", "Pell pays $9.", True),
        ("Pell pays $3.", "Pell pays $9,000.", True),
        ("Pell pays $3 million.", "Pell pays $4 million.", False),
        ("Pell made a profit of $3 million.", "Pell is expected to make a profit of $4 million.",
         True),
        ("Pell made a profit of $3 million in 2025.", "Pell made a profit of $4 million in 2024.",
         True),
    ],
)  # fmt: skip
def test_differences(reading, one, two, differs):
    asked = "What is said of Pell?"
    assert bool(difference(reading(one), reading(two), asked)) is differs
    assert bool(difference(reading(two), reading(one), asked)) is differs


def test_months_with_their_year_are_one_date():
    text = "It opens in March 2027, not in May."
    (first, second) = days(text)
    assert (first.year, first.month) == (2027, 3)
    assert text[first.start : first.end] == "March 2027"
    assert (second.year, second.month) == (None, 5)
    assert exact(second, date(2025, 6, 1)).year == 2025
    assert exact(second, date(2025, 12, 20)).year == 2026
    assert exact(second, None).year is None
