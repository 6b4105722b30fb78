"""Tokens, stems and words of like meaning."""

from __future__ import annotations

import pytest

from rag.words import alike, content, fold, hyphened, opposed, stem, tokens


def test_tokens_keep_names_and_numbers_whole() -> None:
    text = "GPT-4o cost $14,000.50 in the U.S., Amazon’s 41% share"
    assert [t.text for t in tokens(text)] == [
        "GPT-4o", "cost", "14,000.50", "in", "the", "U.S.", "Amazon’s", "41%", "share",
    ]  # fmt: skip
    assert all(text[t.start : t.end] == t.text for t in tokens(text))


def test_a_hyphen_that_keeps_a_name_in_one_line_is_a_hyphen() -> None:
    text = "GPT\u20115.2 and open\u2010weight"
    assert [t.text for t in tokens(text)] == ["GPT-5.2", "and", "open-weight"]
    assert content(text) == content("GPT-5.2 and open-weight")
    assert len(hyphened(text)) == len(text)


def test_a_comma_after_a_number_is_none_of_it() -> None:
    assert [t.text for t in tokens("In 2025, 14,000, or 3.5%, left")] == [
        "In", "2025", "14,000", "or", "3.5%", "left",
    ]  # fmt: skip


def test_fold() -> None:
    assert fold("Gharbi’s") == "gharbi"
    assert fold("Michaël") == "michael"


@pytest.mark.parametrize(
    ("left", "right"),
    [("jobs", "job"), ("cutting", "cuts"), ("bought", "buying"), ("companies", "company"),
     ("released", "releases"), ("founded", "found"), ("said", "says")],
)  # fmt: skip
def test_one_stem(left: str, right: str) -> None:
    assert stem(left) == stem(right)


def test_alike() -> None:
    assert alike(stem("jobs"), stem("positions"))
    assert alike(stem("bought"), stem("acquired"))
    assert alike(stem("completion"), stem("completed"))
    assert not alike(stem("profit"), stem("chip"))


def test_opposed() -> None:
    assert opposed({stem("rose")}, {stem("fell")})
    assert opposed({stem("rose")}, {stem("fell"), stem("rise")}) is None


def test_content_leaves_out_stop_words() -> None:
    assert content("The cuts of the company") == [stem("cuts"), stem("company")]
    assert content("what is it?") == []
