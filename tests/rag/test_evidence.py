"""Candidates, features, probability, disagreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from rag.answer import FEW, few
from rag.candidates import Matcher, candidates
from rag.confidence import SIGNALS, WEIGHTS, probability, reason, signals
from rag.disagree import newest_first, note
from rag.embedding import Encoder
from rag.evidence import READ_AMONG_FEW, READ_AT_MOST, _context, score
from rag.evidence import WEIGHTS as SCORES
from rag.facts import quantities
from rag.features import FEATURES
from rag.sameness import same_value
from rag.types import Filters, Reason, Status
from rag.values import values


def test_weights_match_their_names() -> None:
    assert len(SCORES) == len(FEATURES)
    assert len(WEIGHTS) == len(SIGNALS)


def test_candidates_are_exact_and_once(newsdesk: ModuleType) -> None:
    pool = candidates([newsdesk.CUTS, newsdesk.UPS, newsdesk.CUTS])
    assert len(pool) == 4
    for candidate in pool:
        assert candidate.evidence.quote == candidate.sentence.text


@pytest.mark.parametrize(
    "line",
    [
        "This report by Harbor Wire was published by The Daily Example under a syndication deal.",
        "This article originally appeared in Harbor Wire.",
        "Originally published on Harbor Wire.",
    ],
)
def test_a_line_on_where_an_article_comes_from_answers_nothing(
    newsdesk: ModuleType, line: str
) -> None:
    hit = newsdesk.hit(1, "Cuts", "Harbor Wire", "2025-03-01", f"Ferrum cut 40 jobs. {line}")
    assert [c.sentence.text for c in candidates([hit])] == ["Ferrum cut 40 jobs."]


def test_the_answering_sentence_comes_first(newsdesk: ModuleType, encoder: Encoder) -> None:
    scored = score(newsdesk.query(), newsdesk.NEWS, encoder)
    assert "14,000" in scored[0].candidate.sentence.text
    assert [s.score for s in scored] == sorted((s.score for s in scored), reverse=True)
    assert score(newsdesk.query(), (), encoder) == []


def test_deep_in_an_item_the_reading_sees_how_it_opens(newsdesk: ModuleType) -> None:
    text = (
        "- The Wren handwriting project: a hobbyist built an interface for an old e-reader that "
        "turns notes into questions for a model, and posted it on a forum. It runs on a Quill 7.\n"
        "- Lark is new. It is small."
    )
    hit = newsdesk.hit(1, "Not much happened", "P", "2025-03-01", text)
    seen = [_context(candidate) for candidate in candidates([hit])]
    assert seen[0].startswith("Not much happened.")
    assert seen[1].startswith("- The Wren handwriting project:")
    assert seen[1].endswith("posted it on a forum.")
    assert seen[3].startswith("Not much happened.")


def test_only_so_many_are_read(newsdesk: ModuleType, encoder: Encoder) -> None:
    text = " ".join(f"Amazon cut {n} corporate jobs in town {n}." for n in range(2, 80))
    hits = [newsdesk.hit(n, "T", "P", None, text) for n in range(1, FEW + 2)]
    assert few(hits[:FEW])
    assert not few(hits)
    assert len(score(newsdesk.query(), hits[:1], encoder)) == READ_AMONG_FEW
    assert len(score(newsdesk.query(), hits, encoder)) == READ_AT_MOST


def test_the_probability_tells_answers_from_silence(newsdesk: ModuleType, encoder: Encoder) -> None:
    asked = newsdesk.query()
    other = newsdesk.query("Which vaccine protects children from measles?")
    high = probability(asked, newsdesk.NEWS, score(asked, newsdesk.NEWS, encoder))
    low = probability(other, newsdesk.NEWS, score(other, newsdesk.NEWS, encoder))
    assert high > 0.9
    assert low < 0.1
    assert probability(asked, (), []) == 0
    assert len(signals(asked, score(asked, newsdesk.NEWS, encoder))) == len(SIGNALS)


@pytest.mark.parametrize(
    ("answered", "silent"),
    [
        # the thing asked after is never spoken of
        (
            "How many corporate jobs is Amazon cutting?",
            "Which law firm advises Amazon on the cuts?",
        ),
        # another year
        ("How much will the cuts save Amazon?", "How much did the cuts save Amazon in 2019?"),
        # the site's reader
        ("What did Beth Galetti tell staff?", "How do I tell my staff?"),
    ],
)
def test_the_probability_falls_with_what_is_lacking(
    newsdesk: ModuleType, encoder: Encoder, answered: str, silent: str
) -> None:
    chances = []
    for text in (answered, silent):
        asked = newsdesk.query(text)
        chances.append(probability(asked, newsdesk.NEWS, score(asked, newsdesk.NEWS, encoder)))
    assert chances[1] < chances[0] - 0.2


@pytest.mark.parametrize(
    ("question", "about_the_reader"),
    [
        ("How do I subscribe?", 1.0),
        ("Can I see your media kit?", 1.0),
        ("Do you at least get severance?", 0.0),
        ("Can you tell me who runs Amazon?", 0.0),
        ("Do you know how many jobs go?", 0.0),
        ("Can you tell me what I should do?", 1.0),
        ("What did the Artemis I rocket cost?", 0.0),
        ("How many tickets did My Chemical Romance sell?", 0.0),
    ],
)
def test_a_reader_is_told_from_a_name(
    newsdesk: ModuleType, encoder: Encoder, question: str, about_the_reader: float
) -> None:
    asked = newsdesk.query(question)
    found = signals(asked, score(asked, newsdesk.NEWS, encoder))
    assert found[SIGNALS.index("reader")] == about_the_reader


def test_a_plural_product_is_the_product(newsdesk: ModuleType) -> None:
    other = newsdesk.hit(1, "A cluster", "P", None, "It holds 22,000 Nvidia H100 processors.")
    pool = candidates([other])
    matcher = Matcher.over(newsdesk.query("How many H100s does it hold?"), pool)
    assert matcher.names(pool[0].tokens) == 1.0
    assert matcher.names(frozenset({"h200"})) == 0.0


def test_not_yet_reported(newsdesk: ModuleType) -> None:
    late = newsdesk.query(filters=Filters(since=date(2026, 1, 1)))
    assert reason(late, newsdesk.NEWS) is Reason.NOT_YET_REPORTED
    assert reason(newsdesk.query(), newsdesk.NEWS) is Reason.NOTHING_FOUND


@pytest.fixture
def reports(newsdesk: ModuleType) -> list[object]:
    def report(n: int, day: str, figure: str) -> object:
        text = f"Amazon will cut {figure} corporate jobs, the paper wrote."
        return newsdesk.hit(n, "Amazon cuts corporate jobs", f"Paper {n}", day, text)

    return [
        report(1, "2025-10-28", "14,000"),
        report(2, "2025-10-29", "about 14,100"),
        report(3, "2025-10-27", "30,000"),
        report(4, "2025-03-01", "9,000"),
    ]


def test_disagreement(newsdesk: ModuleType, encoder: Encoder, reports: list[object]) -> None:
    query = newsdesk.query()
    scored = score(query, reports, encoder)  # type: ignore[arg-type]
    matcher = Matcher.over(query, [s.candidate for s in scored])
    marked = newest_first(values(matcher, scored, [scored[0].candidate.evidence]))
    # The 9,000 of half a year before are other cuts.
    assert [status for _, status in marked] == [Status.DISPUTED, Status.DISPUTED]
    assert {len(value.stories) for value, _ in marked} == {1, 2}
    line = note(marked)
    assert "2 independent reports" in line
    assert "27 October 2025" in line


def test_copies_of_one_story_count_once(
    newsdesk: ModuleType, encoder: Encoder, reports: list[object]
) -> None:
    first = reports[0]
    passage = first.passage  # type: ignore[attr-defined]
    copy = replace(first, passage=replace(passage, id=9, start=500, end=500 + len(passage.text)))  # type: ignore[type-var]
    query = newsdesk.query()
    scored = score(query, [first, copy], encoder)  # type: ignore[list-item]
    matcher = Matcher.over(query, [s.candidate for s in scored])
    found = values(matcher, scored, [scored[0].candidate.evidence])
    assert [len(value.stories) for value in found] in ([], [1])


def test_rounded_values_are_the_same() -> None:
    def q(text: str) -> object:
        return quantities(text)[0]

    assert same_value(q("14,000 jobs"), q("about 14,100 jobs"))  # type: ignore[arg-type]
    assert not same_value(q("$14 million"), q("€14 million"))  # type: ignore[arg-type]
