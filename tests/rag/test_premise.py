"""What a question takes for granted and the quotations contradict or don't mention."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.candidates import Matcher
from rag.evidence import score
from rag.extractive import ExtractiveAnswerer
from rag.premise import premise_notes
from rag.question import understand

ITALY = (
    "Italy's data-protection authority has imposed a fine of 15 million euros on Ophel, because it "
    "trained its assistant on personal data. Ophel calls the fine out of proportion."
)
CLUSTER = (
    "Harrow has built a cluster of about 100,000 processors in Ashby, because rented computers had "
    "become too expensive for Harrow. A second building is planned for 2027."
)


@pytest.fixture
def notes(newsdesk, encoder):
    def ask(question, *texts, title="News"):
        hits = [
            newsdesk.hit(n, title, "Harbor Wire", "2025-05-01", text)
            for n, text in enumerate(texts, 1)
        ]
        query = understand(question, as_of=date(2025, 12, 31))
        answer = ExtractiveAnswerer(encoder).reply(query, hits)
        assert not answer.abstained
        return list(answer.notes[1:])

    return ask


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Why did Italy fine Ophel €50 million?", ITALY,
         "The articles say 15 million euros, not €50 million."),
        ("Why did Harrow build a cluster of 400,000 processors?", CLUSTER,
         "The articles say about 100,000, not 400,000."),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_corrected(notes, question, text, said):
    assert notes(question, text) == [said]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did Italy fine Ophel €15 million?", ITALY),
        ("Why did Italy fine Ophel about €15.2 million?", ITALY),
        ("Why did Italy fine Ophel more than €10 million?", ITALY),
        ("Why did Italy fine Ophel $900 million?", ITALY),  # another currency
        ("Why did Italy fine Ophel €5 billion?", ITALY),  # far off: of something else
        ("Why did Harrow build a cluster of 100,000 processors?", CLUSTER),
        ("Why did Harrow build two clusters?", CLUSTER),
    ],
)
def test_nothing_is_corrected_without_need(notes, question, text):
    assert notes(question, text) == []


def test_two_figures_correct_nothing(notes):
    text = "Italy fined Ophel 15 million euros and Dunmore 20 million euros over personal data."
    assert notes("Why did Italy fine Ophel €50 million?", text) == []


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Why did Harrow and Selwyn build a cluster in Ashby?", "Selwyn"),
        ("Why did Harrow build a cluster with Castell Systems?", "Castell Systems"),
    ],
)
def test_a_name_that_no_quoted_article_holds_is_told(notes, question, missing):
    assert notes(question, CLUSTER) == [f"The articles quoted don't mention {missing}."]


@pytest.mark.parametrize(
    "question",
    [
        "Why did Harrow's engineers build a cluster in Ashby?",
        "Why did the Italian authority fine Ophel?",  # Italy
        "Why did Italy fine Ophel, a US firm?",  # too common to miss
        "Why did the fine in Europe hit Ophel in Italy?",
        "Why did Italy fine Ophel and its CEO?",
    ],
)
def test_usual_forms_of_a_name_are_no_news(notes, question):
    assert notes(question, ITALY, CLUSTER) == []


def test_nothing_is_said_of_no_quotations(newsdesk, encoder):
    query = newsdesk.query("Why did Italy fine Ophel €50 million?")
    scored = score(query, [newsdesk.hit(1, "News", "Wire", "2025-05-01", ITALY)], encoder)
    matcher = Matcher.over(query, [s.candidate for s in scored])
    assert premise_notes(matcher, scored, []) == []
    assert premise_notes(replace(matcher), [], []) == []
