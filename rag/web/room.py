"""What the page shows of one reader's conversations, put together from the other parts."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.errors import InputError, UnknownArticle
from rag.feedback import Verdict, question_of, store_feedback
from rag.types import Article, Source
from rag.web import export, suggest, views
from rag.web.chats import Exchange, State, turns
from rag.web.desk import Desk, Run, Wish
from rag.web.intake import Intake, neutral
from rag.web.request import filters_of

LOG = logging.getLogger("citewire.room")
PAGES = 10_000  # open pages remembered


def wish_of(since: object, until: object, publishers: object, latest: object, by: object) -> Wish:
    """What a reader set beside the question, on the page.

    :raises InputError: for what is no date, or an empty period
    """
    named = [str(p) for p in publishers] if isinstance(publishers, list) else []
    return Wish(filters_of(since, until, named), bool(latest), answerer=str(by) if by else None)


def named(article: Article | InputError, home: Path) -> Article | InputError:
    """The article under an address that tells readers nothing of the server's folders."""
    if isinstance(article, InputError):
        return article
    return replace(article, url=neutral(article.url, home))


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation at rest, as HTML."""

    chat: str | None
    talk: str
    panel: str
    chats: str


class Room:
    """One service's conversations, evidence, feedback and suggestions.

    :param intake: adds articles from the page, or None where the page may not
    :param clock: gives today for the as-of line and the time of feedback
    """

    def __init__(
        self,
        desk: Desk,
        home: Path,
        intake: Intake | None = None,
        *,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.desk = desk
        self.home = home
        self.intake = intake
        self.store = desk.newsroom().store
        self._clock = clock
        self._examples: tuple[int, list[str]] = (-1, [])
        self._examining = threading.Lock()
        # What each open page looks at: a run is shown only while its page still looks at it.
        self._looking: OrderedDict[str, object] = OrderedDict()
        self._times = itertools.count(1)  # the page takes up only what differs from before

    def warm(self) -> None:
        """Do ahead what a first question would wait for; take up jobs of a killed server."""
        if self.store.stats().passages:
            for _ in self.desk.events("What is new?", (), Wish()):
                pass
        else:
            self.store.encoder.encode(["warm"])
        self.examples()
        if self.intake:
            self.intake.resume()

    def close(self) -> None:
        """End the work and release the files."""
        if self.intake:
            self.intake.close()
        self.desk.chats.close()
        self.desk.newsroom().close()

    def last(self, user: str) -> str | None:
        """The reader's conversation used last."""
        mine = self.desk.chats.chats(user, 1)
        return mine[0].id if mine else None

    @property
    def today(self) -> date:
        """The day that "today" means."""
        return self._clock().date()

    def show(self, user: str, chat: str | None, *, latest: bool = False) -> Shown:
        """A conversation with its suggestions, the last answer's evidence and the list."""
        run = self.desk.running(user, chat)  # first, else its end could be missed
        exchanges = self.desk.chats.exchanges(user, chat) if chat else []
        here = chat if exchanges else None
        if run and exchanges and exchanges[-1].state is State.RUNNING:
            talk = views.conversation([*exchanges[:-1], run.exchange], stage=run.stage or "working")
            panel = views.evidence(None, self.store, "")
        elif exchanges:
            talk = views.conversation(exchanges, self.follow_ups(exchanges))
            last = exchanges[-1]
            panel = views.evidence(last.record, self.store, last.id, latest=latest)
        else:
            talk = views.welcome(self.store.stats())
            panel = views.evidence(None, self.store, "")
        return Shown(here, talk, panel, self.listed(user, here))

    def turn(self, page: str) -> Callable[[], bool]:
        """A page turns to something: what it followed is shown no more.

        :returns: whether the page still looks at that
        """
        token = object()
        self._looking[page] = token
        self._looking.move_to_end(page)
        while len(self._looking) > PAGES:
            self._looking.popitem(last=False)
        return lambda: self._looking.get(page) is token

    def growing(self, run: Run, still: Callable[[], bool]) -> Iterator[str]:
        """The conversation at each step of a run, until it is over or not looked at."""
        earlier = self.desk.chats.exchanges(run.user, run.chat)[:-1]
        for _ in run.watch():
            if run.over or not still():
                return
            yield views.conversation([*earlier, run.exchange], stage=run.stage or "working")

    def listed(self, user: str, current: str | None) -> str:
        """The reader's conversations."""
        return views.chat_list(self.desk.chats.chats(user), current)

    def reading(self, url: str) -> str:
        """An article over the page; another text each time, so that it opens each time."""
        return f"{views.reading(self.store, url)}<!-- {next(self._times)} -->"

    def record(self, user: str, chat: str | None, x: str) -> dict[str, Any] | None:
        """The answer record of one of the reader's exchanges."""
        found = self.desk.chats.exchanges(user, chat) if chat else []
        return next((e.record for e in found if e.id == x), None)

    def panel(self, user: str, chat: str | None, x: str, *, latest: bool = False) -> str:
        """The evidence of one of the reader's exchanges."""
        return views.evidence(self.record(user, chat, x), self.store, x, latest=latest)

    def article(self, user: str, chat: str | None, x: str, url: str, version: int) -> str:
        """A whole article, with what an exchange cites of it highlighted."""
        return views.whole_article(self.record(user, chat, x), self.store, x, url, version)

    def follow_ups(self, exchanges: Sequence[Exchange]) -> list[str]:
        """Questions that go on from the last answer."""
        last = exchanges[-1]
        if last.state is not State.DONE or not last.record:
            return []
        sources: dict[str, Source] = {}
        for hit in last.record["hits"]:
            if hit["url"] not in sources:
                try:
                    sources[hit["url"]] = self.store.article(hit["url"]).source
                except UnknownArticle:
                    continue
        return suggest.follow_ups(last.record, sources, [e.question for e in exchanges])

    def examples(self, wait: float = 0.0) -> list[str]:
        """Example questions that the present articles answer; made in the background.

        :param wait: seconds to wait for them where they are being made
        """
        generation = self.store.catalogue.generation()
        if self._examples[0] != generation and self.store.stats().passages:
            thread = threading.Thread(target=self._examine, args=(generation,), daemon=True)
            thread.start()
            thread.join(wait)
        return self._examples[1]

    def _examine(self, generation: int) -> None:
        with self._examining:
            if self._examples[0] == generation:
                return
            try:
                self._examples = (generation, suggest.examples(self.desk.newsroom()))
            except Exception:
                LOG.exception("making example questions failed")

    def rate(self, user: str, chat: str, x: str, verdict: Verdict) -> bool:
        """Store a reader's verdict; False where the exchange is not theirs or unanswered."""
        exchanges = self.desk.chats.exchanges(user, chat)
        at = next((i for i, e in enumerate(exchanges) if e.id == x), None)
        if at is None or exchanges[at].record is None:
            return False
        record = exchanges[at].record or {}
        when = self._clock().isoformat(timespec="seconds")
        row = question_of(record, turns(exchanges[:at]), verdict, when)
        store_feedback(self.home, row)
        self.desk.chats.rate(user, x, "up" if verdict.good else "down")
        return True

    def exported(self, user: str, chat: str | None, kind: str) -> dict[str, str]:
        """The conversation as a file: ``name``, ``kind`` (media type), ``text``, ``time``.

        ``time`` counts, so that the page takes up the same file a second time.
        """
        exchanges = self.desk.chats.exchanges(user, chat) if chat else []
        if kind == "json":
            text, media = export.as_json(exchanges), "application/json"
        else:
            kind, text, media = "md", export.as_markdown(exchanges), "text/markdown"
        name, time = f"citewire-{self.today}.{kind}", str(next(self._times))
        return {"name": name, "kind": media, "text": text, "time": time}
