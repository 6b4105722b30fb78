"""Cutting long sentences: exact, contiguous, answer kept."""

from __future__ import annotations

from rag.trim import WHOLE, trim
from rag.wanted import Found
from rag.words import stem

LONG = (
    "After a long summer in which little was heard of the company, its founders, who had met at "
    "school, told guests at a dinner in Porto that sales had doubled; Quillon raised $80 million "
    "in a round led by Northgate Ventures, while its older rival, which many had given up, "
    "quietly closed two of its offices in the north of the country."
)


def test_short_sentences_stay_whole() -> None:
    assert trim("It rose.", {}, None) == (0, 8)


def test_the_answer_and_its_subject_stay() -> None:
    assert len(LONG.split()) > WHOLE
    at = LONG.index("$80 million")
    weights = {stem(w): 2.0 for w in ("quillon", "raised", "round")}
    start, end = trim(LONG, weights, Found(at, at + 11, 1.0))
    kept = LONG[start:end]
    assert "Quillon raised $80 million" in kept
    assert len(kept.split()) < len(LONG.split()) / 2
    assert kept == kept.strip(" ,;")


def test_without_breaks_nothing_is_cut() -> None:
    text = "word " * 60
    assert trim(text.strip(), {"word": 1.0}, None) == (0, len(text.strip()))


def test_a_quotation_begins_as_a_sentence_does() -> None:
    text = (
        "Orin Vale, after years in which nobody outside the valley had heard of its strange lamps, "
        "was bought for $12 million by Halden Group, whose own lamps, sold in most of the "
        "countries of the north, had gone out of fashion some years before that."
    )
    assert len(text.split()) > WHOLE
    at = text.index("$12 million")
    weights = {stem(w): 2.0 for w in ("bought", "halden")}
    start, end = trim(text, weights, Found(at, at + 11, 1.0))
    assert text[start:end].startswith("Orin Vale")
    assert text[start:end].endswith("Halden Group")
