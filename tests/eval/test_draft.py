from __future__ import annotations

import json

from eval.dataset import parse
from eval.draft import NOTE, draft, draft_line
from eval.words import contains
from rag.types import Article

TEXT = (
    "Mistral AI has raised €600 million in a Series B round led by General Catalyst.\n\n"
    "OpenAI released GPT-5 on August 7, 2025 to all users of ChatGPT and to the developers.\n\n"
    "Amazon dismissed about 14,000 corporate workers, the company said on Tuesday morning.\n\n"
    "It had borrowed about $8 billion to build the **data centres** in Texas and in Ohio."
)
ARTICLE = Article("https://example.com/1", "T", TEXT, published="2025-08-08")


def test_patterns_make_questions_with_evidence():
    questions = draft([ARTICLE], 10).questions
    asked = {q.question: q for q in questions}
    assert "How much did Mistral AI raise in a Series B round led by General Catalyst?" in asked
    assert asked["When did OpenAI release GPT-5?"].must_include == (("August 7, 2025",),)
    assert asked["How many corporate workers did Amazon dismiss?"].must_include == (("14,000",),)
    gap = next(q for q in questions if q.type == "gap")
    assert "____" in gap.question
    for question in questions:
        assert question.evidence[0].quote in TEXT
        assert contains(question.evidence[0].quote, question.must_include[0][0])
    assert [q.id for q in questions] == [f"draft-{i:03d}" for i in range(1, len(questions) + 1)]


def test_drafts_are_repeatable_limited_and_spread():
    articles = [
        Article(f"https://example.com/{i}", "T", TEXT.replace("600", str(600 + i)))
        for i in range(6)
    ]
    first = draft(articles, 6)
    assert first == draft(articles, 6)
    assert len({q.evidence[0].url for q in first.questions}) == 6
    assert draft([Article("u", "t", "Nothing here.")], 5).questions == []


def test_a_model_writes_where_there_is_one():
    replies = iter([
        "no json", '{"question": "x"}',
        json.dumps({"question": "Who led it?", "answer": "X", "key_fact": "General Catalyst"}),
        json.dumps({"question": "Who led?", "answer": "Nobody here", "key_fact": "Nobody here"}),
        "Sure: " + json.dumps({"question": "Who led Mistral's Series B?",
                               "answer": "General Catalyst did", "key_fact": "General Catalyst"}),
    ])  # fmt: skip
    drafts = draft([ARTICLE] * 5, 3, write=lambda prompt: next(replies))
    assert drafts.unusable == 4
    assert [q.question for q in drafts.questions] == ["Who led Mistral's Series B?"]
    assert "General Catalyst" in drafts.questions[0].evidence[0].quote


def test_a_draft_line_is_a_question_with_a_note():
    line = draft_line(draft([ARTICLE], 1).questions[0])
    assert json.loads(line)["note"] == NOTE
    assert parse(json.loads(line)).id == "draft-001"
