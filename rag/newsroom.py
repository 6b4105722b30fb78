"""The whole of it behind one object: ask a question, get a cited answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, runtime_checkable

from rag.answer import Answerer
from rag.embedding import Encoder
from rag.errors import InputError
from rag.extractive import PASSAGES, ExtractiveAnswerer
from rag.question import understand
from rag.rerank import load_reranker
from rag.retrieve import Retriever
from rag.rundown import found
from rag.settings import Settings
from rag.store import Store, open_store
from rag.types import (
    NO_FILTERS,
    Answer,
    DoneEvent,
    Event,
    Filters,
    Hit,
    Order,
    Query,
    Seconds,
    StageEvent,
    Turn,
)

LONGEST_QUESTION = 2000  # characters; longer input is refused with a clear message
LONGEST_HISTORY = 20  # messages looked at, the newest


@runtime_checkable
class Condenser(Protocol):
    """An answerer that can write a follow-up out in full."""

    def condense(self, history: Sequence[Turn], question: str) -> str | None:
        """The question written out, or None to keep the rule-based form."""
        ...


class Newsroom:
    """A store, a retriever and an answerer; safe to use from several threads.

    :param clock: gives "today" where a question names no as-of date
    """

    def __init__(
        self,
        store: Store,
        retriever: Retriever,
        answerer: Answerer,
        *,
        clock: Callable[[], date] = date.today,
    ) -> None:
        self.store = store
        self.retriever = retriever
        self.answerer = answerer
        self._clock = clock
        self._facts: tuple[int, date | None, tuple[str, ...]] = (-1, None, ())

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        as_of: date | None = None,
        today: date | None = None,
        filters: Filters = NO_FILTERS,
        top_k: int | None = None,
        order: Order | None = None,
    ) -> Answer:
        """The verified answer to a question.

        :param history: the conversation so far, oldest first
        :param as_of: answer with what was known on this day: it is "today" for relative
            times, and articles published later are left out
        :param today: "today" for relative times and for "latest" alone; the clock's by
            default. Later articles are left out only where it asks for the latest.
        :param filters: limits that the reader set
        :param top_k: passages for a chat model, 1 to 100; the setting's number by default.
            Quoting looks at :data:`rag.extractive.PASSAGES` at least.
        :param order: which end of time comes first; what the question's words say by default
        :raises InputError: where the question is too long
        :raises ModelError: where a chat model is configured wrongly
        """
        events = self.stream(
            question, history, as_of=as_of, today=today, filters=filters, top_k=top_k, order=order
        )
        for event in events:
            if isinstance(event, DoneEvent):
                return event.answer
        raise RuntimeError("the answerer ended without an answer")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        as_of: date | None = None,
        today: date | None = None,
        filters: Filters = NO_FILTERS,
        top_k: int | None = None,
        order: Order | None = None,
    ) -> Iterator[Event]:
        """The same as :meth:`ask`, as events; closing the iterator stops the work."""
        if len(question) > LONGEST_QUESTION:
            raise InputError(
                f"the question has {len(question)} characters, {LONGEST_QUESTION} is the most: "
                "ask for less at once"
            )
        began = time.perf_counter()
        self.store.refresh()
        turns = tuple(history)[-LONGEST_HISTORY:]
        yield StageEvent("understand", "reading the question")
        query = self._understand(question, turns, as_of or today, as_of, filters, order)
        understood = time.perf_counter()
        yield StageEvent("retrieve", "searching the articles")
        query, hits = self._retrieve(query, top_k or self.store.settings.top_k)
        retrieved = time.perf_counter()
        yield StageEvent("answer", f"reading {len(hits)} passages")
        for event in self.answerer.answer(query, hits, turns):
            if isinstance(event, DoneEvent):
                now = time.perf_counter()
                seconds = Seconds(
                    understood - began, retrieved - understood, now - retrieved, now - began
                )
                event = DoneEvent(replace(event.answer, question=question, seconds=seconds))
            yield event

    def _retrieve(self, query: Query, k: int) -> tuple[Query, list[Hit]]:
        """The passages for a query; those that tell the stories of an overview come first."""
        query, told = found(query, self.retriever)
        if isinstance(self.answerer, ExtractiveAnswerer):
            k = max(k, PASSAGES)
        hits = self.retriever.retrieve(query, k)
        if query.overview and query.overview.instead:
            listed = {hit.passage.id for hit in hits}
            return query, [*hits, *(hit for hit in told if hit.passage.id not in listed)]
        listed = {hit.passage.id for hit in told}
        return query, [*told, *(hit for hit in hits if hit.passage.id not in listed)]

    def _understand(
        self,
        question: str,
        history: Sequence[Turn],
        today: date | None,
        limit: date | None,
        filters: Filters,
        order: Order | None,
    ) -> Query:
        """The question as a query; ``limit`` is the last day to take articles of."""
        newest, publishers = self._known()
        text = question
        if history and isinstance(self.answerer, Condenser):
            text = self.answerer.condense(history, question) or question
        query = understand(
            text,
            history if text == question else (),
            as_of=today or self._clock(),
            publishers=publishers,
            filters=filters,
        )
        query = ordered(replace(query, question=question), order)
        if limit is None and query.order is Order.LATEST:
            limit = today
        if limit is None or newest is None or limit >= newest:
            return query
        return _until(query, limit)

    def _known(self) -> tuple[date | None, tuple[str, ...]]:
        """The newest article's day and the publishers, read once a generation."""
        generation = self.store.catalogue.generation()
        if self._facts[0] != generation:
            self._facts = (generation, self.store.newest_day(), self.store.publishers())
        return self._facts[1:]

    def close(self) -> None:
        """Release the store's files."""
        self.store.close()


def ordered(query: Query, order: Order | None) -> Query:
    """The query and its parts with another order; unchanged for None."""
    if order is None:
        return query
    parts = tuple(replace(part, order=order) for part in query.parts)
    return replace(query, order=order, parts=parts)


def _until(query: Query, last: date) -> Query:
    """The query and its parts without articles published after a day; undated ones stay."""
    old = query.filters
    until = min(filter(None, (last, old.until)))
    filters = old
    if until != old.until:
        filters = replace(old, until=until, undated=old.undated or old.since is None)
    parts = tuple(replace(part, filters=filters) for part in query.parts)
    return replace(query, filters=filters, parts=parts)


def open_newsroom(
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    clock: Callable[[], date] = date.today,
) -> Newsroom:
    """Open the data directory and the answerer that the settings name.

    :param encoder: one already loaded, so that several stores can share it
    :raises StoreError: where the data directory can't be used
    :raises ModelError: where the configured chat model can't be made
    """
    store = open_store(settings, encoder)
    try:
        retriever = Retriever(store, store.encoder, reranker=load_reranker(settings))
        return Newsroom(store, retriever, make_answerer(settings, store.encoder), clock=clock)
    except BaseException:
        store.close()
        raise


def make_answerer(settings: Settings, encoder: Encoder) -> Answerer:
    """The LLM chain where a model is configured, the extractive answerer otherwise."""
    quoting = ExtractiveAnswerer(encoder)
    if settings.llm is None:
        return quoting
    from rag.chain import ChainAnswerer
    from rag.llm import chat_model

    return ChainAnswerer(chat_model(settings), encoder, quoting, settings)
