import random
import re
from itertools import pairwise

import pytest

from ingest.chunk import LIMIT, Chunker, chunk, is_boilerplate, sentences
from rag.header import header
from rag.types import Article


def count(text: str) -> int:
    """A stand-in for WordPiece: a piece for each four letters, digit or sign."""
    return len(re.findall(r"[^\W\d_]{1,4}|\d|[^\w\s]", text))


def article(text: str, title: str = "A title") -> Article:
    return Article("https://example.com/a", title, text, published="2025-03-04")


def prose(words: int, seed: int = 0) -> str:
    rng = random.Random(seed)
    out = []
    while words > 0:
        n = rng.randint(5, 25)
        body = " ".join(rng.choice(["model", "chips", "raised", "costs", "data"]) for _ in range(n))
        out.append(f"Nvidia {body}.")
        words -= n + 1
    return " ".join(out)


def texts(art: Article) -> list[str]:
    return [art.text[s.start : s.end] for s in chunk(art, count)]


def test_passages_fit_cover_everything_and_do_not_overlap():
    body = "\n\n".join(prose(60 + 40 * i, i) for i in range(12))
    art = article(f"# Money\n\n{body}\n\n## Chips\n\n{prose(700, 99)}")
    spans = chunk(art, count)
    assert len(spans) > 8
    for a, b in pairwise(spans):
        assert a.end <= b.start
        assert not re.search(r"\w", art.text[a.end : b.start].replace("## Chips", ""))
    for span in spans:
        text = art.text[span.start : span.end]
        assert text == text.strip()
        assert text.endswith(".")
        assert text.startswith("Nvidia")
        assert count(header(art.title, art.published, span.heading)) + count(text) + 2 <= LIMIT


def test_no_passage_crosses_a_heading_and_headings_form_a_path():
    art = article(
        "Opening words of the story are here.\n\n# Deals\n\nAlpha bought Beta for $2 billion.\n\n"
        "## Terms\n\nThe price is paid in cash and shares.\n\n# **People**\n\nEve Doe left today."
    )
    spans = chunk(art, count)
    assert [s.heading for s in spans] == ["", "Deals", "Deals › Terms", "People"]
    assert art.text[spans[1].start : spans[1].end] == "Alpha bought Beta for $2 billion."


def test_list_items_stay_whole_where_they_can():
    items = [
        f"- Firm {i} raised ${i} million in a round led by Fund {i} this week" for i in range(40)
    ]
    found = texts(article("\n".join(items)))
    assert len(found) > 3
    assert [line for text in found for line in text.splitlines()] == items


def test_offsets_count_code_points():
    art = article("😀 Zürich’s start-up raised 5 million.\n\n" + "名 " + prose(300))
    for span in chunk(art, count):
        assert art.text[span.start : span.end].strip()
    assert texts(art)[0].startswith("😀 Zürich’s")


@pytest.mark.parametrize(
    "word",
    ["x" * 5000, "汉" * 3000, "a,b;" * 2000, "1" * 4000],
    ids=["x", "han", "commas", "digits"],
)
def test_a_giant_word_is_cut(word):
    art = article(f"It said: {word} and then it went on to say more words about chips.")
    spans = chunk(art, count)
    assert spans
    for span in spans:
        assert count(art.text[span.start : span.end]) <= LIMIT
    assert texts(art)[-1].endswith("more words about chips.")
    if word[0] == "汉":  # the others are no prose: garbage is not quoted
        assert "".join(texts(art)).replace(" ", "") == art.text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "   \n\n ", "# Only a heading", "# A\n\n## B\n\n---\n"])
def test_nothing_to_say_gives_no_passage(text):
    assert chunk(article(text), count) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a https://example.com/b",
        "- Home\n- About us\n- Contact",
        "Subscribe to our newsletter for daily updates.",
        "Read more: the full story\n\nFollow us on social media",
        "- #general\n- #random\n- #off-topic",
        "All rights reserved. Copyright Example Media",
    ],
)
def test_boilerplate_is_no_passage(text):
    assert is_boilerplate(text)
    assert chunk(article(text), count) == []


@pytest.mark.parametrize(
    "text",
    [
        "OpenAI raises $6.6B",
        "Spark Capital led the round, the company said on Monday.",
        "The paper's newsletter reached 2 million readers, the publisher said on Tuesday, a record "
        "for a subscription product.",
        "- Claude 3.5 Sonnet\n- Gemini 1.5 Pro\n- o1-preview",
    ],
)
def test_facts_are_kept(text):
    assert not is_boilerplate(text)


def test_sentences_know_abbreviations_and_numbers():
    text = (
        'Mr. Smith of Acme Inc. paid $2.5 billion to the U.S. government. "It is done." He left. '
        "Sen. Doe (D-Ill.) agreed! Was it J. P. Roe? Yes"
    )
    found = [text[a:b] for a, b in sentences(text, 0, len(text))]
    assert found == [
        "Mr. Smith of Acme Inc. paid $2.5 billion to the U.S. government.",
        '"It is done."',
        "He left.",
        "Sen. Doe (D-Ill.) agreed!",
        "Was it J. P. Roe?",
        "Yes",
    ]


def test_a_sentence_can_end_with_inc():
    text = "It was bought by Acme Inc. The price was not disclosed."
    assert [text[a:b] for a, b in sentences(text, 0, len(text))] == [
        "It was bought by Acme Inc.",
        "The price was not disclosed.",
    ]


def test_deterministic_and_independent_of_what_came_before():
    cutter = Chunker(count)
    arts = [article(prose(400, seed)) for seed in range(3)]
    first = [cutter(a) for a in arts]
    assert [cutter(a) for a in reversed(arts)][::-1] == first
    assert [chunk(a, count) for a in arts] == first


def test_each_word_is_counted_once():
    calls = 0

    def counting(text: str) -> int:
        nonlocal calls
        calls += 1
        return count(text)

    cutter = Chunker(counting)
    cutter(article(prose(3000)))
    assert calls < 30
