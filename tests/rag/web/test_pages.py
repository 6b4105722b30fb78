"""Suggestions, briefing, export, plots and adding, over real articles."""

from __future__ import annotations

import json
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError, StoreBusyError
from rag.feedback import FILE, Verdict, question_of, store_feedback
from rag.newsroom import Newsroom
from rag.render import keep
from rag.types import Turn
from rag.web import pages, views
from rag.web.briefing import brief, month
from rag.web.chats import Exchange, State
from rag.web.export import as_json, as_markdown, literal
from rag.web.intake import Intake, Job, neutral, stored_name
from rag.web.plots import months, shares, timeline
from rag.web.suggest import examples, follow_ups, from_title, people

QUESTION = "How many corporate jobs did Amazon cut in October 2025?"


def titled(newsroom: Newsroom, title: str) -> Any:
    return replace(newsroom.store.sources(1)[0], title=title, published="2025-09-03")


@pytest.mark.parametrize(
    ("title", "question"),
    [
        (
            "Meta invests $14.3 billion in Scale AI; Wang moves",
            "How much did Meta invest in Scale AI",
        ),
        (
            "Anthropic raises $13 billion at a price",
            "How much did Anthropic raise in September 2025",
        ),
        ("Amazon cuts 14,000 jobs as it turns", "How many jobs did Amazon cut in September 2025"),
        ("New York Times sues OpenAI", "Whom did New York Times sue"),
        ("California enacts SB 53", "What did California enact in September 2025"),
    ],
)
def test_titles_become_questions(newsroom: Newsroom, title: str, question: str) -> None:
    assert from_title(titled(newsroom, title)) == question + "?"


@pytest.mark.parametrize("title", ["AI capital spending: the numbers", "", "cuts", "A " * 200])
def test_other_titles_become_none(newsroom: Newsroom, title: str) -> None:
    assert from_title(titled(newsroom, title)) is None


def test_people_are_asked_about() -> None:
    text = "said chief executive Andy Jassy. CEO Jane van Dyk said nothing."
    assert next(people(text)) == "What did Andy Jassy say?"


def test_examples_are_answered_from_their_article(newsroom: Newsroom) -> None:
    found = examples(newsroom)
    assert found
    for question in found:
        answer = newsroom.ask(question)
        assert not answer.abstained
        assert answer.citations


def test_follow_ups_don_t_repeat_the_question(newsroom: Newsroom) -> None:
    answer = newsroom.ask(QUESTION)
    sources = {h.passage.source.url: h.passage.source for h in answer.hits}
    found = follow_ups(keep(answer, "x"), sources, [QUESTION])
    assert len(found) <= 3
    assert QUESTION not in found


def test_a_briefing_joins_reports_of_one_event(newsroom: Newsroom) -> None:
    items = brief(newsroom, "Amazon job cuts", date(2025, 10, 1), date(2025, 10, 31))
    story = next(i for i in items if any("14,000" in p.source.title for p in (i.lead, *i.others)))
    assert {"Harbor Business Review", "Northbridge Wire"} <= set(story.publishers)
    text = newsroom.store.article(story.lead.source.url).text
    assert story.told is not None
    quoted = story.told.evidence
    assert text[quoted.start : quoted.end] == story.told.sentence.text
    assert [i.day for i in items] == sorted((i.day for i in items), reverse=True)
    everything = brief(newsroom, "", date(2025, 12, 1), date(2025, 12, 31))
    assert everything
    assert all(i.day.startswith("2025-12") for i in everything)
    assert brief(newsroom, "chips", date(1999, 1, 1), date(1999, 1, 31)) == []
    shown = pages.briefing(items, "Amazon", "October 2025")
    assert "independent source" in shown


def test_months_have_a_first_and_a_last_day() -> None:
    assert month("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert month("2025-12") == (date(2025, 12, 1), date(2025, 12, 31))


def test_the_timeline_is_well_formed_and_in_order(newsroom: Newsroom) -> None:
    base = {"version": 1, "title": "A & <b> BASE", "publisher": None}
    cited = [
        {**base, "n": 1, "url": "a", "published": "2025-01-01"},
        {**base, "n": 2, "url": "b", "published": "2024-01-01"},
        {**base, "n": 3, "url": "c", "published": "2025-01-01"},
        {**base, "n": 4, "url": "d", "published": None},
    ]
    root = ET.fromstring(timeline(cited))
    dots = [g for g in root if g.get("data-n")]
    assert [g.get("data-n") for g in dots] == ["2", "1", "3"]
    places = [g.get("transform") for g in dots]
    assert len(set(places)) == 3
    assert timeline(cited[:1]) == ""
    assert timeline([]) == ""


def test_months_without_articles_keep_their_place() -> None:
    root = ET.fromstring(months({"2024-11": 2, "2025-02": 4}))
    assert len([g for g in root if g.tag == "g"]) == 4
    assert months({}) == ""
    assert "width:50.0%" in shares({"A": 4, "<B>": 2})


def test_evidence_counts_independent_sources(newsroom: Newsroom) -> None:
    record = keep(newsroom.ask(QUESTION), "x")
    shown = views.evidence(record, newsroom.store, "x")
    assert "<mark id=" in shown
    urls = {c["url"] for c in record["citations"]}
    assert shown.count('class="card"') == len(urls)
    moved = [{**c, "url": "https://gone.example.com"} for c in record["citations"]]
    gone = {**record, "citations": moved}
    assert "removed since" in views.evidence(gone, newsroom.store, "x")
    assert "no longer stored" in views.whole_article(record, newsroom.store, "x", "https://no", 1)


def test_corpus_pages(newsroom: Newsroom) -> None:
    stats = newsroom.store.stats()
    assert f"<b>{stats.articles}</b> articles" in pages.corpus(stats)
    rows = pages.listing(newsroom.store.sources(5), editable=True)
    assert rows.count('data-act="remove"') == 5
    assert 'data-act="remove"' not in pages.listing(newsroom.store.sources(5), editable=False)
    assert "No article" in pages.listing([], editable=True)
    assert "no articles yet" in views.welcome(replace(stats, articles=0))


def test_export_numbers_run_through_and_text_is_literal(newsroom: Newsroom) -> None:
    record = keep(newsroom.ask(QUESTION), "x")
    done = Exchange("x", "What *about* <b>this</b>?", State.DONE, record["answer"], record)
    stopped = Exchange("y", "Stopped?", State.STOPPED, "half")
    markdown = as_markdown([done, stopped, done])
    count = len(record["citations"])
    defined = re.findall(r"^\[\^(\d+)\]: ", markdown, re.MULTILINE)
    assert defined == [str(n) for n in range(1, 2 * count + 1)]
    assert "\\*about\\* \\<b\\>this" in markdown
    assert "*half*" in markdown
    rows = json.loads(as_json([done, stopped]))
    assert rows[0]["citations"]
    assert rows[1]["state"] == "stopped"
    assert literal("a\nb | `c`") == "a b \\| \\`c\\`"


def test_feedback_is_a_question_file(newsroom: Newsroom, tmp_path: Path) -> None:
    from eval.dataset import read_questions

    record = keep(newsroom.ask(QUESTION), "one")
    history = [Turn("user", "Hello?")]
    good = question_of(record, history, Verdict(True), "2025-11-01T10:00:00")
    store_feedback(tmp_path, good)
    bad = Verdict(False, ("should_abstain",), "nothing")
    store_feedback(tmp_path, question_of({**record, "id": "two"}, (), bad, "now"))
    store_feedback(tmp_path, good)
    questions, problems = read_questions(tmp_path / FILE)
    assert problems == []
    assert [q.id for q in questions] == ["feedback-two", "feedback-one"]
    assert questions[0].unanswerable
    assert questions[1].answer == record["answer"]
    assert questions[1].history == tuple(history)
    (tmp_path / FILE).write_text("broken\n", encoding="utf-8")
    store_feedback(tmp_path, good)
    assert "broken" in (tmp_path / FILE).read_text(encoding="utf-8")


def work_of(done: list[list[str]], report: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def work(targets: Sequence[str], told: Any, stop: threading.Event) -> dict[str, Any]:
        done.append(list(targets))
        return report

    return work


def test_adding_keeps_uploads_and_reports(tmp_path: Path) -> None:
    done: list[list[str]] = []
    intake = Intake(tmp_path, work_of(done, {"added": 1, "rejected": [{"what": "x: bad"}]}))
    upload = tmp_path / "my news!.md"
    upload.write_text("text", encoding="utf-8")
    job = intake.add("https://a.example.com https://b.example.com", [str(upload)])
    assert job.over.wait(5)
    assert done[0][:2] == ["https://a.example.com", "https://b.example.com"]
    assert Path(done[0][2]).read_text(encoding="utf-8") == "text"
    assert list((tmp_path / "incoming").glob("*.job.json")) == []
    assert "1 added" in pages.job(job)
    assert "x: bad" in pages.job(job)
    assert intake.job is job


@pytest.mark.parametrize(
    ("addresses", "uploads", "said"),
    [
        ("", (), "nothing to add"),
        ("/etc/passwd", (), "no web address"),
        ("file:///etc/passwd", (), "no web address"),
        ("", ("/tmp/x.exe",), "x.exe: of no known kind"),
        ("", ("/tmp/notes.txt.gz",), "notes.txt.gz: of no known kind; .* .jsonl.gz$"),
        ("https://a.example.com " * 201, (), "200 is the most"),
    ],
)
def test_what_may_not_be_added_is_named(
    tmp_path: Path, addresses: str, uploads: tuple[str, ...], said: str
) -> None:
    intake = Intake(tmp_path, work_of([], {}))
    with pytest.raises(InputError, match=said):
        intake.add(addresses, uploads)


def sent(folder: Path, name: str, text: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_uploads_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    done: list[list[str]] = []
    intake = Intake(tmp_path / "home", work_of(done, {}))
    one, two = (sent(tmp_path / n, "notes.txt", f"text {n}") for n in "ab")
    three = sent(tmp_path / "c", "notes.txt", "text c")
    packed = sent(tmp_path / "c", "Feed.jsonl.gz", "x"), sent(tmp_path / "d", "Feed.jsonl.gz", "y")
    for uploads in ([one, two], [two, one], [three], list(packed)):
        assert intake.add("", uploads).over.wait(5)
    names = [[Path(target).name for target in job] for job in done]
    assert names == [
        ["notes.txt", "notes-2.txt"],
        ["notes-2.txt", "notes.txt"],
        ["notes-3.txt"],
        ["Feed.jsonl.gz", "Feed-2.jsonl.gz"],
    ]
    assert [Path(t).read_text(encoding="utf-8") for t in done[0]] == ["text a", "text b"]
    assert not list((tmp_path / "home" / "incoming" / "files").glob("*.part"))


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("😀😀.txt", "upload.txt"),
        (".txt", "upload.txt"),
        ("../..\\x y.MD", "x-y.MD"),
        ("Zürich 3.5.pdf", "Zürich-3.5.pdf"),
        ("a" * 300 + ".jsonl.gz", "a" * 100 + ".jsonl.gz"),
    ],
)
def test_stored_names_keep_their_kind(name: str, stored: str) -> None:
    assert "".join(stored_name(name)) == stored


def test_a_killed_server_takes_jobs_up_again(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "abc.job.json").write_text('["https://a.example.com"]', encoding="utf-8")
    (folder / "bad.job.json").write_text("{", encoding="utf-8")
    done: list[list[str]] = []
    intake = Intake(tmp_path, work_of(done, {"added": 1}))
    intake.resume()
    assert intake.job is not None
    assert intake.job.over.wait(5)
    assert done == [["https://a.example.com"]]
    assert "Done after a restart of the server: 1 added" in pages.job(intake.job)
    assert list(folder.glob("*.job.json")) == []


def test_a_job_waits_while_another_process_writes_and_says_errors(tmp_path: Path) -> None:
    tries: list[int] = []

    def work(targets: Sequence[str], told: Any, stop: threading.Event) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise StoreBusyError("busy")
        if targets == ["https://bad.example.com"]:
            raise InputError("https://bad.example.com: answered 404")
        return {"added": 2}

    intake = Intake(tmp_path, work)
    first, second = intake.add("https://a.example.com"), intake.add("https://bad.example.com")
    assert first.over.wait(10)
    assert first.report == {"added": 2}
    assert second.over.wait(10)
    assert "404" in pages.job(second)
    assert pages.job(None) == ""
    assert "0 of 0 passages" in pages.job(Job("x", []))
    assert "Going on after a restart" in pages.job(Job("x", [], again=True))
    intake.close()


def test_an_upload_s_address_says_nothing_of_the_server(tmp_path: Path) -> None:
    kept = (tmp_path / "incoming" / "files" / "notes.txt").as_uri()
    assert neutral(kept, tmp_path) == "upload:notes.txt"
    for other in ("https://example.com/incoming/files/x", (tmp_path / "notes.txt").as_uri()):
        assert neutral(other, tmp_path) == other


def test_numbers_agree_with_their_words(newsroom: Newsroom) -> None:
    one = replace(newsroom.store.stats(), articles=1, stories=1, passages=1, pending=1)
    assert "1 article, 1 independent story</p>" in views.as_of(one, "2025-11-01")
    assert "<b>1</b> passage waiting to be indexed</div>" in pages.corpus(one)
    assert views.number(2300, "article", "articles") == "2,300 articles"
