"""A "why" about somebody of whom the articles don't tell it is corrected, not refused."""

from __future__ import annotations

from types import ModuleType

import pytest

from rag.candidates import Matcher
from rag.embedding import Encoder
from rag.evidence import score
from rag.extractive import ExtractiveAnswerer
from rag.mistaken import mistaken
from rag.types import Hit

BOUGHT = (
    "Quillon acquired the note-taking app Brightpad in July. The app has 40 employees and stays in "
    "Ghent."
)
LED = "Velmar raised $400 million in a round led by Harrow Ventures. It makes robot arms."
MOVED = "Ada Velde left Ophel to found a start-up. She had led its research for nine years."
TEXTS = (BOUGHT, LED, MOVED, "Tessaly opened an office in Oslo. It hires engineers there.")


@pytest.fixture
def hits(newsdesk: ModuleType) -> list[Hit]:
    return [
        newsdesk.hit(n, f"News of day {n}", "Harbor Wire", f"2025-07-0{n}", text)
        for n, text in enumerate(TEXTS, 1)
    ]


@pytest.mark.parametrize(
    ("question", "name", "told"),
    [
        ("Why did Tessaly acquire Brightpad?", "Tessaly", "Quillon acquired"),
        ("What was Tessaly's motive for acquiring Brightpad?", "Tessaly", "Quillon acquired"),
        ("What did Tessaly hope to gain by acquiring Brightpad?", "Tessaly", "Quillon acquired"),
        ("Why did Ophel lead Velmar's $400 million round?", "Ophel", "Harrow Ventures"),
    ],
)
def test_the_sentence_that_tells_who_did_is_found(
    newsdesk: ModuleType, encoder: Encoder, hits: list[Hit], question: str, name: str, told: str
) -> None:
    query = newsdesk.query(question)
    scored = score(query, hits, encoder)
    found = mistaken(Matcher.over(query, [s.candidate for s in scored]), scored)
    assert found is not None
    assert found.name == name
    assert told in found.told.candidate.sentence.text


@pytest.mark.parametrize(
    "question",
    [
        "Why did Quillon acquire Brightpad?",  # right
        "When did Tessaly acquire Brightpad?",  # takes as much for granted, but asks no reason
        "Who acquired Brightpad?",
        "Why did Tessaly close Brightpad?",  # nobody did
        "Why did Tessaly acquire Millrace?",  # neither name
        "Why did Ada Velde leave Ophel?",
        "Why did Tessaly grow?",  # one name
    ],
)
def test_other_questions_are_left_alone(
    newsdesk: ModuleType, encoder: Encoder, hits: list[Hit], question: str
) -> None:
    query = newsdesk.query(question)
    scored = score(query, hits, encoder)
    assert mistaken(Matcher.over(query, [s.candidate for s in scored]), scored) is None


def test_the_answer_corrects_with_a_citation_and_a_note(
    newsdesk: ModuleType, encoder: Encoder, hits: list[Hit]
) -> None:
    query = newsdesk.query("Why did Tessaly acquire Brightpad?")
    answer = ExtractiveAnswerer(encoder).reply(query, hits)
    assert not answer.abstained
    assert answer.text.startswith("Quillon acquired")
    newsdesk.check_citations(answer, hits)
    assert any("Tessaly" in note for note in answer.notes)
