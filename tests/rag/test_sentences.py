"""Sentences with exact offsets."""

from __future__ import annotations

import pytest

from rag.sentences import Block, split


def texts(text: str) -> list[str]:
    found = split(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    return [s.text for s in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It rose. It fell.", ["It rose.", "It fell."]),
        ("Revenue was $3.7 billion. It grew.", ["Revenue was $3.7 billion.", "It grew."]),
        ("Mr. Roe met Dr. J. K. Poe. They spoke.", ["Mr. Roe met Dr. J. K. Poe.", "They spoke."]),
        ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
        ("He lives in the U.S. The law changed.", ["He lives in the U.S.", "The law changed."]),
        ("Acme Inc. has grown. Good.", ["Acme Inc. has grown.", "Good."]),
        ("Acme Inc. Chief Ann Lee left.", ["Acme Inc. Chief Ann Lee left."]),
        ("See No. 5 in Oct. 2024.", ["See No. 5 in Oct. 2024."]),
        ("“Go!” he said. “Why?” She left.", ["“Go!” he said.", "“Why?”", "She left."]),
        ("Yahoo! said so.", ["Yahoo! said so."]),
        ("Well… maybe. Yes.", ["Well… maybe.", "Yes."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_prose(text: str, wanted: list[str]) -> None:
    assert texts(text) == wanted


def test_items_quotations_and_rules() -> None:
    text = "# Head\n\n- First thing. More of it.\n- Second\n\n> Quoted words.\n\n---\n1. One\n"
    assert texts(text) == ["First thing.", "More of it.", "Second", "Quoted words.", "One"]
    blocks = [s.block for s in split(text)]
    assert blocks == [Block.ITEM, Block.ITEM, Block.ITEM, Block.PROSE, Block.ITEM]
    assert [s.first for s in split(text)] == [True, False, True, True, True]


def test_headings_only_when_asked() -> None:
    text = "## A heading. Of two\n\nText."
    assert texts(text) == ["Text."]
    assert [s.text for s in split(text, headings=True)] == ["A heading. Of two", "Text."]


def test_a_wrapped_paragraph_is_one_block() -> None:
    text = (
        "The company announced on Tuesday that it would move its\n"
        "offices to Lisbon. Nobody was told before.\n\nNext."
    )
    assert texts(text)[0].endswith("offices to Lisbon.")
    assert len(texts(text)) == 3


def test_table_rows_stay_whole() -> None:
    assert texts("| Year | Sum. |\n|---|---|\n| 2024 | 3. Yes |") == [
        "| Year | Sum. |",
        "| 2024 | 3. Yes |",
    ]
