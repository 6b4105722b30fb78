"""Which retellings are confirmed word by word, and that no turned fact ever is.

``data/retold.jsonl`` holds 16 passages of news, in part invented, with true retellings as a model
writes them, near-verbatim and paraphrased, and near misses made of the same words. Its sets 1 to
3 were each written before the rules were run on them; then no near miss of sets 1 and 2 and one
of 45 of set 3 was confirmed, and 36%, 38% and 36% of the retellings. The floors are those reached.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

from rag.derived import slip, turned_round, vouched
from rag.facts import names, quantities
from rag.sentences import split

DATA = Path(__file__).with_name("data")
SOURCE = (
    "Harbour Robotics, which is based in Rotterdam, said on Tuesday that it would cut 1,200 jobs "
    "by the end of June. The company has 9,000 employees and plans to open a plant in Ghent. Most "
    "of the posts are in sales, two people familiar with the plans said. Lena Ortiz, its chief "
    "executive, told staff on 3 March that nobody would be forced to leave. Revenue rose 4% to "
    "$2.1 billion last year; rival Dockland Systems was bought by Volta for $300 million. "
    "Dockland, founded in 2011 by former Harbour engineers, makes cranes."
)


@lru_cache(maxsize=2)
def rows(name: str) -> list[dict]:
    found = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    texts = {row["passage"]: row["text"] for row in found if "text" in row}
    claims = [row for row in found if "claim" in row]
    for row in claims:
        row["passages"] = [texts[n] for n in row.get("cites", [row.get("of")])]
    return claims


def confirmed(row: dict) -> bool:
    return any(vouched(row["claim"], text) is not None for text in row["passages"])


@pytest.mark.parametrize("name", ["retold.jsonl", "claims.jsonl"])
def test_no_near_miss_is_confirmed(name):
    wrong = [row for row in rows(name) if not row["supported"]]
    assert len(wrong) >= 180
    assert [row["claim"] for row in wrong if confirmed(row)] == []


@pytest.mark.parametrize(("number", "least"), [(1, 0.55), (2, 0.55), (3, 0.55)])
def test_most_plain_retellings_are_confirmed(number, least):
    right = [row for row in rows("retold.jsonl") if row["supported"] and row["set"] == number]
    assert sum(map(confirmed, right)) >= least * len(right)


@pytest.mark.parametrize(
    "claim",
    [
        "Harbour Robotics will cut 1,200 jobs by the end of June.",
        "On Tuesday, Harbour Robotics said it would cut 1,200 jobs by the end of June.",
        "Harbour Robotics is based in Rotterdam.",
        "Harbour has 9,000 employees.",
        "The company plans to open a plant in Ghent.",
        "Most of the posts are in sales, two people familiar with the plans said.",
        "Lena Ortiz is its chief executive.",
        "Ortiz told employees that nobody would be forced to leave.",
        "Revenue rose to $2.1bn last year.",
        "Revenue was $2.1 billion last year.",
        "Dockland was founded in 2011 by former Harbour engineers.",
        "Volta bought Dockland Systems for $300 million.",
        "Harbour has 9,000 employees, and Dockland Systems was bought by Volta.",
    ],
)
def test_harmless_edits(claim):
    found = vouched(claim, SOURCE)
    assert found is not None
    assert 0 <= found[0] < found[1] <= len(SOURCE)


@pytest.mark.parametrize(
    "claim",
    [
        "Harbour Robotics has cut 1,200 jobs.",
        "Harbour Robotics cut 1,200 jobs by the end of June.",
        "Dockland Systems is based in Rotterdam.",
        "Harbour has a plant in Ghent.",
        "Harbour has opened a plant in Ghent.",
        "The posts are in sales, two people familiar with the plans said.",
        "Most of the posts are in sales.",  # who says so is left out
        "All of the posts are in sales, two people familiar with the plans said.",
        "Lena Ortiz told staff that everybody would be forced to leave.",
        "Lena Ortiz told staff on 3 April that nobody would be forced to leave.",
        "Revenue rose $2.1 billion last year.",
        "Revenue rose 4% last quarter.",
        "Dockland Systems bought Volta for $300 million.",
        "Dockland Systems was founded in 2011 by Harbour.",
        "Volta was bought by Dockland Systems for $300 million.",
        "Rival Dockland Systems has 9,000 employees.",
        "Volta, founded in 2011 by former Harbour engineers, makes cranes.",
    ],
)
def test_other_edits_are_not_confirmed(claim):
    assert vouched(claim, SOURCE) is None


def _turned(sentence: str) -> list[str]:
    """The sentence with one fact turned: a "not", two names or figures changed about."""
    found = []
    verb = re.search(r"\b(?:is|are|was|were|will|has|have|had|would)\b", sentence)
    if verb and " not " not in sentence:
        found.append(f"{sentence[: verb.end()]} not{sentence[verb.end() :]}")
    named = [(n.start, n.end) for n in names(sentence) if not re.search("['’]", n.text)]
    counted = [(q.start, q.end) for q in quantities(sentence)]
    for spans in (named, counted):
        if len(spans) > 1:
            (a, b), (c, d) = spans[:2]
            one, two = sentence[a:b].strip(), sentence[c:d].strip()
            if (
                one != two
                and f"{one} and {two}" not in sentence
                and f"{one}, {two}" not in sentence
            ):
                rest = sentence[b:c] if sentence[b - 1] != " " else f" {sentence[b:c]}"
                found.append(f"{sentence[:a]}{two}{rest}{one}{sentence[d:]}")
    hedge = re.search(r" (?:may|could|might|nearly|almost|up to|at least|only)(?= )", sentence)
    if hedge:
        found.append(sentence[: hedge.start()] + sentence[hedge.end() :])
    return [text for text in found if text != sentence]


def test_no_sentence_with_a_turned_fact_is_confirmed():
    texts = {
        text
        for name in ("claims.jsonl", "retold.jsonl")
        for r in rows(name)
        for text in r["passages"]
    }
    edits = [(edit, t) for t in sorted(texts) for piece in split(t) for edit in _turned(piece.text)]
    assert len(edits) >= 250
    assert [edit for edit, text in edits if vouched(edit, text) is not None] == []


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("Volta has 9,000 employees and plans to open a plant in Ghent.", ""),  # perhaps it has
        (
            "Harbour Robotics said on Tuesday that it would cut 1,400 jobs by the end of June.",
            "1,2",
        ),
        ("Some of the posts are in sales, two people familiar with the plans said.", "Most"),
        ("Lena Ortiz told staff on 3 May that nobody would be forced to leave.", "3 March"),
        ("Revenue fell 4% to $2.1 billion last year.", "rose"),
        ("The company has not 9,000 employees.", "not"),
    ],
)
def test_a_single_word_that_matters_is_named(claim, wrong):
    found = slip(claim, SOURCE)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_what_is_the_other_way_round_is_named():
    assert "other way round" in turned_round("Volta was bought by Dockland Systems.", SOURCE)
    assert turned_round("Dockland Systems was bought by Volta.", "Volta paid for it.") == ""
