"""Calling a chat model within a time limit: streaming, bounded retries, prompt stop.

The provider's asynchronous stream runs on one background loop. So the limit holds for the
whole answer whatever the provider does (a read time-out alone never ends a stream that
drips), and closing the call cancels the request at once instead of at its next token.
"""

from __future__ import annotations

import asyncio
import functools
import os
import queue
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from rag import llm
from rag.errors import ModelTimeout, ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from rag.settings import Settings

RETRIES = 2  # further attempts after the first, all within the one limit
BACKOFF = 0.5  # seconds before the first retry where the provider names none; then doubled
TICK = 0.5  # seconds after which a waiting caller gets a sign of life, and may stop
MAX_CHARS = 60_000  # a reply longer than this is endless: four sentences have 600


@functools.cache
def _loop(pid: int) -> asyncio.AbstractEventLoop:
    """The background loop of this process.

    One for all calls, as providers' clients keep connections that belong to their loop.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="citewire-llm", daemon=True).start()
    return loop


class Call:
    """One request to a chat model; iterate for the reply, close to stop it.

    :ivar tokens: ``prompt`` and ``completion``, where the provider counts them
    :ivar finish: why the provider ended the reply, where it says
    """

    def __init__(
        self,
        model: BaseChatModel,
        messages: Sequence[BaseMessage],
        settings: Settings,
        *,
        limit: float | None = None,
    ) -> None:
        self.model = model
        self.messages = list(messages)
        self.settings = settings
        self.limit = settings.llm_timeout if limit is None else limit
        self.tokens: dict[str, int] = {}
        self.finish: str | None = None
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._future: Future[None] | None = None
        self._end = 0.0

    def __iter__(self) -> Iterator[str]:
        """Pieces of the reply; ``""`` every half second while there is nothing.

        :raises ModelTimeout: when the limit is over before the reply is
        :raises ModelUnavailable: for a reply that is cut, empty, endless or unreadable,
            or a provider that can't be reached or is overloaded
        :raises ModelAuthError: for a refused key
        :raises ModelError: for an unknown model
        """
        self._end = time.monotonic() + self.limit
        loop = _loop(os.getpid())
        self._future = asyncio.run_coroutine_threadsafe(self._pump(), loop)
        try:
            yield from self._pieces()
        finally:
            self.close()

    def close(self) -> None:
        """Stop the request; nothing where it is over."""
        if self._future is not None:
            self._future.cancel()

    def text(self) -> str:
        """The whole reply; raises as iterating does."""
        return "".join(self)

    def _pieces(self) -> Iterator[str]:
        length = 0
        while True:
            left = self._end - time.monotonic()
            if left <= 0:
                raise ModelTimeout(
                    f"{llm.label(self.settings)} gave no complete answer within "
                    f"{self.limit:g} s; try again or raise CITEWIRE_LLM_TIMEOUT"
                )
            try:
                item = self._queue.get(timeout=min(TICK, left))
            except queue.Empty:
                yield ""
                continue
            if item is None:
                break
            if isinstance(item, Exception):
                raise llm.translate(item, self.settings, self._secrets()) from None
            length += len(item)
            if length > MAX_CHARS:
                raise ModelUnavailable(f"{llm.label(self.settings)} did not stop; try again")
            yield item
        self._check(length)

    def _check(self, length: int) -> None:
        who = llm.label(self.settings)
        if not length:
            why = " before its token limit: raise CITEWIRE_LLM_CONTEXT"
            raise ModelUnavailable(
                f"{who} answered nothing{why if self.finish == 'length' else '; try again'}"
            )
        # OpenAI's protocol names a reason in the last chunk: without one the stream was cut.
        if self.finish is None and "openai" in self.model._llm_type:
            raise ModelUnavailable(f"{who} broke off its answer; try again")

    async def _pump(self) -> None:
        """Put the reply's pieces, then None or the error, on the queue."""
        attempt = 0
        while True:
            try:
                started = False
                async for chunk in self.model.astream(self.messages):
                    started = self._take(chunk) or started
                self._queue.put(None)
                return
            except Exception as error:
                wait = None if started else self._wait(error, attempt)
                if wait is None:
                    self._queue.put(error)
                    return
            attempt += 1
            await asyncio.sleep(wait)

    def _wait(self, error: Exception, attempt: int) -> float | None:
        """Seconds until the next attempt, or None where there is none."""
        if attempt >= RETRIES:
            return None
        simpler = _simpler(self.model, error)
        if simpler is not None:
            self.model = simpler
            return 0.0
        if not llm.transient(error):
            return None
        asked = llm.retry_after(error, time.time())
        # Jitter keeps many chats from coming back all at once.
        wait = BACKOFF * 2**attempt * random.uniform(0.8, 1.2) if asked is None else asked  # noqa: S311
        return wait if wait < self._end - time.monotonic() else None

    def _take(self, chunk: Any) -> bool:
        """Keep what a chunk tells; whether it held text."""
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            for ours, theirs in (("prompt", "input_tokens"), ("completion", "output_tokens")):
                self.tokens[ours] = self.tokens.get(ours, 0) + int(usage.get(theirs) or 0)
        told = getattr(chunk, "response_metadata", None) or {}
        for name in ("finish_reason", "stop_reason", "done_reason"):
            if told.get(name):
                self.finish = str(told[name])
        text = str(chunk.text)
        if text:
            self._queue.put(text)
        return bool(text)

    def _secrets(self) -> tuple[str, ...]:
        names = (name for p in llm.PROVIDERS.values() for name in p.keys)
        values = (os.environ.get(name) for name in names)
        return tuple(v for v in (self.settings.llm_api_key, *values) if v)


def _simpler(model: BaseChatModel, error: Exception) -> BaseChatModel | None:
    """The model without the optional parameters that this provider just refused, if any."""
    if llm.status(error) not in (400, 422):
        return None
    said = str(error).lower()
    changes: dict[str, object] = {}
    if "temperature" in said and getattr(model, "temperature", None) is not None:
        changes["temperature"] = None
    if "stream_options" in said and getattr(model, "stream_usage", None):
        changes["stream_usage"] = False
    return model.model_copy(update=changes) if changes else None
