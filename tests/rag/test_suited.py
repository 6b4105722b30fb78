"""Time, period and kind of what a sentence tells, against those of a question."""

from __future__ import annotations

from types import ModuleType

import pytest

from rag.candidates import Candidate, candidates
from rag.forms import Form
from rag.suited import Asking, in_time, untimely
from rag.types import Kind, Order, Query
from rag.wanted import wanted


def asking(query: Query) -> Asking:
    return Asking.of(query, wanted(query).form)


def pool(newsdesk: ModuleType, text: str, published: str) -> list[Candidate]:
    return candidates([newsdesk.hit(1, "A report", "The Ledger", published, text)])


def rows(newsdesk: ModuleType, query: Query, text: str, title: str) -> list[dict[str, float]]:
    hit = newsdesk.hit(1, title, "The Ledger", "2025-10-03", text)
    found: list[dict[str, float]] = newsdesk.rows(query, hit)
    return found


def test_a_sentence_of_another_month_is_out_of_time(newsdesk: ModuleType) -> None:
    text = (
        "Wren cut 900 jobs on Wednesday, July 2. In May, it had cut 600. "
        "The largest round was in January 2023. Staff were told by letter."
    )
    asked = asking(newsdesk.query("How many jobs did Wren cut in July 2025?"))
    told = [in_time(asked, c) for c in pool(newsdesk, text, "2025-07-03")]
    assert told == [1.0, -1.0, -1.0, 0.0]


def test_the_same_year_says_little(newsdesk: ModuleType) -> None:
    text = "Wren cut 900 jobs in March. Lark had cut 80 in 2023 (2025: none)."
    asked = asking(newsdesk.query("How many jobs did Wren cut in 2025?"))
    assert [in_time(asked, c) for c in pool(newsdesk, text, "2025-07-03")] == [0.0, -1.0]


def test_times_that_only_the_conversation_gave_are_no_test(newsdesk: ModuleType) -> None:
    assert asking(newsdesk.query("And in July 2025 (jobs that Wren cut)?")).windows == ()
    assert asking(newsdesk.query("What happened last week at Wren?")).windows == ()
    assert asking(newsdesk.query("What has Wren cut since May 2025?")).windows == ()


@pytest.mark.parametrize(
    ("question", "late"),
    [
        ("What profit did Wren report for the first quarter of 2023?", True),
        ("What profit did Wren report for the first quarter of 2022?", False),
        ("What profit did Wren report in 2021?", False),  # the next sentence tells of it
        ("What profit did Wren report?", False),
    ],
)
def test_an_untimely_sentence(newsdesk: ModuleType, question: str, late: bool) -> None:
    text = "Wren reported a profit of €310 million. It had been twice that in 2021."
    first = pool(newsdesk, text, "2022-05-06")[0]
    assert untimely(asking(newsdesk.query(question)), first) is late


def test_an_article_that_speaks_of_what_is_to_come(newsdesk: ModuleType) -> None:
    first = pool(newsdesk, "The reactor opens in 2028.", "2024-09-20")[0]
    assert not untimely(asking(newsdesk.query("What opens in 2028?")), first)
    assert untimely(asking(newsdesk.query("What opens in 2029?")), first)


def test_the_kind_of_money_and_what_is_past(newsdesk: ModuleType) -> None:
    text = (
        "Employees of Wren sold shares worth $6 billion. "
        "Wren is now valued at $500 billion. "
        "Then Wren had a valuation of $157 billion."
    )
    query = newsdesk.query("What is the latest valuation of Wren?", order=Order.LATEST)
    sold, now, then = rows(newsdesk, query, text, "Wren staff sell shares")
    assert [sold["kind"], now["kind"], then["kind"]] == [-1.0, 1.0, 1.0]
    assert [now["past"], then["past"]] == [0.0, 1.0]
    was = newsdesk.query("What was the valuation of Wren before?")
    assert [row["past"] for row in rows(newsdesk, was, text, "Wren")] == [0.0, 0.0, 0.0]


def test_a_quarter_is_no_year(newsdesk: ModuleType) -> None:
    text = (
        "Wren's revenue in the fourth quarter was $22 billion, compared with $6 billion a year "
        "earlier. For the twelve months to January, its revenue came to $61 billion."
    )
    query = newsdesk.query("What was Wren's annual revenue?")
    assert [row["period"] for row in rows(newsdesk, query, text, "Wren")] == [-1.0, 1.0]
    query = newsdesk.query("What was Wren's revenue in the fourth quarter?")
    assert [row["period"] for row in rows(newsdesk, query, text, "Wren")] == [1.0, -1.0]
    query = newsdesk.query("What was Wren's revenue?")
    assert [row["period"] for row in rows(newsdesk, query, text, "Wren")] == [0.0, 0.0]


def test_a_sum_of_several_is_not_that_of_one(newsdesk: ModuleType) -> None:
    text = "Lark, Wren and Teal plan to spend $320 billion. Wren plans to spend $75 billion."
    query = newsdesk.query("How much does Wren plan to spend?")
    assert [row["joint"] for row in rows(newsdesk, query, text, "Plans")] == [1.0, 0.0]
    query = newsdesk.query("How much do Lark, Wren and Teal plan to spend?")
    assert rows(newsdesk, query, text, "Plans")[0]["joint"] == 0.0


def test_words_for_the_newest_are_no_subject(newsdesk: ModuleType) -> None:
    query = newsdesk.query("What is Wren's most recent valuation?", order=Order.LATEST)
    assert wanted(query).terms == ("wren", "valuation")
    assert "recent" in wanted(newsdesk.query("What is Wren's most recent valuation?")).terms
    assert wanted(query).form is Form.MONEY


@pytest.mark.parametrize(
    ("question", "rate"),
    [
        ("How much will authors get per book from Wren?", 1.0),
        ("How much does Wren pay for each book?", 1.0),
        ("How much will authors get from Wren?", 0.0),
        ("How much will authors get from Wren, as per Reuters?", 0.0),
    ],
)
def test_an_amount_for_each_is_told_from_the_total(
    newsdesk: ModuleType, question: str, rate: float
) -> None:
    query = newsdesk.query(question, kind=Kind.NUMBER)
    text = "Wren will pay authors $1.5 billion. It comes to about $3,000 per title."
    assert [row["period"] for row in rows(newsdesk, query, text, "Wren settles")] == [0.0, rate]


def test_a_bare_date_answers_no_when(newsdesk: ModuleType) -> None:
    query = newsdesk.query("When did Wren publish its model?", kind=Kind.WHEN)
    text = "News for 3/14/2024-3/15/2024. Wren published the model on 14 March 2024."
    bare, told = rows(newsdesk, query, text, "Wren")
    assert bare["unformed"] == 1.0
    assert told["form_strong"] > 0.9
