"""Work on many hosts at once, little on each: the scheduler and the reading of one page."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from ingest import dates
from ingest.documents import read_page
from ingest.feeds import Entry, Feed
from ingest.fetch import Fetched
from ingest.text import canonical_url, clean, host_name
from rag.errors import InputError
from rag.types import Article, Origin

_WHOLE = 1500  # characters from which a feed's own text counts as the whole article
_USABLE = 500  # characters that are better than nothing where the page can't be had
_LONGEST_NAME = 40  # characters; longer feed titles are slogans
_CUT_OFF = ("…", "...", "[…]", "[...]", "read more", "continue reading", "read on", "read the rest")

Task = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run does.

    :ivar workers: requests at a time, over all hosts
    :ivar per_host: requests at a time to one host
    :ivar pause: seconds between the starts of two requests to one public host
    :ivar entries: entries of one feed that are read in one run, in the feed's order
    :ivar again: pages of one feed, read in an earlier run, that are looked at again in one
    """

    workers: int = 12
    per_host: int = 2
    pause: float = 0.5
    entries: int = 60
    again: int = 5


@dataclass(slots=True)
class Visit:
    """What became of one source; ``note`` says why, where something failed."""

    name: str
    url: str
    status: str = "ok"  # ok, unchanged, waiting, failed
    new: int = 0  # entries read
    again: int = 0  # pages of earlier runs that changed since
    off_topic: int = 0
    failed: int = 0  # entries that could not be read
    note: str = ""


class Scheduler:
    """Runs tasks on threads: each host gets few at a time, with a pause between them.

    :param workers: threads in all
    :param per_host: tasks at a time for one host
    """

    def __init__(self, workers: int, per_host: int) -> None:
        self._workers = workers
        self._per_host = per_host
        self._waiting: dict[str, deque[Task]] = {}
        self._running: dict[str, int] = {}
        self._free_at: dict[str, float] = {}
        self._delay: dict[str, float] = {}
        self._open = 0  # tasks that wait or run
        self._changed = threading.Condition()
        self._stopped = False

    def add(self, url: str, task: Task) -> None:
        """Run ``task``, which must not raise, when the host of ``url`` has room."""
        host = urlsplit(url).netloc.lower()
        with self._changed:
            self._waiting.setdefault(host, deque()).append(task)
            self._open += 1
            self._changed.notify()

    def pace(self, url: str, seconds: float) -> None:
        """Leave that many seconds between the starts of two tasks for the host."""
        with self._changed:
            self._delay[urlsplit(url).netloc.lower()] = seconds

    def start(self) -> list[threading.Thread]:
        """Start the threads; they end when nothing is left to do, or when stopped."""
        threads = [
            threading.Thread(target=self._work, name=f"citewire-sync-{i}", daemon=True)
            for i in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                found, wait = self._next()
                while found is None:
                    if self._stopped or not self._open:
                        self._changed.notify_all()
                        return
                    self._changed.wait(wait)
                    found, wait = self._next()
            host, task = found
            try:
                task()
            finally:
                with self._changed:
                    self._running[host] -= 1
                    self._open -= 1
                    self._changed.notify_all()

    def _next(self) -> tuple[tuple[str, Task] | None, float | None]:
        """A task whose host has room, or how long until one may have."""
        now = time.monotonic()
        soonest: float | None = None
        for host, tasks in self._waiting.items():
            if self._stopped or not tasks or self._running.get(host, 0) >= self._per_host:
                continue
            left = self._free_at.get(host, 0.0) - now
            if left > 0:
                soonest = left if soonest is None else min(soonest, left)
                continue
            self._waiting[host] = self._waiting.pop(host)  # the others come first next time
            self._running[host] = self._running.get(host, 0) + 1
            self._free_at[host] = now + self._delay.get(host, 0.0)
            return (host, tasks.popleft()), None
        return None, soonest


def whole(entry: Entry) -> bool:
    """Whether a feed's entry carries the article and not just its beginning."""
    return len(entry.content) >= _WHOLE and not _cut(entry.content)


def usable(entry: Entry) -> bool:
    """Whether an entry's text will do where its page can't be had."""
    return bool(entry.title) and len(entry.content) >= _USABLE


def _cut(text: str) -> bool:
    return text[-80:].rstrip().lower().endswith(_CUT_OFF)


def from_page(fetched: Fetched, entry: Entry, feed: Feed, now: datetime) -> Article:
    """The article of an entry's page; the feed's dates prevail over the page's.

    :raises InputError: where the page holds no article
    """
    article = read_page(fetched.body, fetched.url, fetched.content_type, fetched.fetched_at)
    return _with_feed(article, entry, feed, now)


def from_entry(entry: Entry, feed: Feed, fetched_at: str, now: datetime) -> Article:
    """The article that an entry itself carries.

    :raises InputError: where it has no title
    """
    if not entry.title:
        raise InputError(f"{entry.link}: the feed's entry has no title; nothing stored")
    article = Article(
        url=canonical_url(entry.link),
        title=entry.title,
        text=clean(entry.content),
        publisher=feed.title or host_name(entry.link),
        fetched=fetched_at,
        language=feed.language,
    )
    return _with_feed(article, entry, feed, now)


def _with_feed(article: Article, entry: Entry, feed: Feed, now: datetime) -> Article:
    if dates.plausible(entry.published, now):
        article = replace(article, published=entry.published, published_from=Origin.FEED)
    if dates.plausible(entry.updated, now) and entry.updated != entry.published:
        article = replace(article, updated=entry.updated, updated_from=Origin.FEED)
    if article.published and article.updated and article.updated < article.published[:10]:
        article = replace(article, updated=None, updated_from=Origin.UNKNOWN)
    host = host_name(article.url)
    publisher = article.publisher
    if not publisher or publisher.lower().removeprefix("www.").partition(":")[0] == host:
        # the page named none: a feed's title says more than the address, if it is a name
        publisher = feed.title if 0 < len(feed.title) <= _LONGEST_NAME else host
    return replace(
        article,
        publisher=publisher,
        authors=article.authors or entry.authors,
        summary=article.summary or entry.summary or None,
        language=article.language or feed.language,
    )
