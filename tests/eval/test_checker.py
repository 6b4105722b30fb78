from __future__ import annotations

import pytest

from eval.checker import Fault, check, exact, sentences, support

BARE: dict[str, list[object]] = {"hits": [], "citations": []}


def _texts(answer):
    return [(s.text, s.marks) for s in sentences(answer)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It fell. [1] It rose [2].", [("It fell.", (1,)), ("It rose.", (2,))]),
        ("It fell. [1][3] xAI rose. [2]", [("It fell.", (1, 3)), ("xAI rose.", (2,))]),
        ("It fell [1, 2].\n\n- It rose.[4-6]", [("It fell.", (1, 2)), ("It rose.", (4, 5, 6))]),
        ("The articles say:\n- It fell. [1]", [("It fell.", (1,))]),
        ("## News\nIt fell.\n[1]", [("It fell.", (1,))]),
        ("Mr. Huang of Acme Inc. spoke. He left.", [("Mr. Huang of Acme Inc. spoke.", ()),
                                                     ("He left.", ())]),
        ('He said "It fell." [1] Then more.', [('He said "It fell."', (1,)), ("Then more.", ())]),
        ("~~It sank.~~ (not supported by the articles) It rose. [1]", [("It rose.", (1,))]),
        ("The paper was good: [1] It rose. [2]",
         [("The paper was good:", (1,)), ("It rose.", (2,))]),
        ("It is $4.5B. [1]", [("It is $4.5B.", (1,))]),
        ("See [the page](https://x.org). [1]", [("See the page.", (1,))]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences(answer, expected):
    assert _texts(answer) == expected


def test_marks_cover_the_whole_of_their_claim():
    claims = [{"text": "It fell. It rose.", "citations": [1]}]
    assert [s.marks for s in sentences("It fell. It rose. [1] New.", claims)] == [(1,), (1,), ()]


def test_the_words_of_the_mark_are_no_part_of_the_sentence(records):
    shown = sentences("It fell (wording not confirmed). [1] It rose. [2]")
    assert [(s.text, s.marks, s.unconfirmed) for s in shown] == [
        ("It fell.", (1,), True), ("It rose.", (2,), False),
    ]  # fmt: skip
    invented = "The moon is made of green cheese"
    for mark, unmarked in ((" (wording not confirmed)", 0), ("", 1)):
        found = check({**records[0], "answer": f"{invented}{mark}. [1]", "claims": []})
        assert not found.sentences[0].supported
        assert len(found.unmarked) == unmarked


def test_right_answers_pass(records, lookup):
    for record in records:
        found = check(record, lookup)
        assert found.faults == {}
        assert all(s.supported and s.supporting == s.marks for s in found.sentences)
        assert not found.broken
        assert not found.dangling


def test_exactness_is_to_the_code_point(records, lookup):
    citation = records[0]["citations"][0]
    assert exact(citation, lookup)
    changes: list[dict[str, object]] = [
        {"start": 1}, {"end": citation["end"] + 1}, {"quote": "x"}, {"url": "y"},
        {"end": 10**9}, {"start": None}, {"quote": "", "start": 5, "end": 5},
    ]  # fmt: skip
    for change in changes:
        assert not exact({**citation, **change}, lookup)


def test_abstentions_have_nothing_to_check(records, lookup):
    assert check(records[-1], lookup).sentences == ()


def _cite(quote, **more):
    return {"url": "u", "quote": quote, "start": None, "end": None, **more}


@pytest.mark.parametrize(
    ("sentence", "quote", "full"),
    [
        ("Amazon will cut 14,000 jobs.", "Amazon is cutting 14,000 jobs.", True),
        ("Amazon will cut 15,000 jobs.", "Amazon is cutting 14,000 jobs.", False),
        ("Google will cut 14,000 jobs.", "Amazon is cutting 14,000 jobs.", False),
        ("Rubin ships in late 2026.", "Amazon is cutting 14,000 jobs.", False),
        ("The round, led by ASML, values it at 11.7 billion euros.",
         "ASML led the round, which values the company at €11.7bn.", True),
        ("Yes.", "Amazon is cutting 14,000 jobs.", False),
        ("And so it is.", "Anything.", True),
    ],
)  # fmt: skip
def test_support(sentence, quote, full):
    assert support(sentence, [_cite(quote)], BARE).full is full


def test_names_may_stand_in_the_title_and_the_rest_of_the_passage():
    quote = _cite("It will cut 14,000 jobs.", title="Amazon trims", start=10, end=34)
    record = {
        "citations": [],
        "hits": [{"url": "u", "start": 0, "end": 90, "text": "Andy Jassy wrote a memo."}],
    }
    assert support("Amazon will cut 14,000 jobs.", [quote], record).full
    assert support("Jassy's Amazon will cut 14,000 jobs.", [quote], record).full
    assert not support("Jassy's Amazon will cut 14,000 jobs.", [quote], BARE).full
    assert not support("Amazon will cut 14,000 jobs.", [], record).full


def test_dates_may_stand_in_the_day_of_publication():
    quote = _cite("Amazon cut the jobs on Tuesday.", published="2025-10-28")
    assert support("Amazon cut the jobs on 28 October 2025.", [quote], BARE).full
    assert not support("Amazon cut the jobs on 27 October 2025.", [quote], BARE).full


def test_a_needless_citation_is_not_precise():
    record = {
        "abstained": False, "answer": "Rubin ships in 2026. [1][2]", "claims": [], "hits": [],
        "citations": [{"n": 1, **_cite("Rubin ships in 2026.")},
                      {"n": 2, **_cite("Mistral raised money.")}],
    }  # fmt: skip
    only = check(record).sentences[0]
    assert only.supported
    assert only.supporting == (1,)


def test_two_quotes_may_support_together():
    record = {
        "abstained": False, "answer": "Rubin ships from Taiwan in 2026 and costs $30,000. [1][2]",
        "claims": [], "hits": [],
        "citations": [{"n": 1, **_cite("Rubin ships from Taiwan in 2026.")},
                      {"n": 2, **_cite("Rubin from Taiwan costs $30,000.")}],
    }  # fmt: skip
    only = check(record).sentences[0]
    assert only.supported
    assert only.supporting == (1, 2)


def test_a_mark_without_citation_is_dangling(records):
    record = {**records[0], "answer": records[0]["answer"].replace("[1]", "[1][7]")}
    found = check(record)
    assert found.dangling == (7,)
    assert found.sentences[0].supported
    assert found.precise == 1
    assert found.cited == 2


def test_faults_are_exclusive(records, lookup):
    record = {**records[0], "answer": "Amazon is cutting 15,000 corporate jobs. [1] "
              "Jeff Bezos bought Twitter from Elon Musk. [1]"}  # fmt: skip
    found = check(record, lookup)
    assert [s.fault for s in found.sentences] == [Fault.FIGURE, Fault.INVENTED]
    assert "15,000" in found.sentences[0].note
    assert sum(found.faults.values()) == 2
