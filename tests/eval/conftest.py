"""A small corpus and a system that answers from it by script; records come from real types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from eval.dataset import Evidence, Question
from rag.errors import InputError
from rag.types import Answer, Article, Citation, Claim, Hit, Origin, Passage, Reason, Source, Story

TEXTS = {
    "https://example.com/amazon": (
        "Amazon is cutting 14,000 corporate jobs. The company expects to save $8 billion a year, "
        "people familiar with the plan said on 28 October 2025."
    ),
    "https://example.com/nvidia": (
        "Nvidia unveiled the Rubin platform in Las Vegas. Shipments of Rubin begin in the second "
        "half of 2026, chief executive Jensen Huang said."
    ),
    "https://example.com/mistral": (
        "Mistral raised 1.7 billion euros in a Series C led by ASML. The round values the Paris "
        "company at 11.7 billion euros."
    ),
    "https://example.com/figma": (
        "Figma filed for a listing in New York. Its design software has 13 million monthly users."
    ),
}
TITLES = {
    "https://example.com/amazon": "Amazon trims its offices",
    "https://example.com/nvidia": "Nvidia shows Rubin",
    "https://example.com/mistral": "Mistral's new round",
    "https://example.com/figma": "Figma goes public",
}

# question, type, nuggets, the quotes that answer it
CASES: tuple[tuple[str, str, tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]], ...] = (
    ("How many corporate jobs is Amazon cutting?", "number", (("14,000", "14000"),),
     (("https://example.com/amazon", "Amazon is cutting 14,000 corporate jobs."),)),
    ("Where did Nvidia unveil Rubin?", "fact", (("Las Vegas",),),
     (("https://example.com/nvidia", "Nvidia unveiled the Rubin platform in Las Vegas."),)),
    ("Who led Mistral's Series C, and what is Mistral worth?", "list",
     (("ASML",), ("11.7 billion",)),
     (("https://example.com/mistral",
       "Mistral raised 1.7 billion euros in a Series C led by ASML."),
      ("https://example.com/mistral",
       "The round values the Paris company at 11.7 billion euros."))),
    ("How many people use Figma every month?", "number", (("13 million",),),
     (("https://example.com/figma", "Its design software has 13 million monthly users."),)),
    ("What did Adobe pay for Figma?", "unanswerable", (), ()),
)  # fmt: skip


def make_questions() -> list[Question]:
    return [
        Question(
            id=f"q{at}", question=text, type=kind, must_include=nuggets,
            answer=" ".join(quote for _, quote in quotes) or None,
            evidence=tuple(Evidence(url, quote) for url, quote in quotes),
        )
        for at, (text, kind, nuggets, quotes) in enumerate(CASES, 1)
    ]  # fmt: skip


def passage(url: str, id: int) -> Passage:
    source = Source(
        id, 1, url, TITLES[url], "Example Wire", (), "2025-10-29", Origin.FILE, None, None, "en",
        Story(id),
    )  # fmt: skip
    return Passage(id, source, 0, 0, len(TEXTS[url]), TEXTS[url])


def make_answer(question: Question, confidence: float = 0.9) -> Answer:
    """The right answer: the labelled quotes, word for word; abstains without any."""
    wanted = [e.url for e in question.evidence]
    urls = list(dict.fromkeys(wanted + list(TEXTS)))
    hits = tuple(Hit(passage(url, 1 + at), 1 / (1 + at)) for at, url in enumerate(urls))
    if not question.evidence:
        return Answer(
            question.question, "The articles here don't answer that.", (), (), hits,
            date(2025, 11, 1), abstained=True, reason=Reason.NOTHING_FOUND, confidence=0.1,
        )  # fmt: skip
    citations, claims, text = [], [], []
    for n, item in enumerate(question.evidence, 1):
        start = TEXTS[item.url].index(item.quote)
        citations.append(
            Citation(n, n, 1, n, item.url, TITLES[item.url], "Example Wire", "2025-10-29", start,
                     start + len(item.quote), item.quote)
        )  # fmt: skip
        claims.append(Claim(item.quote, (n,)))
        text.append(f"{item.quote} [{n}]")
    return Answer(
        question.question, " ".join(text), tuple(claims), tuple(citations), hits,
        date(2025, 11, 1), confidence=confidence,
    )  # fmt: skip


class Scripted:
    """A System that answers from the labels; ``change`` may spoil a record."""

    name = "scripted"

    def __init__(self, change: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.change = change
        self.asked: list[str] = []
        self.settings: dict[str, Any] = {"system": "scripted"}

    def describe(self) -> Mapping[str, Any]:
        return self.settings

    def ask(self, question: Question) -> dict[str, Any]:
        self.asked.append(question.id)
        if question.question.startswith("break"):
            raise InputError("the question\nis broken")
        record = make_answer(question).record(question.id)
        if self.change:
            self.change(record)
        return record

    @property
    def lookup(self) -> Callable[[str, int | None], str | None]:
        return lambda url, version: TEXTS.get(url)

    def close(self) -> None:
        self.asked.clear()


@pytest.fixture
def questions() -> list[Question]:
    return make_questions()


@pytest.fixture
def records(questions: list[Question]) -> list[dict[str, Any]]:
    return [make_answer(q).record(q.id) for q in questions]


@pytest.fixture
def lookup() -> Callable[[str, int | None], str | None]:
    return lambda url, version: TEXTS.get(url)


@pytest.fixture
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture
def articles() -> list[Article]:
    return [
        Article(url, TITLES[url], text, "Example Wire", (), "2025-10-29", Origin.FILE)
        for url, text in TEXTS.items()
    ]
