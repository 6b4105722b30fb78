"""Answers being written: kept, stopped, limited, watched; conversations kept apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from rag.answer import Draft, Evidence, assemble
from rag.errors import InputError, ModelTimeout, SettingsError
from rag.extractive import ExtractiveAnswerer
from rag.newsroom import Newsroom
from rag.retrieve import Retriever
from rag.store import Store
from rag.types import DoneEvent, Event, Filters, Hit, Query, TextEvent, Turn
from rag.web.chats import Chats, State, turns
from rag.web.desk import Desk, Gone, Limiter, Run, TooMuch, Wish, allowed

AMAZON = "How many corporate jobs did Amazon cut in October 2025?"


class Held:
    """Says one thing, then waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.history: list[Turn] = []

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        self.history = list(history)
        yield TextEvent("So far.", ())
        self.go.wait(10)
        passage = hits[0].passage
        draft = Draft("Done.", (Evidence(passage, passage.start, passage.end),))
        yield DoneEvent(assemble(query, [draft], hits))


class Broken:
    """Fails as a provider does, or as nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        raise self.error
        yield


@pytest.fixture
def held() -> Iterator[Held]:
    made = Held()
    yield made
    made.go.set()


@pytest.fixture
def desk(newsroom: Newsroom, held: Held, tmp_path: Path) -> Iterator[Desk]:
    rooms = {"quoting": newsroom}
    for name, answerer in (
        ("held", held),
        ("late", Broken(ModelTimeout("no answer within 5 s: try again"))),
        ("bug", Broken(ZeroDivisionError())),
    ):
        rooms[name] = Newsroom(newsroom.store, newsroom.retriever, answerer)
    made = Desk(rooms, Chats(tmp_path / "chats.sqlite"))
    yield made
    held.go.set()
    made.drain(1)
    made.chats.close()


def ended(run: Run) -> Run:
    for _ in run.watch():
        pass
    return run


def test_an_answer_is_kept_with_its_evidence(desk: Desk) -> None:
    run = ended(desk.ask("ann", None, AMAZON, Wish()))
    (exchange,) = desk.chats.exchanges("ann", run.chat)
    assert exchange.state is State.DONE
    assert exchange.record is not None
    assert exchange.record["citations"]
    assert exchange.record["hits"][0]["title"]
    assert desk.chats.exchanges("bob", run.chat) == []
    assert [c.title for c in desk.chats.chats("ann")] == [AMAZON]
    assert desk.chats.chats("bob") == []


def test_stopping_keeps_the_words_and_does_not_wait(desk: Desk, held: Held) -> None:
    run = desk.ask("ann", None, AMAZON, Wish(answerer="held"))
    while not run.exchange.text:
        assert not run.over
    desk.stop("bob", run.chat)
    assert not run.over
    desk.stop("ann", run.chat)
    assert run.over
    held.go.set()
    (exchange,) = desk.chats.exchanges("ann", run.chat)
    assert (exchange.state, exchange.text) == (State.STOPPED, "So far.")


def test_one_answer_at_a_time_in_a_conversation(desk: Desk) -> None:
    run = desk.ask("ann", None, AMAZON, Wish(answerer="held"))
    with pytest.raises(TooMuch, match="still being written"):
        desk.ask("ann", run.chat, "And now?", Wish())
    assert desk.running("ann", run.chat) is run
    assert desk.running("bob", run.chat) is None


def test_a_follow_up_gets_the_history(desk: Desk, held: Held) -> None:
    run = ended(desk.ask("ann", None, AMAZON, Wish()))
    held.go.set()
    ended(desk.ask("ann", run.chat, "Why?", Wish(answerer="held")))
    assert [t.role for t in held.history] == ["user", "assistant"]
    assert held.history[0].content == AMAZON


def test_a_question_is_replaced_only_where_the_new_one_is_taken(desk: Desk) -> None:
    one = ended(desk.ask("ann", None, AMAZON, Wish()))
    two = ended(desk.ask("ann", one.chat, "Why?", Wish()))
    first, last = one.exchange.id, two.exchange.id
    with pytest.raises(Gone, match="another window"):
        desk.ask("ann", one.chat, None, Wish(), instead=first, last=first)
    with pytest.raises(InputError):
        desk.ask("ann", one.chat, "", Wish(), instead=first, last=last)
    with pytest.raises(Gone, match="no longer"):
        desk.ask("bob", one.chat, None, Wish(), instead=first)
    desk.limiter = Limiter(1, 60.0, lambda: 0.0)
    desk.limiter.take("ann")
    with pytest.raises(TooMuch):
        desk.ask("ann", one.chat, None, Wish(), instead=first, last=last)
    assert [e.id for e in desk.chats.exchanges("ann", one.chat)] == [first, last]
    desk.limiter = Limiter(9, 60.0, lambda: 0.0)
    three = ended(desk.ask("ann", one.chat, "What did Nvidia report?", Wish(), instead=first))
    assert (three.chat, three.history) == (one.chat, ())
    assert [e.id for e in desk.chats.exchanges("ann", one.chat)] == [three.exchange.id]
    assert [c.title for c in desk.chats.chats("ann")] == ["What did Nvidia report?"]
    again = ended(desk.ask("ann", one.chat, None, Wish(), instead=three.exchange.id))
    assert again.exchange.question == "What did Nvidia report?"


def test_what_is_cut_or_deleted_is_no_longer_answered(desk: Desk) -> None:
    one = ended(desk.ask("ann", None, AMAZON, Wish()))
    two = desk.ask("ann", one.chat, "Why?", Wish(answerer="held"))
    with pytest.raises(Gone):
        desk.cut("ann", one.chat, one.exchange.id, one.exchange.id)
    assert not two.over
    desk.cut("ann", one.chat, two.exchange.id, two.exchange.id)
    assert two.over
    with pytest.raises(Gone):
        desk.cut("ann", one.chat, two.exchange.id)
    assert [e.id for e in desk.chats.exchanges("ann", one.chat)] == [one.exchange.id]
    three = desk.ask("ann", one.chat, "Why?", Wish(answerer="held"))
    desk.delete("bob", one.chat)
    assert not three.over
    desk.delete("ann", one.chat)
    assert three.over
    assert desk.chats.chats("ann") == []


def test_the_same_question_sent_twice_is_answered_once(desk: Desk) -> None:
    run = desk.ask("ann", None, AMAZON, Wish(answerer="held"))
    assert desk.ask("ann", None, AMAZON, Wish(answerer="held")) is run
    assert desk.ask("bob", None, AMAZON, Wish(answerer="held")) is not run
    assert desk.ask("ann", None, "Why?", Wish(answerer="held")) is not run
    assert len(desk.chats.chats("ann")) == 2


@pytest.mark.parametrize("number", [0, -3])
def test_a_limit_that_allows_nothing_is_refused(number: int) -> None:
    with pytest.raises(SettingsError, match=f"--per-minute {number} allows no question: give 1"):
        allowed(number)
    assert allowed(1) == 1


def test_failures_are_said_in_words(desk: Desk) -> None:
    late = ended(desk.ask("ann", None, AMAZON, Wish(answerer="late"))).exchange
    assert (late.state, late.text) == (State.FAILED, "no answer within 5 s: try again")
    bug = ended(desk.ask("ann", None, AMAZON, Wish(answerer="bug"))).exchange
    assert bug.state is State.FAILED
    assert "log says why" in bug.text


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001])
def test_what_can_not_be_asked_is_refused(desk: Desk, question: str) -> None:
    with pytest.raises(InputError):
        desk.ask("ann", None, question, Wish())


def test_an_empty_store_is_named(store: Store, tmp_path: Path) -> None:
    room = Newsroom(store, Retriever(store, store.encoder), ExtractiveAnswerer(store.encoder))
    empty = Desk({"quoting": room}, Chats(tmp_path / "chats.sqlite"))
    with pytest.raises(InputError, match="no articles"):
        empty.ask("ann", None, AMAZON, Wish())
    empty.chats.close()


def test_filters_and_latest_first_reach_retrieval(desk: Desk) -> None:
    filters = Filters(since=date(2025, 11, 1))
    run = ended(desk.ask("ann", None, "What did Nvidia report?", Wish(filters, latest=True)))
    assert run.exchange.record is not None
    hits = run.exchange.record["hits"]
    assert hits
    assert all(hit["published"] >= "2025-11-01" for hit in hits)


def test_a_limit_opens_again_with_time() -> None:
    now = [0.0]
    limiter = Limiter(2, 10.0, lambda: now[0])
    limiter.take("ann")
    limiter.take("ann")
    with pytest.raises(TooMuch, match="again in 10 s"):
        limiter.take("ann")
    limiter.take("bob")
    now[0] = 10.0
    limiter.take("ann")


def test_conversations_and_choices_are_kept_cut_and_deleted(tmp_path: Path) -> None:
    chats = Chats(tmp_path / "c.sqlite")
    chat, one = chats.begin("ann", None, "First question", 1.0)
    same, two = chats.begin("ann", chat, "Second", 2.0)
    assert same == chat
    assert chats.begin("bob", chat, "Mine?", 3.0)[0] != chat
    chats.finish(one, State.DONE, "A", {"answer": "A [1]"})
    assert [t.content for t in turns(chats.exchanges("ann", chat))] == ["First question", "A [1]"]
    assert chats.cut("bob", chat, two) is None
    assert chats.cut("ann", chat, two) == "Second"
    assert [e.id for e in chats.exchanges("ann", chat)] == [one]
    chats.rate("bob", one, "up")
    assert chats.exchanges("ann", chat)[0].rating is None
    assert chats.answerer("ann") is None
    chats.choose("ann", "a model")
    chats.choose("ann", "quotations")
    chats.close()
    again = Chats(tmp_path / "c.sqlite")
    assert again.answerer("ann") == "quotations"
    assert again.answerer("bob") is None
    assert again.exchanges("ann", chat)[0].text == "A"
    again.delete("bob", chat)
    assert again.chats("ann")
    assert again.cut("ann", chat, one) == "First question"
    assert again.chats("ann") == []
    again.close()
