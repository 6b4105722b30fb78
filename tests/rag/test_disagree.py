"""Marks on a model's sentences where other reports give another value, through the chain."""

from __future__ import annotations

import pytest

from rag.answer import Draft, Evidence
from rag.disagree import marked, rivals
from rag.types import Status, TextEvent

SAID = "Amazon will cut about 14,000 corporate jobs."


def evidence(hit):
    passage = hit.passage
    return Evidence(passage, passage.start, passage.end)


@pytest.fixture
def report(newsdesk):
    def make(n, published, text, publisher="The Ledger", title="Amazon jobs"):
        return newsdesk.hit(n, title, publisher, published, text)

    return make


@pytest.fixture
def ask(serve, servers, chain, llm_settings, newsdesk):
    def run(reply, *hits, question=newsdesk.HOW_MANY):
        answerer = chain(llm_settings(serve(servers.says(reply))))
        events = list(answerer.answer(newsdesk.query(question), hits))
        newsdesk.check_citations(newsdesk.last(events), hits)
        assert isinstance(events[-2], TextEvent)
        return newsdesk.last(events)

    return run


MORE = "Amazon will cut about 30,000 corporate jobs, people familiar with the plans said."


def test_a_report_of_the_same_days_disputes_it(ask, newsdesk, report):
    answer = ask(f"{SAID} [1]", newsdesk.CUTS, report(5, "2025-10-30", MORE))
    assert [(c.text, c.status) for c in answer.claims] == [
        (SAID, Status.DISPUTED),
        (MORE, Status.DISPUTED),
    ]
    assert {c.url for c in answer.citations} == {"https://example.com/1", "https://example.com/5"}
    assert answer.notes == (
        f"The articles give different figures: beside “{SAID}” (Harbor Wire, 28 October 2025), "
        "30,000 (The Ledger, 30 October 2025).",
    )
    assert answer.model == "openai:scripted"


def test_a_later_report_supersedes_it(ask, newsdesk, report):
    answer = ask(f"{SAID} [1]", newsdesk.CUTS, report(5, "2025-12-30", MORE))
    assert [c.status for c in answer.claims] == [Status.SUPERSEDED, Status.SUPPORTED]
    assert "30,000" in answer.claims[1].text


def test_an_older_report_is_named_but_marks_nothing(ask, newsdesk, report):
    answer = ask(f"{SAID} [1]", newsdesk.CUTS, report(5, "2025-08-30", MORE))
    assert [(c.text, c.status) for c in answer.claims] == [(SAID, Status.SUPPORTED)]
    assert "30,000 (The Ledger, 30 August 2025, since replaced)" in answer.notes[0]


def test_both_sides_told_by_the_model_are_both_marked(ask, newsdesk, report):
    answer = ask(
        f"{SAID} [1] {MORE} [2]",
        newsdesk.CUTS,
        report(5, "2025-10-30", MORE),
    )
    assert [c.status for c in answer.claims] == [Status.DISPUTED, Status.DISPUTED]
    assert len({c.citations for c in answer.claims}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Amazon will cut about 14,100 corporate jobs.",  # the same, rounded
        "UPS will cut about 30,000 corporate jobs.",  # another company
        "Amazon will cut about 30,000 warehouse robots.",  # another thing
        "Amazon will not cut 30,000 corporate jobs.",  # denied
        "Amazon cut about 30,000 corporate jobs in 2022, and will cut about 14,000 corporate jobs.",
        "Amazon employs 350,000 corporate workers.",
        "Amazon could cut 30,000 trees near its corporate campus.",
    ],
)
def test_other_things_are_no_dispute(ask, newsdesk, report, text):
    answer = ask(f"{SAID} [1]", newsdesk.CUTS, report(5, "2025-10-30", text, title="Jobs"))
    assert [(c.text, c.status) for c in answer.claims] == [(SAID, Status.SUPPORTED)]
    assert answer.notes == ()


def test_copies_of_one_story_do_not_dispute_each_other(newsdesk, report):
    import dataclasses

    other = report(5, "2025-10-30", MORE).passage
    draft = Draft(SAID, (evidence(newsdesk.CUTS),))
    assert [r.words for r in rivals(draft, [other])] == ["30,000"]
    same = dataclasses.replace(
        other, source=dataclasses.replace(other.source, story=newsdesk.CUTS.passage.source.story)
    )
    assert rivals(draft, [same]) == []


def test_several_rivals_are_listed_newest_first(ask, newsdesk, report):
    answer = ask(
        f"{SAID} [1]",
        newsdesk.CUTS,
        report(5, "2025-10-26", MORE),
        report(6, "2025-10-30", "Amazon will cut about 20,000 corporate jobs.", "Wire"),
    )
    assert answer.claims[0].status is Status.DISPUTED
    first, second = answer.notes[0].index("20,000"), answer.notes[0].index("30,000")
    assert first < second


def test_money_and_percentages_are_compared_too(ask, newsdesk, report):
    saving = "Amazon expects the cuts to save $8 billion a year."
    answer = ask(
        f"{saving} [1]",
        newsdesk.CUTS,
        report(5, "2025-10-29", "Amazon expects the cuts to save $3 billion a year."),
        question="How much does Amazon expect the cuts to save?",
    )
    assert answer.claims[0].status is Status.DISPUTED
    assert "$3 billion" in answer.claims[1].text


def test_layoffs_long_before_are_other_layoffs(ask, newsdesk, report):
    answer = ask(f"{SAID} [1]", newsdesk.CUTS, report(5, "2024-10-30", MORE))
    assert [c.status for c in answer.claims] == [Status.SUPPORTED]
    assert answer.notes == ()


OPENS = "Harrow will open its plant in Ashby on June 5."


def said(newsdesk, n, published, text, title="Harrow in Ashby"):
    return newsdesk.hit(n, title, f"Paper {n}", published, text)


@pytest.mark.parametrize(
    ("published", "text", "statuses"),
    [
        ("2025-05-03", "Harrow will open its plant in Ashby on June 12.", ["disputed"] * 2),
        ("2025-05-30", "Harrow will open its plant in Ashby on June 12.",
         ["superseded", "supported"]),
        ("2025-05-03", "Harrow will open its plant in Ashby on June 5, it said.", ["supported"]),
        ("2025-05-03", "Harrow will open its plant in Lyon on June 12.", ["supported"]),
        ("2025-05-03", "Harrow will close its plant in Ashby on June 12.", ["supported"]),
        ("2025-05-03", "Harrow may open its plant in Ashby on June 12.", ["supported"]),
        ("2024-05-03", "Harrow will open its plant in Ashby on June 12.", ["supported"]),
    ],
)  # fmt: skip
def test_another_date_for_the_same_event(newsdesk, published, text, statuses):
    first = said(newsdesk, 1, "2025-05-02", OPENS)
    other = said(newsdesk, 2, published, text)
    drafts, notes = marked([Draft(OPENS, (evidence(first),))], [first.passage, other.passage])
    assert [draft.status.value for draft in drafts] == statuses
    assert [("June 12" in line and "dates" in line) for line in notes] == [True] * (
        statuses != ["supported"]
    )


LEADS = "Ravi Menon is the chief executive of Dunmore."


@pytest.mark.parametrize(
    ("published", "text", "status"),
    [
        ("2025-08-14", "Dunmore named Ilse Brandt as chief executive on Thursday.", "superseded"),
        ("2024-08-14", "Dunmore CEO Ilse Brandt said that demand was strong.", "supported"),
        ("2025-08-14", "Dunmore CEO Ravi Menon said that demand was strong.", "supported"),
        ("2025-08-14", "Ilse Brandt becomes chief executive of Dunmore Cloud.", "supported"),
        ("2025-08-14", "Ilse Brandt may become chief executive of Dunmore.", "supported"),
        ("2025-08-14", "Ilse Brandt becomes finance chief of Dunmore.", "supported"),
        ("2025-08-14", "Ilse Brandt, former chief executive of Dunmore, agreed.", "supported"),
    ],
)
def test_a_later_holder_of_an_office_supersedes(newsdesk, published, text, status):
    first = said(newsdesk, 1, "2025-02-14", f"{LEADS} He spoke on Monday.", "Dunmore")
    other = said(newsdesk, 2, published, text, "Dunmore")
    drafts, notes = marked([Draft(LEADS, (evidence(first),))], [first.passage, other.passage])
    assert drafts[0].status.value == status
    if status == "superseded":
        assert "Ilse Brandt" in drafts[1].text
        assert "different people" in notes[0]
    else:
        assert len(drafts) == 1
        assert notes == []
