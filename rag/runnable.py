"""The answerers as LangChain Runnables, for programs that compose chains themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypedDict

from langchain_core.runnables import Runnable, RunnableConfig

from rag.answer import Answerer
from rag.types import Answer, DoneEvent, Hit, Query, TextEvent, Turn


class AnswerInput(TypedDict, total=False):
    """What an answerer needs; ``history`` may be left out."""

    query: Query
    hits: Sequence[Hit]
    history: Sequence[Turn]


class AnswerRunnable(Runnable[AnswerInput, Answer]):
    """Invoke for the :class:`~rag.types.Answer`; stream for it as it grows.

    Streamed answers replace each other (they don't add up): each has the verified text so
    far and its citations, the last is the whole answer.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def invoke(
        self, input: AnswerInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """The finished answer; raises what the answerer raises."""
        return self._call_with_config(self._answer, input, config)

    def stream(
        self, input: AnswerInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """The answer so far after each sentence; closing stops the model."""
        query, hits = input["query"], tuple(input["hits"])
        empty = Answer(query.question, "", (), (), hits, query.as_of)
        for event in self._answerer.answer(query, hits, input.get("history", ())):
            if isinstance(event, TextEvent):
                yield replace(empty, text=event.text, citations=event.citations)
            elif isinstance(event, DoneEvent):
                yield event.answer

    def _answer(self, input: AnswerInput) -> Answer:
        for event in self._answerer.answer(input["query"], input["hits"], input.get("history", ())):
            if isinstance(event, DoneEvent):
                return event.answer
        raise RuntimeError("the answerer ended without an answer")
