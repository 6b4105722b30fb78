"""Answers being written: each in a thread of its own, watched by any number of pages.

A page that is closed or reloaded does not end the work: it is stored when done, and a page
that comes back watches on. Stopping never waits for the model: what was shown is kept, and
the thread ends at the next event.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rag.errors import CitewireError, InputError, SettingsError
from rag.newsroom import LONGEST_QUESTION, Newsroom
from rag.render import keep
from rag.types import (
    NO_FILTERS,
    Event,
    Filters,
    Order,
    StageEvent,
    TextEvent,
    Turn,
)
from rag.web.chats import Chats, Exchange, State, turns
from rag.web.searched import kept as kept_filters

LOG = logging.getLogger("citewire.chat")
WORKERS = 8  # answers written at the same time; the encoder is shared
WAITING = 64  # questions that may wait for a worker
KEEP_EVERY = 1.0  # seconds after which a growing answer is stored, for the case of a kill
PER_MINUTE = 30  # questions of one reader
TWICE = 2.0  # seconds within which the same question in a new conversation is one sent twice


class TooMuch(CitewireError):
    """A limit on use was reached; the message says which and when to go on."""


class Gone(CitewireError):
    """What the page still shows is no longer so: cut, deleted or gone on in another window."""


def allowed(per_minute: int) -> int:
    """The questions that a reader may ask in a minute, as the command line sets them.

    :raises SettingsError: where that is none
    """
    if per_minute < 1:
        raise SettingsError(f"--per-minute {per_minute} allows no question: give 1 or more")
    return per_minute


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader set beside the question."""

    filters: Filters = NO_FILTERS
    latest: bool = False  # newest first
    as_of: date | None = None
    answerer: str | None = None  # one of the desk's names; None for the first


@dataclass(slots=True)
class Run:
    """An answer being written; ``changed`` is notified at every step."""

    user: str
    chat: str
    exchange: Exchange
    history: tuple[Turn, ...]
    began: float = 0.0  # seconds of the desk's clock
    stage: str = ""
    step: int = 0
    over: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, **news: Any) -> None:
        """Set fields of the exchange, or ``stage`` and ``over``, and wake the watchers."""
        with self.changed:
            self.stage = news.pop("stage", self.stage)
            self.over = news.pop("over", self.over)
            self.exchange = replace(self.exchange, **news)
            self.step += 1
            self.changed.notify_all()

    def watch(self) -> Iterator[None]:
        """Yields after every change until the run is over; one last time then."""
        seen = -1
        while True:
            with self.changed:
                self.changed.wait_for(lambda last=seen: self.step != last, timeout=30)  # type: ignore[misc]
                seen, over = self.step, self.over
            yield
            if over:
                return


class Limiter:
    """At most ``most`` calls in any ``seconds`` for each name."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Count a call.

        :raises TooMuch: where the limit is reached
        """
        now = self._clock()
        with self._lock:
            if len(self._calls) > 10_000:  # names that went quiet
                kept = {n: c for n, c in self._calls.items() if c and now - c[-1] < self._seconds}
                self._calls = kept
            calls = self._calls.setdefault(name, deque())
            while calls and now - calls[0] >= self._seconds:
                calls.popleft()
            if len(calls) >= self._most:
                wait = self._seconds - (now - calls[0])
                raise TooMuch(
                    f"{self._most} questions in {self._seconds:.0f} s is the most: "
                    f"ask again in {max(1, round(wait))} s"
                )
            calls.append(now)


class Desk:
    """Takes questions, writes answers, keeps conversations.

    :param newsrooms: by the answerer's name; the first is the default
    """

    def __init__(
        self,
        newsrooms: dict[str, Newsroom],
        chats: Chats,
        *,
        per_minute: int = PER_MINUTE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.newsrooms = newsrooms
        self.chats = chats
        self.per_minute = per_minute
        self.limiter = Limiter(per_minute, 60.0, clock)
        self._clock = clock
        self._runs: dict[str, Run] = {}  # by chat
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, "citewire-answer")

    def newsroom(self, name: str | None = None) -> Newsroom:
        """The newsroom of an answerer; the default for an unknown name."""
        return self.newsrooms.get(name or "") or next(iter(self.newsrooms.values()))

    def answerer(self, user: str) -> str:
        """The name of the answerer that a reader chose, or of the default."""
        chosen = self.chats.answerer(user)
        return chosen if chosen in self.newsrooms else next(iter(self.newsrooms))

    def ask(
        self,
        user: str,
        chat: str | None,
        question: str | None,
        wish: Wish,
        *,
        instead: str | None = None,
        last: str | None = None,
    ) -> Run:
        """Begin an answer. Nothing is changed where it is refused.

        :param question: None to ask that of ``instead`` again
        :param instead: an exchange of the chat that goes, with all after it
        :param last: the exchange that the reader saw last when deciding that
        :raises InputError: for an empty or overlong question
        :raises TooMuch: where the reader or the desk has enough to do
        :raises Gone: where ``instead`` is no more, or other exchanges came after ``last``
        """
        with self._lock:
            earlier = self.chats.exchanges(user, chat) if chat else []
            if instead is not None:
                at = _place(earlier, instead, last)
                question = earlier[at].question if question is None else question
                earlier = earlier[:at]
            question = question or ""
            self.check(question)
            if chat and chat in self._runs:
                raise TooMuch("an answer is still being written here: stop it or wait for its end")
            now = self._clock()
            if not earlier and instead is None and (twin := self._twin(user, question, now)):
                return twin
            self.limiter.take(user)
            if len(self._runs) >= WORKERS + WAITING:
                raise TooMuch("too many questions are waiting: ask again in a minute")
            chat, id = self.chats.begin(user, chat, question, now, instead=instead)
            run = Run(user, chat, Exchange(id, question, State.RUNNING), turns(earlier), now)
            run.stage = "waiting for a free place"
            self._runs[chat] = run
        self._pool.submit(self._work, run, wish)
        return run

    def _twin(self, user: str, question: str, now: float) -> Run | None:
        """The run of the same question in another conversation that has only just begun."""
        for run in self._runs.values():
            same = (run.user, run.exchange.question) == (user, question) and not run.history
            if same and now - run.began < TWICE:
                return run
        return None

    def cut(self, user: str, chat: str | None, exchange: str, last: str | None = None) -> None:
        """Drop an exchange and all after it; an answer being written there ends.

        :param last: the exchange that the reader saw last
        :raises Gone: where the exchange is no more, or others came after ``last``
        """
        with self._lock:
            _place(self.chats.exchanges(user, chat) if chat else [], exchange, last)
            self.chats.cut(user, str(chat), exchange)
        self.stop(user, chat)

    def delete(self, user: str, chat: str) -> None:
        """Forget a conversation; an answer being written there ends."""
        # In this order, so that whoever watches the run finds nothing at its end.
        self.chats.delete(user, chat)
        self.stop(user, chat)

    def check(self, question: str) -> None:
        """Refuse what can't be answered.

        :raises InputError: for an empty or overlong question, or an empty store
        """
        if not question.strip():
            raise InputError("the question is empty: type one")
        if len(question) > LONGEST_QUESTION:
            raise InputError(
                f"the question has {len(question)} characters, {LONGEST_QUESTION} is the most: "
                "ask for less at once"
            )
        if not self.newsroom().store.catalogue.counts()[0]:
            raise InputError(
                "there are no articles to answer from: add some on the Corpus page, or run "
                "citewire-ingest demo"
            )

    def running(self, user: str, chat: str | None) -> Run | None:
        """The run at work in a reader's conversation, if there is one."""
        run = self._runs.get(chat or "")
        return run if run and run.user == user else None

    def stop(self, user: str, chat: str | None) -> None:
        """End a run at once, keeping what was written."""
        run = self.running(user, chat)
        if run is not None and not run.stop.is_set():
            run.stop.set()
            self._end(run, State.STOPPED, run.exchange.text)

    def drain(self, seconds: float) -> None:
        """Take no more work, let runs end for a while, then stop them."""
        deadline = time.monotonic() + seconds
        while self._runs and time.monotonic() < deadline:
            time.sleep(0.05)
        for run in list(self._runs.values()):
            self.stop(run.user, run.chat)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _end(self, run: Run, state: State, text: str, record: dict[str, Any] | None = None) -> None:
        with self._lock:
            if self._runs.get(run.chat) is not run:
                return
            self.chats.finish(run.exchange.id, state, text, record)
            self._runs.pop(run.chat, None)
        LOG.info(
            "answer",
            extra={
                "state": state.value,
                "seconds": record["seconds"]["total"] if record else None,
                "abstained": record["abstained"] if record else None,
                "model": record["model"] if record else None,
            },
        )
        run.tell(state=state, text=text, record=record, over=True)

    def _keep(self, run: Run) -> None:
        with self._lock:
            if self._runs.get(run.chat) is run:  # else it has been stopped meanwhile
                self.chats.finish(run.exchange.id, State.RUNNING, run.exchange.text)

    def _work(self, run: Run, wish: Wish) -> None:
        kept = self._clock()
        try:
            events = self.events(run.exchange.question, run.history, wish)
            for event in events:
                if run.stop.is_set():
                    return
                if isinstance(event, StageEvent):
                    run.tell(stage=event.detail)
                elif isinstance(event, TextEvent):
                    run.tell(text=event.text, stage="checking every sentence")
                    if self._clock() - kept >= KEEP_EVERY:
                        kept = self._clock()
                        self._keep(run)
                else:
                    record = keep(event.answer, run.exchange.id)
                    record["filters"] = kept_filters(wish.filters)
                    self._end(run, State.DONE, event.answer.text, record)
        except CitewireError as error:
            self._end(run, State.FAILED, str(error))
        except Exception:
            LOG.exception("answering failed")
            self._end(run, State.FAILED, "The answer failed; the server's log says why. Try again.")
        finally:
            self._end(run, State.STOPPED, run.exchange.text)

    def events(self, question: str, history: tuple[Turn, ...], wish: Wish) -> Iterator[Event]:
        """The events of one answer, without keeping anything."""
        self.check(question)
        newsroom = self.newsroom(wish.answerer)
        order = Order.LATEST if wish.latest else None
        return newsroom.stream(
            question, history, as_of=wish.as_of, filters=wish.filters, order=order
        )


def _place(exchanges: list[Exchange], wanted: str, last: str | None) -> int:
    """Where an exchange stands in its conversation.

    :raises Gone: where it doesn't, or the conversation doesn't end with ``last``
    """
    at = next((i for i, e in enumerate(exchanges) if e.id == wanted), None)
    if at is None:
        raise Gone("this question is no longer in the conversation: here is what is")
    if last and exchanges[-1].id != last:
        raise Gone("the conversation went on in another window: look at it, then do this again")
    return at
