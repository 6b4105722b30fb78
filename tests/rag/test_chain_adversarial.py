"""A scripted model that invents facts, figures and citation keys, through the whole chain.

Every invention of :mod:`tests.rag.cases`, with right, wrong and made-up citation keys, is said
beside true sentences over real HTTP. What reaches the reader is judged by its text alone.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pytest

from rag.answer import DOUBTED, UNCONFIRMED
from rag.types import Answer, Hit, Status
from tests.rag.cases import CASES, FALSE, PASSAGES, TRUE

KEYS = ("[{n}]", "[99]", "[0]", "[{n}, 77]", "[doc-7]", "", "[{other}]", "【{n}】", "(passage 42)")


def scripts() -> list[tuple[int, list[str], list[str]]]:
    """For each reply the article asked about, its inventions and its true sentences."""
    found = []
    for number in range(len(CASES)):
        false = [claim for at, claim in FALSE if at == number]
        true = [claim for at, claim in TRUE if at == number]
        for turn, start in enumerate(range(0, len(false), 3)):
            found.append((number, false[start : start + 3], [true[turn % len(true)]]))
        found += [(number, [], true[at : at + 3]) for at in range(0, len(true), 3)]
    return found


def reply(number: int, false: list[str], true: list[str]) -> str:
    """True and false in turn, so that the chain reads to the end."""
    said = [*true[:1], *false, *true[1:]] if false else true
    lines = []
    for at, sentence in enumerate(said):
        sentence = sentence if sentence.endswith(".") else f"{sentence}."
        key = KEYS[(at + number) % len(KEYS)].format(n=1, other=number % 5 + 2)
        lines.append(f"{sentence} {key}".rstrip())
    return "\n".join(lines)


@pytest.fixture(scope="module")
def answers(
    encoder: Any, tmp_path_factory: Any, servers: ModuleType, newsdesk: ModuleType
) -> list[tuple[Answer, list[str], list[str]]]:
    from rag.chain import ChainAnswerer
    from rag.extractive import ExtractiveAnswerer
    from rag.llm import chat_model
    from rag.settings import Settings

    todo = scripts()
    server = servers.Server([servers.says(reply(*script)) for script in todo])
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        llm="openai:scripted",
        llm_base_url=server.url,
        llm_timeout=5.0,
    )
    chain = ChainAnswerer(chat_model(settings), encoder, ExtractiveAnswerer(encoder), settings)
    hits = [Hit(passage, 0.9 - 0.01 * at, 0.8) for at, passage in enumerate(PASSAGES)]
    found = []
    try:
        for number, false, true in todo:
            first = [hits[(number + step) % len(hits)] for step in range(6)]
            # A word of each sentence is asked about: only the verification may stop one.
            topics = ", ".join(max(said.split(), key=len).strip(".") for said in true)
            query = newsdesk.query(f"What happened: {CASES[number].title}, {topics}?")
            found.append((newsdesk.last(list(chain.answer(query, first))), false, true))
    finally:
        server.close()
    return found


def _plain(text: str) -> str:
    bare = text.replace(UNCONFIRMED, "").replace(DOUBTED, "")
    return " ".join(re.sub(r"\W+", " ", bare).split()).casefold()


def _unmarked(answer: Answer) -> str:
    """The text without the sentences that carry a mark."""
    return _without(answer.text, UNCONFIRMED, DOUBTED)


def _without(text: str, *marks: str) -> str:
    """The text without the sentences that carry one of the marks, or are struck."""
    kept = [s for s in re.split(r"(?<=\])\s+", text) if not any(mark in s for mark in marks)]
    return _plain(re.sub(r"~~.*?~~", " ", " ".join(kept)))


def test_there_are_enough_outputs(answers):
    assert sum(len(false) for _, false, _ in answers) >= 150
    assert sum(answer.model == "openai:scripted" for answer, _, _ in answers) >= 0.9 * len(answers)


def test_no_invention_reaches_the_reader_without_a_mark(answers):
    shown = [
        claim
        for answer, false, _ in answers
        for claim in false
        if _plain(claim) in _unmarked(answer)
    ]
    assert shown == []


def test_few_inventions_reach_the_reader_at_all(answers):
    said = [(claim, answer.text) for answer, false, _ in answers for claim in false]
    shown = [claim for claim, text in said if _plain(claim) in _plain(text)]
    assert len(shown) <= 0.06 * len(said), shown
    believed = [claim for claim, text in said if _plain(claim) in _without(text, DOUBTED)]
    assert len(believed) <= 0.04 * len(said), believed


def test_true_sentences_survive(answers):
    said = [(claim, answer.text) for answer, false, true in answers if not false for claim in true]
    lost = [claim for claim, text in said if _plain(claim) not in _plain(text)]
    assert len(lost) <= 0.05 * len(said), lost


def test_every_mark_is_a_citation_and_every_quote_exact(answers, newsdesk):
    hits = [Hit(passage, 0.9, 0.8) for passage in PASSAGES]
    for answer, _, _ in answers:
        newsdesk.check_citations(answer, hits)
        numbers = {citation.n for citation in answer.citations}
        assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} <= numbers
        for claim in answer.claims:
            assert claim.citations or claim.status is Status.UNSUPPORTED
