"""Near misses and fair paraphrases of invented news: what a careless model makes of an article.

``data/claims.jsonl`` holds passages and claims in four sets. Set 1 was written before the rules
were read, one kind of error after the other, and half of it was held out while they were
mended: then 5 of 78 near misses passed and 48 of 64 paraphrases survived. Sets 2 and 3 came
between rounds of mending. Set 4 was judged before its claims were looked at: 9 of 31 passed, 25
of 30 survived; expect that of new texts. All are open now; the floors are what the rules reach.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from rag.types import Origin, Passage, Source, Status, Story
from rag.verify import repair, verify

DATA = Path(__file__).with_name("data") / "claims.jsonl"


def passage(number: int, text: str) -> Passage:
    source = Source(
        number, 1, f"https://daily.example.com/{number}", f"Story {number}", "The Daily Example",
        (), None, Origin.UNKNOWN, None, None, "en", Story(number),
    )  # fmt: skip
    return Passage(number, source, 0, 0, len(text), text)


@lru_cache(maxsize=1)
def judged() -> list[dict]:
    """Every claim with the check's judgement, among the passages it cites."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    texts = {row["passage"]: row["text"] for row in rows if "passage" in row}
    claims = [row for row in rows if "claim" in row]
    for row in claims:
        shown = [passage(n + 1, texts[n]) for n in row["cites"]]
        draft = repair(row["claim"], range(1, len(shown) + 1), shown)
        row["shown"] = draft.status is not Status.UNSUPPORTED
    return claims


def test_there_are_enough_of_every_kind():
    claims = judged()
    wrong = [row for row in claims if not row["supported"]]
    assert len(wrong) >= 300
    assert len(claims) - len(wrong) >= 280
    assert len({row["kind"] for row in wrong}) >= 15


@pytest.mark.parametrize(("number", "most"), [(1, 1), (2, 0), (3, 3), (4, 3)])
def test_near_misses_are_caught(number, most):
    wrong = [row for row in judged() if row["set"] == number and not row["supported"]]
    passed = [row["claim"] for row in wrong if row["shown"]]
    assert len(passed) <= most, passed


@pytest.mark.parametrize(("number", "least"), [(1, 122), (2, 57), (3, 63), (4, 28)])
def test_fair_paraphrases_survive(number, least):
    right = [row for row in judged() if row["set"] == number and row["supported"]]
    lost = [row["claim"] for row in right if not row["shown"]]
    assert len(right) - len(lost) >= least, lost


@pytest.mark.parametrize(
    "source",
    [
        "Analysts denied that Nvidia bought the start-up Lumenar.",
        "It is not true that Nvidia bought the start-up Lumenar.",
        "The rival asked whether Nvidia bought the start-up Lumenar.",
    ],
)
def test_words_that_the_sentence_around_them_undoes_are_no_quotation(source):
    assert not verify("Nvidia bought the start-up Lumenar.", [source]).supported


def test_a_true_part_of_a_sentence_is_a_quotation():
    source = "The head of Harbour said that Nvidia bought the start-up Lumenar in May."
    assert verify("Nvidia bought the start-up Lumenar", [source]).support == 1.0
