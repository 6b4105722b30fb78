from datetime import date

import pytest

from rag.question import understand
from rag.types import Filters, Kind, Order, Turn

TODAY = date(2025, 11, 12)
PUBLISHERS = ("CNBC", "The Verge", "OpenAI")


def ask(question, **more):
    return understand(question, as_of=TODAY, publishers=PUBLISHERS, **more)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many jobs is Amazon cutting?", Kind.NUMBER),
        ("What was the price tag on CoreWeave's takeover?", Kind.NUMBER),
        ("What percentage did the model solve?", Kind.NUMBER),
        ("When was GPT-4o released?", Kind.WHEN),
        ("On what date did it open?", Kind.WHEN),
        ("Who sold the chat.com domain?", Kind.PERSON),
        ("Which former ByteDance intern was sued?", Kind.PERSON),
        ("Which company did Together buy?", Kind.ORGANISATION),
        ("Which VC firm led the round?", Kind.ORGANISATION),
        ("Why were the weights taken offline?", Kind.REASON),
        ("What was the reason for the delay?", Kind.REASON),
        ("Which three models did GitHub add?", Kind.LIST),
        ("Who are the founders of Reve?", Kind.LIST),
        ("Give me the names of the founders of Reve", Kind.LIST),
        ("Give me the price of Reve", Kind.FACT),
        ("What game was Muse trained on?", Kind.FACT),
        ("Which is bigger, Suno's raise or Pika's?", Kind.COMPARE),
        ("What did Nvidia earn in May 2024, and what in June 2025?", Kind.FACT),
        ("How much did Nvidia earn in May 2024, and how much in June 2025?", Kind.COMPARE),
    ],
)
def test_kinds(question, kind):
    assert ask(question).kind is kind


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("What is the latest valuation of xAI?", Order.LATEST),
        ("As of March 2025, which model leads?", Order.LATEST),
        ("Is OpenAI currently profitable?", Order.LATEST),
        ("Who first reported the merger?", Order.FIRST),
        ("What did the round originally value it at?", Order.FIRST),
        ("Which model was trained on games?", Order.RELEVANCE),
    ],
)
def test_order_only_when_asked_for(question, order):
    assert ask(question).order is order


def test_a_mentioned_period_is_a_preference_not_a_filter():
    query = ask("What did Meta announce in May 2024?")
    assert query.around == (date(2024, 5, 1), date(2024, 5, 31))
    assert not query.filters.active
    assert ask("What did Meta announce?").around is None


def test_as_of_looks_back():
    since, until = ask("As of March 2025, how many users were there?").around
    assert until == date(2025, 3, 31)
    assert since < date(2025, 2, 1)


def test_a_period_demanded_of_the_articles_is_a_filter():
    filters = ask("Which articles from last week mention Google?").filters
    assert (filters.since, filters.until) == (date(2025, 11, 3), date(2025, 11, 11))
    assert ask("Any stories since March 2025 on chips?").filters.since == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("question", "publishers"),
    [
        ("According to CNBC, how many jobs go?", ("CNBC",)),
        ("What did The Verge report about Apple?", ("The Verge",)),
        ("What does the Verge's report say?", ("The Verge",)),
        ("What was reported by cnbc.com on Intel?", ("CNBC",)),
        ("What did OpenAI announce?", ()),
        ("Who runs CNBC?", ()),
        ("According to Reuters, what happened?", ()),
    ],
)
def test_publishers_filter_only_as_sources(question, publishers):
    assert ask(question).filters.publishers == publishers


def test_the_readers_filters_stay():
    limits = Filters(until=date(2025, 6, 1), publishers=("The Verge",), undated=True)
    query = ask("According to CNBC, what did articles since March 2025 say?", filters=limits)
    assert query.filters == Filters(date(2025, 3, 1), date(2025, 6, 1), ("The Verge",), True)


def test_follow_ups_and_their_parts():
    history = (Turn("user", "Which model did Perplexity publish?"), Turn("assistant", "R1 1776."))
    query = ask("What is it built on, and who removed the censorship?", history=history)
    assert query.question == "What is it built on, and who removed the censorship?"
    assert "Perplexity" in query.standalone
    assert len(query.parts) == 2
    assert all("Perplexity" in part.standalone for part in query.parts)
    assert query.parts[1].kind is Kind.PERSON


def test_parts_have_their_own_periods():
    query = ask("How much did Nvidia earn in May 2024, and how much in June 2025?")
    assert [part.around[0] for part in query.parts] == [date(2024, 5, 1), date(2025, 6, 1)]


@pytest.mark.parametrize(
    "text", ["", " ", "?", "\x00\ud800", "🤖" * 500, "what " * 5000, "(" * 3000, "a.b." * 4000,
             "and what " * 500, "in May 2024 " * 300],
)  # fmt: skip
@pytest.mark.timeout(120)
def test_any_text_is_understood(text):
    query = ask(text, history=(Turn("user", text), Turn("assistant", text)))
    assert query.question == ask(text).question


def test_deterministic():
    text = "Which was bigger in mid-2024, Suno's raise in May or Pika's in June?"
    assert ask(text) == ask(text)
