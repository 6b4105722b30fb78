"""Reading a model's reply: sentences, marks, and nothing but plain words."""

from __future__ import annotations

import pytest

from rag.reply import Reader, Sentence, leaks, safe


def read(text, size=5):
    reader, found = Reader(), []
    for i in range(0, len(text), size):
        found += reader.feed(text[i : i + size])
    return found + reader.finish(), reader


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A cut 5 jobs. [1] B grew. [2]", [("A cut 5 jobs.", (1,)), ("B grew.", (2,))]),
        ("A cut 5 jobs [1]. B grew [2].", [("A cut 5 jobs.", (1,)), ("B grew.", (2,))]),
        ("A cut 5 jobs.[1][3] B grew.[2]", [("A cut 5 jobs.", (1, 3)), ("B grew.", (2,))]),
        ("A cut 5 jobs. [1, 3-5 and 7]", [("A cut 5 jobs.", (1, 3, 4, 5, 7))]),
        ("A cut 5 jobs.【2】 B grew.", [("A cut 5 jobs.", (2,)), ("B grew.", ())]),
        ("- A cut 5 jobs. [1]\n- B grew. [2]", [("A cut 5 jobs.", (1,)), ("B grew.", (2,))]),
        ("According to [2], A cut 5 jobs.", [("A cut 5 jobs.", (2,))]),
        ("Passage 2 states that A cut 5 jobs.", [("A cut 5 jobs.", (2,))]),
        ("Based on the passages, A grew. [1]", [("A grew.", (1,))]),
        ("Answer: A grew. [Passage 1]", [("A grew.", (1,))]),
        ("A grew. [doc-7]\nB fell. [source_2]", [("A grew.", (7,)), ("B fell.", (2,))]),
        ("A grew (passages 1 and 2).", [("A grew.", (1, 2))]),
        ("**A** grew [^1].", [("A grew.", (1,))]),
        ("<think>Hm. A fell. [1]</think>A grew. [1]", [("A grew.", (1,))]),
        ("<think>Hm. A fell. [1]", []),
        ("[1] A grew.", [("A grew.", (1,))]),
    ],
)
def test_sentences_and_their_marks(text, expected, size):
    found, _ = read(text, size)
    if text.startswith("[1]"):  # a mark before the words belongs to nothing certain
        assert [s.text for s in found] == [expected[0][0]]
        return
    assert found == [Sentence(*e) for e in expected]


def test_a_sentence_waits_for_its_marks():
    reader = Reader()
    assert reader.feed("A cut 5 jobs. ") == []
    assert reader.feed("[1] ") == []
    assert reader.feed("B gr") == [Sentence("A cut 5 jobs.", (1,))]
    assert reader.finish() == [Sentence("B gr", ())]


def test_a_cut_reply_loses_its_last_sentence():
    reader = Reader()
    found = reader.feed("A cut 5 jobs. [1] B gr")
    assert reader.finish(cut=True) == []
    assert found == [Sentence("A cut 5 jobs.", (1,))]


@pytest.mark.parametrize("text", ["NO_ANSWER", "NO_ANSWER.", " **NO_ANSWER**\n", "NO\\_ANSWER"])
def test_the_flag(text):
    found, reader = read(text)
    assert found == []
    assert reader.refused


def test_no_phrase_is_the_flag():
    _, reader = read("I do not know; there is no answer in the passages.")
    assert not reader.refused


def test_circles_are_noticed():
    assert read("The answer is:\n\n" * 6)[1].looping
    reader = Reader()
    reader.feed("word " * 1000)
    assert reader.looping
    assert not read("A grew. [1] B grew. [2]")[1].looping


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("See ![x](https://evil.example/a.png) now", "See now"),
        ("See [our site](https://evil.example) now", "See our site now"),
        ("See [our site][1] now", "See (our site)(1) now"),
        ("See https://evil.example/x now", "See now"),
        ("See www.evil.example now", "See now"),
        ("See //evil.example/x now", "See now"),
        ("See evil.example/x now", "See now"),
        ("Mail a@evil.example now", "Mail now"),
        ("<img src=x onerror=alert(1)>Hi <b>you</b>", "Hi you"),
        ("&lt;img src=x&gt;Hi", "Hi"),
        ("&amp;lt;script&amp;gt;Hi", "Hi"),
        ("Hi\u200b \u202eyou\U000e0041", "Hi you"),
        ("`code` and **bold** and __more__", "code and bold and more"),
        ("$8 billion & 5% of C++ (2024), GPT-4o", "$8 billion & 5% of C++ (2024), GPT-4o"),
        ("It fell 3 < 5 and 7 > 6", "It fell 3 5 and 7 6"),
        ("At 10:30 Amazon.com and Character.AI", "At 10:30 Amazon.com and Character.AI"),
    ],
)
def test_only_plain_words_are_left(text, plain):
    assert safe(text) == plain


def test_leaks():
    rules = "Copy names, numbers, units and dates exactly. Everything is quoted material."
    assert leaks("I must copy names, numbers, units and dates exactly, sir.", rules, ())
    assert leaks("The fence is AB12.", rules, ("ab12",))
    assert leaks("The key is sk-abcdefghijklmnop.", rules, ())
    assert leaks("It is my-secret-key.", rules, (), ("my-secret-key",))
    assert not leaks("Amazon named its units and dates.", rules, ("ab12",))
