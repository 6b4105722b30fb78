"""Offices of organisations: what a question asks for and whom sentences name."""

from __future__ import annotations

import pytest

from rag.holders import Office, holder, holding, led_else, office

DUNMORE = Office("chief executive", frozenset({"dunmore"}))


@pytest.mark.parametrize(
    ("question", "name", "of"),
    [
        ("Who is the CEO of Dunmore?", "chief executive", {"dunmore"}),
        ("Who's Dunmore's chief executive?", "chief executive", {"dunmore"}),
        ("Who leads Ostrava Robotics?", "chief executive", {"ostrava", "robotics"}),
        ("Who is the CTO of Ferrum?", "technology chief", {"ferrum"}),
        ("Who is the president of the Larch Institute?", "president", {"larch", "institute"}),
    ],
)
def test_what_is_asked_for(question, name, of):
    assert office(question) == Office(name, frozenset(of))


@pytest.mark.parametrize(
    "question",
    [
        "Who was the CEO of Dunmore in 2019?",
        "Who founded Dunmore?",
        "Who is the CEO of Dunmore and who is the CTO of Ferrum?",
        "What did the CEO of Dunmore say?",
        "Who is the best painter?",
    ],
)
def test_other_questions_ask_for_no_office(question):
    assert office(question) is None


@pytest.mark.parametrize(
    ("sentence", "starts"),
    [
        ("Dunmore CEO Ilse Brandt said so.", False),
        ("Dunmore's chief executive, Ilse Brandt, said so.", False),
        ("Ilse Brandt, chief executive of Dunmore, said so.", False),
        ("Ilse Brandt is the chief executive of Dunmore.", False),
        ("Dunmore named Ilse Brandt as its new chief executive.", True),
        ("Dunmore has appointed Ilse Brandt interim chief executive.", True),
        ("Ilse Brandt has been appointed chief executive of Dunmore.", True),
        ("Ilse Brandt succeeds Karl Maurer as chief executive of Dunmore.", True),
        ("Ilse Brandt, the finance chief, takes over as interim CEO of Dunmore.", True),
    ],
)
def test_who_holds_it(sentence, starts):
    found = holder(sentence, DUNMORE)
    assert found is not None
    assert found.person == ("ilse", "brandt")
    assert sentence[found.start : found.end] == "Ilse Brandt"
    assert found.starts is starts


@pytest.mark.parametrize(
    "sentence",
    [
        "Former Dunmore CEO Ilse Brandt said so.",
        "Ilse Brandt, then chief executive of Dunmore, said so.",
        "Ilse Brandt was chief executive of Dunmore until May.",
        "Ilse Brandt, chief executive of Dunmore until May, said so.",
        "Ilse Brandt may become chief executive of Dunmore.",
        "Ilse Brandt, deputy chief executive of Dunmore, said so.",
        "Ilse Brandt is the chief executive of Dunmore Cloud.",
        "Halden CEO Ilse Brandt praised Dunmore.",
        "Ilse Brandt, finance chief of Dunmore, said so.",
        "Dunmore's board named Ilse Brandt, and chief executive Karl Maurer left.",
        "Dunmore is looking for a chief executive.",
    ],
)
def test_who_does_not(sentence):
    found = holder(sentence, DUNMORE)
    assert found is None or found.person != ("ilse", "brandt")


def test_the_title_may_name_the_organisation():
    sentence = "Ilse Brandt takes over as chief executive."
    assert holder(sentence, DUNMORE) is None
    assert holder(sentence, DUNMORE, "Halden picks a leader") is None
    assert holder(sentence, DUNMORE, "Dunmore picks a leader") is not None


def test_the_office_that_a_sentence_gives():
    found = holding("Ilse Brandt, chief executive of Dunmore, said so.")
    assert found is not None
    assert found[0] == DUNMORE
    assert found[1].person == ("ilse", "brandt")
    assert holding("Dunmore said so.") is None
    assert holding("Arthur Mensch, the chief executive, worked at DeepMind.") is None


def test_the_same_person_by_surname():
    one = holder("Dunmore CEO Ilse Brandt said so.", DUNMORE)
    two = holder("Ilse Maria Brandt is the chief executive of Dunmore.", DUNMORE)
    other = holder("Dunmore CEO Karl Maurer said so.", DUNMORE)
    assert one
    assert two
    assert other
    assert one.same(two)
    assert not one.same(other)


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Who leads Dunmore?", "Ferrum and Ilse Brandt led it.", True),
        ("Who runs Dunmore?", "Ferrum led the round of $4 million.", True),
        ("Who leads Dunmore?", "Ilse Brandt, who led its research, is head of the unit.", False),
        ("Who leads Dunmore?", "Ilse Brandt leads Dunmore.", False),
        ("Who led Dunmore's round?", "Ferrum led the round.", False),
    ],
)
def test_who_leads_is_not_who_led_a_round(question, sentence, other):
    assert led_else(question, sentence) is other
