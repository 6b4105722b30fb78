from datetime import date

import pytest

from rag.parts import MAX_PARTS, split

TODAY = date(2025, 11, 12)


@pytest.mark.parametrize(
    "question",
    [
        "How many jobs did Amazon cut in October 2025?",
        "Who founded SSI?",
        "What did OpenAI and Microsoft agree on?",
        "Which former PM hit the headlines this week with their plan for reform?",
        "",
        "???",
    ],
)
def test_one_part(question):
    assert split(question, TODAY) == ()


def test_clauses_take_the_subject_of_the_first():
    first, second = split(
        "What was Anthropic valued at in May 2024, and what value did its March 2025 round set?",
        TODAY,
    )
    assert first == "What was Anthropic valued at in May 2024?"
    assert second.startswith("what value did its March 2025 round set")
    assert "Anthropic" in second
    assert "2024" not in second


def test_an_elliptic_clause_is_the_first_at_another_time():
    parts = split("What did Nvidia earn in May 2024, and what in June 2025?", TODAY)
    assert parts == ("What did Nvidia earn in May 2024?", "What did Nvidia earn in June 2025?")


def test_background_goes_with_every_part():
    parts = split(
        "SoftBank sold its Nvidia stake. What was it worth in 2024, and what in 2025?", TODAY
    )
    assert len(parts) == 2
    assert all("SoftBank" in part for part in parts)


@pytest.mark.parametrize(
    "question",
    [
        "Which is bigger, Suno's raise in May or Pika's Series B in June?",
        "How do Suno and Pika differ on licensing?",
        "Compare the funding of Suno and Pika.",
        "Suno vs Pika pricing?",
        "How does Suno's price compare with Pika's?",
        "What did Suno and Pika each raise?",
    ],
)
def test_two_things_compared(question):
    first, second = split(question, TODAY)
    assert "Suno" in first
    assert "Pika" not in first
    assert "Pika" in second
    assert "Suno" not in second


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("How does R1's API price compare with o1's?", "o1's API price?"),
        ("How does Suno's training compute compare with Pika 2?", "Pika 2's training compute?"),
        (
            "Compare what Anthropic charged for Opus with Haiku.",
            "what Anthropic charged for Haiku?",
        ),
        ("Compare the size of Nemotron-4 and Llama 3.1's model.", "the size of Llama 3.1's model?"),
        ("Compare Suno's revenue with Pika's", "Pika's revenue?"),
    ],
)
def test_the_second_thing_takes_the_words_of_the_first(question, second):
    assert split(question, TODAY)[1] == second


def test_a_tail_belongs_to_both():
    assert split("Compare Suno and Pika pricing", TODAY) == ("Suno pricing?", "Pika pricing?")


def test_a_short_clause_keeps_the_background_despite_its_own_name():
    _, second = split("How much did Amazon put into Anthropic, and how much did Google?", TODAY)
    assert "Anthropic" in second


def test_change_over_time():
    parts = split("How did OpenAI's valuation change between March 2024 and May 2025?", TODAY)
    assert [("March 2024" in p, "May 2025" in p) for p in parts] == [(True, False), (False, True)]


def test_a_bracketed_subject_goes_with_every_clause():
    parts = split("What is it built on, and what did they remove (Perplexity R1 1776)?", TODAY)
    assert len(parts) == 2
    assert all(part.count("Perplexity R1 1776") == 1 for part in parts)


def test_never_more_than_the_limit():
    text = ", and what did Meta do in ".join(
        ["What did Meta do in 2010", *map(str, range(2011, 2024))]
    )
    assert len(split(text + "?", TODAY)) <= MAX_PARTS
