"""A labelled set of real disagreements, updates and neither, through the quoting answerer.

``data/disagreements.jsonl``: invented articles at example.com; ``expect`` lists the values that
the answer must give with their marks, newest first, and is empty where nothing may be marked.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from rag.embedding import Encoder
from rag.extractive import ExtractiveAnswerer
from rag.question import understand
from rag.types import Answer, Status

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "disagreements.jsonl").read_text().splitlines()
]
MARKS = (Status.DISPUTED, Status.SUPERSEDED)
# Shares of the cases below which a change is a step back. Written before the rules that they
# test, the second and third part of the set had 14 of 25 found and 2 of 35 alarms.
FOUND = 0.92
ALARMS = 1


@pytest.fixture(scope="module")
def answers(newsdesk, encoder: Encoder) -> dict[str, Answer]:
    answerer = ExtractiveAnswerer(encoder)
    told = {}
    for case in CASES:
        hits = [
            newsdesk.hit(n, a["title"], a["publisher"], a["published"], a["text"])
            for n, a in enumerate(case["articles"], 1)
        ]
        query = understand(case["question"], as_of=date(2025, 12, 31))
        told[case["id"]] = answerer.reply(query, hits)
    return told


def right(case, answer: Answer) -> bool:
    claims = [(claim.text, claim.status.value) for claim in answer.claims]
    return len(claims) >= len(case["expect"]) and all(
        value in text and status == mark
        for (value, mark), (text, status) in zip(case["expect"], claims, strict=False)
    )


def test_the_set_has_all_kinds():
    kinds = {
        kind: [c for c in CASES if c["kind"] == kind] for kind in ("dispute", "update", "none")
    }
    assert len(kinds["dispute"]) >= 15
    assert len(kinds["update"]) >= 20
    assert len(kinds["none"]) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_disagreements_and_updates_are_found(answers):
    real = [case for case in CASES if case["expect"]]
    missed = [case["id"] for case in real if not right(case, answers[case["id"]])]
    assert len(missed) <= (1 - FOUND) * len(real), missed


def test_other_things_are_not_marked(answers):
    alarms = [
        case["id"]
        for case in CASES
        if not case["expect"] and any(claim.status in MARKS for claim in answers[case["id"]].claims)
    ]
    assert len(alarms) <= ALARMS, alarms


def test_each_value_is_told_with_its_publisher_and_date(answers):
    case = next(case for case in CASES if case["id"] == "round-size")
    (note,) = [line for line in answers["round-size"].notes if "different" in line]
    assert note == (
        "The articles give different figures: $300 million (Harbor Wire, 10 June 2025); "
        "$450 million (The Ledger, 9 June 2025)."
    )
    assert len(answers["round-size"].claims) == len(case["articles"])


def test_independent_reports_are_counted(answers):
    assert any(
        "$2.1 billion (" in n and "2 independent reports" in n for n in answers["b-three"].notes
    )


@pytest.mark.parametrize(
    ("case", "what"),
    [("round-size", "figures"), ("launch-date", "dates"), ("ceo-change", "people")],
)
def test_the_note_says_what_differs(answers, case, what):
    assert any(
        line.startswith(f"The articles give different {what}: ") for line in answers[case].notes
    )


def test_a_value_in_a_long_sentence_is_quoted_with_it_and_marked(newsdesk, encoder):
    tail = "while its shares, which had fallen for weeks, rose by several percent in early trading "
    text = (
        "Corvane, a maker of network equipment that has bought eleven companies since it was "
        f"founded in a garage in Ghent, {tail}and is paying $2.1 billion for Lumetra, a designer "
        "of optical chips whose founders stay with the company for at least four years."
    )
    hits = [
        newsdesk.hit(1, "Corvane buys Lumetra", "Wire", "2025-04-03", text),
        newsdesk.hit(2, "Corvane and Lumetra", "Ledger", "2025-04-02",
                     "Corvane has agreed to acquire Lumetra for $2.6 billion, bankers said."),
    ]  # fmt: skip
    query = understand("How much is Corvane paying for Lumetra?", as_of=date(2025, 12, 31))
    answer = ExtractiveAnswerer(encoder).reply(query, hits)
    newsdesk.check_citations(answer, hits)
    assert [claim.status for claim in answer.claims] == [Status.DISPUTED] * 2
    for claim, value in zip(answer.claims, ("$2.1 billion", "$2.6 billion"), strict=True):
        assert claim.focus is not None
        assert claim.text[slice(*claim.focus)] == value


def test_an_old_value_told_as_background_stays_old(newsdesk, encoder):
    """The newest article tells both: what it repeats from before is not the newest value."""
    hits = [
        newsdesk.hit(1, "Korrin raises again", "Ledger", "2025-10-12",
                     "The new round gives Korrin a valuation of $30 billion.\n\nThe round in "
                     "spring came at a valuation of $12 billion for Korrin."),
        newsdesk.hit(2, "Korrin raises money", "Wire", "2025-03-03",
                     "Korrin raised $1 billion at a valuation of $12 billion, it said."),
    ]  # fmt: skip
    query = understand("What is the valuation of Korrin?", as_of=date(2025, 12, 31))
    answer = ExtractiveAnswerer(encoder).reply(query, hits)
    assert [claim.status for claim in answer.claims] == [Status.SUPPORTED, Status.SUPERSEDED]
    assert "$30 billion" in answer.claims[0].text
    assert answer.citations[1].url == "https://example.com/2"
