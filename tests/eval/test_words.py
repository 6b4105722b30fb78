from __future__ import annotations

import pytest

from eval.words import (
    contains,
    exact_match,
    first_words,
    plain,
    squad_normalise,
    token_f1,
    without_marks,
    words,
)


def test_markdown_is_removed():
    text = "## Head\n- **SD3** [Medium](https://x.org/a_(b)) is `out` ![logo](i.png) *now*\n> _so_"
    assert plain(text) == "Head SD3 Medium is out logo now so"


def test_marks_are_removed_but_not_links():
    assert without_marks("It fell. [1][2] Then [3, 4] up [5-7] [8](x).") == (
        "It fell. Then up [8](x)."
    )


def test_words_keep_numbers_and_names_whole():
    assert words("GPT-4o cost $14,000 – AT&T's C++.") == ["GPT-4o", "cost", "14,000", "AT&T's",
                                                          "C++"]  # fmt: skip


def test_first_words_cut_after_the_word():
    assert first_words("One, two three. Four", 3) == "One, two three"
    assert first_words("One two", 9) == "One two"


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("It cut 14,000 jobs", "14,000", True),
        ("It cut 14,000 jobs", "14", False),
        ("in 2014 it", "14", False),
        ("$8.5B", "8", False),
        ("$8.5B", "5B", False),
        ("It was 14.", "14", True),
        ("**Jakub Pachocki**’s", "pachocki's", True),
        ("He saw Squid Game", "“Squid Game”", True),
        ("C$650.88 back", "650.88", True),
        ("anything", "", False),
        ("scored 73.0 percent", "73", True),
        ("scored 73.05 percent", "73", False),
        ("1 and 14, or 4", "4", True),
    ],
)
def test_contains(text, form, expected):
    assert contains(text, form) is expected


def test_squad_normalisation():
    # the four steps of SQuAD's script: lower, punctuation, articles, white space
    assert squad_normalise("The  Eiffel-Tower, a\ttower!") == "eiffeltower tower"
    assert exact_match("the Denver Broncos.", "Denver Broncos")
    assert not exact_match("Broncos", "Denver Broncos")


@pytest.mark.parametrize(
    ("said", "gold", "f1"),
    [
        ("Denver Broncos", "the Denver Broncos", 1.0),
        ("Broncos", "Denver Broncos", 2 / 3),  # precision 1, recall 1/2
        ("the team of Denver Broncos won", "Denver Broncos", 4 / 7),  # 2/5 and 1
        ("gold gold", "gold", 2 / 3),  # repeated tokens count once
        ("", "", 1.0),
        ("", "gold", 0.0),
        ("silver", "gold", 0.0),
    ],
)
def test_token_f1(said, gold, f1):
    assert token_f1(said, gold) == pytest.approx(f1)
