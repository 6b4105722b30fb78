"""Rendering is inert for any text, and shows exactly the cited spans."""

from __future__ import annotations

import html
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from rag.render import (
    Mark,
    answer_html,
    article_body,
    clip,
    copies,
    esc,
    facts,
    growing,
    in_context,
    keep,
    link,
    paragraph,
    rests_on,
    within,
)
from rag.types import Answer, Citation, Claim, Hit, Origin, Passage, Source, Status, Story

NASTY = "<script>alert(1)</script>\"'`${x}{{y}}{{{z}}}\\<img src=x onerror=alert(1)>\u202e\u200b"


class Tags(HTMLParser):
    """Collects the elements and attributes that a browser would make."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def source(**changes: object) -> Source:
    values: dict[str, object] = {
        "article_id": 1,
        "version": 1,
        "url": "https://a.example.com/x",
        "title": "Title",
        "publisher": "Wire",
        "authors": ("Ann",),
        "published": "2025-10-28",
        "published_from": Origin.META,
        "updated": None,
        "fetched": None,
        "language": "en",
        "story": Story(1, ("Wire",), 1),
    }
    return Source(**{**values, **changes})  # type: ignore[arg-type]


def an_answer(text: str = "It cut 14,000 jobs.", status: Status = Status.SUPPORTED) -> Answer:
    body = "Before. It cut 14,000 jobs. After."
    passage = Passage(7, source(title=NASTY, publisher=NASTY), 0, 0, len(body), body)
    citation = Citation(1, 1, 1, 7, passage.source.url, NASTY, NASTY, "2025-10-28", 8, 27, NASTY)
    return Answer(
        question=NASTY,
        text=text + " [1]",
        claims=(Claim(text, (1,), 0.9, status, (7, 13)),),
        citations=(citation,),
        hits=(Hit(passage, 1.0),),
        as_of=date(2025, 11, 1),
        newest="2025-10-28",
        notes=(NASTY,),
    )


@pytest.mark.parametrize("text", [NASTY, "a & b", "5 < 6 > 4", "x@children", "“quote”"])
def test_escaped_text_reads_back_and_holds_no_markup(text: str) -> None:
    made = esc(text)
    assert not re.search(r"[<>\"'`${}\\]", made)
    assert html.unescape(made) == re.sub("[\u202e\u200b]", "", text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.com",
        "https://",
        'https://a.example.com/"onclick="x',
        "https://a.example.com/\n",
        "http://[bad",
        "",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url) == ""


def test_a_web_address_becomes_a_link() -> None:
    assert (
        html.unescape(link("https://a.example.com/x?a=1&b=2")) == "https://a.example.com/x?a=1&b=2"
    )


@pytest.mark.parametrize("status", list(Status))
def test_a_hostile_answer_makes_only_our_elements(status: Status) -> None:
    record = keep(an_answer(NASTY, status), NASTY)
    tags = Tags(answer_html(record, NASTY))
    assert tags.names <= {"div", "p", "span", "a", "s", "strong", "ul", "li"}
    assert not any(name.startswith("on") for name in tags.attributes)
    growing_tags = Tags(growing(NASTY + " [1] ~~gone~~ [2]", apart=True))
    assert growing_tags.names <= {"p", "span", "s"}


def test_claims_show_their_standing_marks_and_focus() -> None:
    record = keep(an_answer(), "x")
    made = answer_html(record, "x")
    assert "<strong>14,000</strong>" in made
    assert 'data-n="1"' in made
    assert ">[1]</a>" in made
    disputed = answer_html(keep(an_answer(status=Status.DISPUTED), "x"), "x")
    assert "Disputed: another source gives another value." in disputed
    partial = answer_html(keep(an_answer(status=Status.PARTIAL), "x"), "x")
    assert '<span class="claim partial">' in partial
    assert ">Wording not confirmed<" in partial
    assert ">[1]</a>" in partial
    assert "Doubtful" not in partial
    record["claims"][0].update(status="partial", doubt="the source is less certain: “<may>”")
    doubtful = answer_html(record, "x")
    assert ">Doubtful<" in doubtful
    assert "the source is less certain: “&lt;may&gt;”" in doubtful
    struck = answer_html(keep(an_answer(status=Status.UNSUPPORTED), "x"), "x")
    assert "<s>" in struck


def test_a_focus_outside_the_claim_is_ignored() -> None:
    record = keep(an_answer(), "x")
    record["claims"][0]["focus"] = [5, 500]
    assert "<strong>" not in answer_html(record, "x")


def test_what_an_answer_rests_on() -> None:
    record = keep(an_answer(), "x")
    line = rests_on(record)
    assert "As of 1 November 2025" in line
    assert "newest article used: 28 October 2025" in line


def test_growing_text_keeps_marks_apart() -> None:
    made = growing("One. [1][2] Two. [3]", apart=True)
    assert made.count("<p>") == 2
    assert made.count('<span class="cite">') == 3
    assert growing("One. [1] Two.", apart=False).count("<p>") == 1
    assert growing("", apart=False) == ""


def test_a_span_is_highlighted_exactly() -> None:
    text = "First one.\n\nIt is about 14,000 jobs & more.\n\nLast."
    start = text.index("14,000")
    made = in_context(text, Mark(1, start, start + 6))
    assert '<mark id="src-1" data-n="1" tabindex="-1">14,000</mark>' in made
    assert "First" not in made
    assert "&amp; more" in made


def test_overlapping_spans_lose_no_text() -> None:
    text = "abcdefghij"
    made = within(text, 0, 10, [Mark(1, 2, 6), Mark(2, 4, 8), Mark(3, 4, 5), Mark(1, 9, 10)])
    assert re.sub(r"<[^>]+>", "", made) == text
    assert made.count('id="src-1"') == 1


def test_a_long_paragraph_is_cut_on_both_sides() -> None:
    text = "word " * 400 + "NEEDLE " + "word " * 400
    start = text.index("NEEDLE")
    made = in_context(text, Mark(1, start, start + 6))
    assert made.startswith("… ")
    assert made.endswith(" …")
    assert len(made) < 1200


def test_paragraph_over_two_paragraphs_takes_both() -> None:
    text = "A.\n\nB b.\n\nC c.\n\nD."
    assert text[slice(*paragraph(text, 5, 12))] == "B b.\n\nC c."


def test_a_whole_article_keeps_every_word_and_span() -> None:
    text = "# Head\n\nPara one <b>.\n\n- item one\n- item two\n\n## Sub {{x}}\n\nEnd."
    first, second = text.index("one <b>"), text.index("item two")
    made = article_body(text, [Mark(1, first, first + 3), Mark(2, second, second + 8)])
    assert Tags(made).names == {"h4", "p", "ul", "li", "mark"}
    assert ">one</mark>" in made
    assert ">item two</mark>" in made
    shown = html.unescape(re.sub(r"<[^>]+>", " ", made)).split()
    assert shown == re.sub(r"(?m)^(#+|-) ", "", text).split()


def test_facts_of_a_source() -> None:
    made = facts(source(updated="2025-11-02T10:00:00Z"))
    assert "28 October 2025" in made
    assert "from the page&#x27;s metadata" in made
    assert "updated 2 November 2025" in made
    assert "by Ann" in made
    assert "date unknown" in facts(source(published=None, published_from=Origin.UNKNOWN))
    assert copies(source()) == "1 independent source"
    shared = source(story=Story(1, ("Wire", "Post"), 2))
    assert copies(shared) == "1 independent source in 2 copies, also carried by Post"


def test_clip_cuts_at_a_space() -> None:
    assert clip("one two three", 9) == "one two…"
    assert clip("short", 9) == "short"
