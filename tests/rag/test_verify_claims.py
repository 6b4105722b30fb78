"""Near misses and fair paraphrases of invented news: what a careless model makes of an article.

``data/claims.jsonl`` holds passages and claims in four sets, all but a few of the fair ones
reworded throughout. They were written while the check knew two answers only, right and wrong;
between rounds of mending 6% to 29% of the near misses then passed and 75% to 83% of the
paraphrases survived. The floors are what the three answers reach; texts confirmed word by word
are in test_derived.py.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from rag.repair import repair
from rag.types import Origin, Passage, Source, Status, Story
from rag.verify import verify

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
        row["status"], row["doubt"] = draft.status, draft.doubt
    return claims


def test_there_are_enough_of_every_kind():
    claims = judged()
    wrong = [row for row in claims if not row["supported"]]
    assert len(wrong) >= 300
    assert len(claims) - len(wrong) >= 280
    assert len({row["kind"] for row in wrong}) >= 15


def share(rows: list[dict], *statuses: Status) -> float:
    return sum(row["status"] in statuses for row in rows) / len(rows)


def test_no_near_miss_is_shown_without_a_mark():
    wrong = [row for row in judged() if not row["supported"]]
    assert [row["claim"] for row in wrong if row["status"] is Status.SUPPORTED] == []
    assert share(wrong, Status.UNSUPPORTED) >= 0.4
    doubted = [row for row in wrong if row["doubt"]]
    assert share(wrong, Status.UNSUPPORTED) + len(doubted) / len(wrong) >= 0.55


def test_fair_paraphrases_survive_and_plain_ones_without_a_mark():
    right = [row for row in judged() if row["supported"]]
    assert share(right, Status.SUPPORTED, Status.PARTIAL) >= 0.95
    plain = [row for row in right if row["kind"] == "plain"]
    assert share(plain, Status.SUPPORTED) >= 0.7


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


def test_what_another_says_is_not_shown_as_said_without_a_mark():
    source = "The head of Harbour said that Nvidia bought the start-up Lumenar in May."
    assert verify("Nvidia bought the start-up Lumenar", [source]).status is Status.PARTIAL
    whole = "The head of Harbour said Nvidia bought the start-up Lumenar."
    assert verify(whole, [source]).status is Status.SUPPORTED
