"""Numbering, rendering and abstaining."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from rag.answer import (
    About,
    Draft,
    Evidence,
    abstain,
    assemble,
    day,
    events,
    nearest,
    plain,
    render,
)
from rag.types import Claim, DoneEvent, Hit, Order, Reason, Status, TextEvent

Helper = Callable[[str], ModuleType]


def evidence(hit: Hit, words: str) -> Evidence:
    start = hit.passage.text.index(words) + hit.passage.start
    return Evidence(hit.passage, start, start + len(words))


def test_citations_are_numbered_by_first_use_and_exact(newsdesk: ModuleType) -> None:
    ups = evidence(newsdesk.UPS, "UPS said it had reduced its operational workforce")
    cuts = evidence(newsdesk.CUTS, "it will cut about 14,000 corporate jobs")
    answer = assemble(
        newsdesk.query(),
        [Draft("UPS shrank.", (ups,)), Draft("Both cut jobs.", (cuts, ups)), Draft("So.", (cuts,))],
        newsdesk.NEWS,
    )
    assert answer.text == "UPS shrank. [1] Both cut jobs. [2][1] So. [2]"
    assert [c.n for c in answer.citations] == [1, 2]
    for citation, hit in zip(answer.citations, (newsdesk.UPS, newsdesk.CUTS), strict=True):
        base = hit.passage.start
        assert citation.quote == hit.passage.text[citation.start - base : citation.end - base]
        assert citation.url == hit.passage.source.url
    assert answer.newest == "2025-10-28"


def test_unsupported_claims_are_struck_and_cite_nothing(newsdesk: ModuleType) -> None:
    cuts = evidence(newsdesk.CUTS, "Amazon")
    answer = assemble(
        newsdesk.query(),
        [Draft("It moved to Mars.", (cuts,), 0.0, Status.UNSUPPORTED)],
        newsdesk.NEWS,
    )
    assert answer.text.startswith("~~It moved to Mars.~~ (not supported")
    assert answer.citations == ()
    assert answer.claims[0].citations == ()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It cut 14,000 jobs.", "It cut 14,000 jobs (wording not confirmed). [1]"),
        ("It cut 14,000 jobs", "It cut 14,000 jobs (wording not confirmed). [1]"),
        ("It said “no.”", "It said “no.” (wording not confirmed). [1]"),
    ],
)
def test_what_is_not_confirmed_is_marked_and_keeps_its_citation(
    newsdesk: ModuleType, said: str, shown: str
) -> None:
    cuts = evidence(newsdesk.CUTS, "Amazon")
    answer = assemble(newsdesk.query(), [Draft(said, (cuts,), 0.6, Status.PARTIAL)], newsdesk.NEWS)
    assert answer.text == shown
    assert answer.claims[0].text == said
    assert answer.claims[0].citations == (1,)
    assert answer.record()["claims"][0]["status"] == "partial"


def test_a_passage_that_was_not_retrieved_is_never_cited(newsdesk: ModuleType) -> None:
    cuts = evidence(newsdesk.CUTS, "Amazon")
    with pytest.raises(ValueError, match="not retrieved"):
        assemble(newsdesk.query(), [Draft("Amazon.", (cuts,))], [newsdesk.UPS])


def test_spans_stay_inside_their_passage(newsdesk: ModuleType) -> None:
    passage = newsdesk.UPS.passage
    for start, end in ((0, 50), (passage.start, passage.end + 1), (passage.start, passage.start)):
        with pytest.raises(ValueError, match="not inside"):
            Evidence(passage, start, end)


def test_rendering_adds_stops_and_disarms_brackets() -> None:
    claims = [Claim("A list item", (1,)), Claim("As in [12], yes!", (2,)), Claim("No source.", ())]
    assert render(claims) == "A list item. [1] As in (12), yes! [2] No source."


def test_abstaining_names_the_nearest_articles(newsdesk: ModuleType) -> None:
    answer = abstain(newsdesk.query(), newsdesk.NEWS, Reason.NOTHING_FOUND)
    assert answer.abstained
    assert answer.reason is Reason.NOTHING_FOUND
    assert answer.claims == answer.citations == ()
    assert "“UPS trims its network” (The Ledger, 28 October 2025)" in answer.text
    assert "[" not in answer.text
    assert answer.newest == "2025-10-28"


def test_who_wrote_it_is_told_where_it_is_asked(newsdesk: ModuleType) -> None:
    hit = newsdesk.NEWS[0]
    names = ("Ann Ode", "<b>Tom [Roe](http://x.test)</b>", "x" * 99, "Eve Lind")
    source = replace(hit.passage.source, authors=names)
    hits = [replace(hit, passage=replace(hit.passage, source=source))]
    asked = [
        abstain(newsdesk.query(question), hits, Reason.NOTHING_FOUND).text
        for question in ("Who wrote this article?", "Who's the author of the piece?")
    ]
    assert all("(by Ann Ode and Tom Roe, Harbor Wire" in text for text in asked)
    assert not any("x.test" in text or "Lind" in text for text in asked)
    far = newsdesk.query("Which journalist reported it?")
    assert "(by Ann Ode" in abstain(far, hits, Reason.NOTHING_FOUND, near=False).text
    other = abstain(newsdesk.query("Who runs Acme?"), hits, Reason.NOTHING_FOUND).text
    assert "Ode" not in other


def test_abstaining_on_chat_and_on_the_latest(newsdesk: ModuleType) -> None:
    chat = abstain(newsdesk.query("hello"), newsdesk.NEWS, Reason.NO_QUESTION)
    assert "Nearest" not in chat.text
    latest = newsdesk.query(order=Order.LATEST)
    late = abstain(latest, newsdesk.NEWS, Reason.NOT_YET_REPORTED, About(model="m"))
    assert "28 October 2025" in late.text
    assert late.model == "m"
    assert "Nearest" not in abstain(latest, newsdesk.NEWS, Reason.CONFLICT, near=False).text


def test_events_grow_to_the_answer(newsdesk: ModuleType) -> None:
    cuts = evidence(newsdesk.CUTS, "it will cut about 14,000 corporate jobs")
    answer = assemble(
        newsdesk.query(), [Draft("One.", (cuts,)), Draft("Two.", (cuts,))], newsdesk.NEWS
    )
    first, second, done = events(answer)
    assert isinstance(first, TextEvent)
    assert first.text == "One. [1]"
    assert isinstance(second, TextEvent)
    assert second.text == answer.text
    assert done == DoneEvent(answer)
    shown, ended = events(abstain(newsdesk.query(), (), Reason.NOTHING_FOUND))
    assert isinstance(shown, TextEvent)
    assert shown.citations == ()
    assert isinstance(ended, DoneEvent)


def test_plain_leaves_no_image_link_tag_or_address() -> None:
    text = (
        "See ![x](http://a/b.png) [this](http://a) <img src=x> **bold** http://b.example `c` 3 < 5"
    )
    assert plain(text) == "See this bold c 3 < 5"


def test_dates_and_titles(newsdesk: ModuleType) -> None:
    assert day("2025-03-03T10:00:00Z") == "3 March 2025"
    assert day(None) == ""
    assert nearest([newsdesk.UPS.passage] * 3).count("UPS trims") == 1
    assert newsdesk.query().as_of == date(2025, 11, 1)
