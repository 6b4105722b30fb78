from datetime import date

import pytest

from rag.followup import leans, names, standalone
from rag.types import Turn

TODAY = date(2025, 11, 12)
HISTORY = (
    Turn("user", "How much did Anthropic raise in its March 2025 round?"),
    Turn("assistant", "Anthropic raised $3.5 billion at a $61.5 billion valuation [1]."),
)


def resolve(question: str, history=HISTORY) -> str:
    return standalone(question, history, TODAY)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What about OpenAI?", "How much did OpenAI raise in its March 2025 round?"),
        ("And Mistral?", "How much did Mistral raise in its March 2025 round?"),
        ("what about 2024?", "How much did Anthropic raise in its 2024 round?"),
        ("And in May 2023?", "How much did Anthropic raise in its May 2023 round?"),
        ("How about Google in June 2024?", "How much did Google raise in its June 2024 round?"),
        (
            "What about Cohere that same month?",
            "How much did Cohere raise in its March 2025 round?",
        ),
    ],
)
def test_ellipsis_takes_over_the_earlier_question(question, expected):
    assert resolve(question) == expected


@pytest.mark.parametrize(
    "question", ["Who led it?", "And how many investors took part?", "Why?", "Did they say more?"]
)
def test_leaning_questions_get_the_subject(question):
    found = resolve(question)
    assert found.startswith(question.rstrip("?"))
    assert "Anthropic" in found
    assert "$3.5" in found
    assert "[1]" not in found
    assert found.endswith("?")


@pytest.mark.parametrize(
    "question",
    [
        "Who is the CEO of Google?",
        "When was GPT-4o released?",
        "Which companies did Nvidia invest in this year?",
        "What did Meta say about its own plans?",
    ],
)
def test_new_subjects_stand_alone(question):
    assert resolve(question) == question


def test_without_history_nothing_changes():
    assert resolve("Who led it?", ()) == "Who led it?"
    assert resolve("", HISTORY) == ""
    assert resolve("Who led it?", (Turn("assistant", "Hello, ask me."),)) == "Who led it?"


def test_a_chain_of_follow_ups_keeps_the_subject():
    history = (*HISTORY, Turn("user", "Who led it?"), Turn("assistant", "Lightspeed led it."))
    found = resolve("And what else do they own?", history)
    assert "Lightspeed" in found
    assert "Anthropic" in found


def test_relative_times_count_from_the_history():
    assert "April 2025" in resolve("What did they announce the month after?")
    assert "2026" in resolve("And what is planned for the following year?")
    assert "in March 2025" in resolve("Did they hire anyone that same month?")


def test_the_last_exchange_wins():
    history = (*HISTORY, Turn("user", "Who runs Mistral?"), Turn("assistant", "Arthur Mensch."))
    found = resolve("Where did he work before?", history)
    assert "Mensch" in found
    assert "Anthropic" not in found


def test_names():
    text = "Which firm did Andrew Ng's AI Fund and OpenAI back, GPT-4o or iPhone maker Apple?"
    assert names(text) == ["Andrew Ng's AI Fund", "OpenAI", "GPT-4o", "iPhone", "Apple"]
    assert names("What's new?") == []


@pytest.mark.parametrize("text", ["", "???", "(((", "and", "What about", "x" * 20000, "it " * 3000])
def test_any_text_is_fine(text):
    resolve(text)
    leans(text)


@pytest.mark.parametrize(
    ("day", "question"),
    [
        ("9999-12-31", "And what did it do the year after?"),
        ("0001-01-01", "And what did it do the month before?"),
    ],
)
def test_before_the_first_and_after_the_last_year_there_is_no_time(day, question):
    history = (Turn("user", f"What did Harbour do on {day}?"), Turn("assistant", "It shut."))
    assert resolve(question, history).startswith(question.rstrip("?"))
