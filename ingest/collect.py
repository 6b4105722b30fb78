"""Reading sources side by side: feeds are asked whether they changed, new entries read.

A feed's state (validators, entries dealt with) is remembered only after its articles are
stored, so a run that is killed loses nothing: the next one takes up what is missing.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ingest import crawl, feeds, revisit
from ingest.crawl import Limits, Visit
from ingest.fetch import Fetched, FetchError, FetchPolicy, fetch
from ingest.robots import Robots
from ingest.sources import Source
from ingest.text import canonical_url
from ingest.topics import on_topic
from rag.errors import InputError
from rag.types import Article

_FOR_GOOD = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})
_LONGEST_REST = timedelta(days=1)  # most that a Retry-After keeps a feed from being asked
_REST = timedelta(minutes=15)  # doubled for each failed run after the second
_SITEMAPS = 3  # sitemaps of an index that are read
State = dict[str, Any]


class Collector:
    """Fetches sources side by side and yields their articles one by one.

    :param recall: the remembered state of a feed, or None
    :param remember: keeps a feed's state; called from the thread that iterates, after every
        article of that feed was taken
    """

    def __init__(
        self,
        sources: Iterable[Source],
        policy: FetchPolicy,
        limits: Limits,
        recall: Callable[[str], State | None],
        remember: Callable[[str, State], None],
        stop: threading.Event | None = None,
    ) -> None:
        self.policy = policy
        self.limits = limits
        self.stop = stop or threading.Event()
        self.now = policy.clock()
        self.robots = Robots(policy)
        self.visits = [Visit(s.name, s.url) for s in sources]
        self._sources = list(sources)
        self._recall = recall
        self._remember = remember
        self._scheduler = crawl.Scheduler(limits.workers, limits.per_host)
        self._over = threading.Event()
        self._out: queue.Queue[Article | InputError | tuple[str, State]] = queue.Queue(64)
        self._guard = threading.Lock()
        self._claimed: set[str] = set()
        self.requests = 0
        self.received = 0

    def __iter__(self) -> Iterator[Article | InputError]:
        for source, visit in zip(self._sources, self.visits, strict=True):
            state = self._recall(source.url) or {}
            job = _Job(self, source, visit, state)
            self._scheduler.add(source.url, job.run)
        threads = self._scheduler.start()
        try:
            while not self._ended():
                try:
                    item = self._out.get(timeout=0.05)
                except queue.Empty:
                    if any(t.is_alive() for t in threads) or not self._out.empty():
                        continue
                    return
                if isinstance(item, tuple):
                    self._remember(*item)
                else:
                    yield item
        finally:
            self._over.set()
            self._scheduler.stop()

    def _ended(self) -> bool:
        return self.stop.is_set() or self._over.is_set()

    def claim(self, link: str) -> bool:
        """Whether nobody took this page in this run yet."""
        link = canonical_url(link)
        with self._guard:
            if link in self._claimed:
                return False
            self._claimed.add(link)
            return True

    def later(self, url: str, task: Callable[[], None]) -> None:
        """Run a task when the address's host has room."""
        self._scheduler.add(url, task)

    def hand(self, item: Article | InputError | tuple[str, State]) -> None:
        """Pass something on; waits while the reader is busy."""
        while not self._ended():
            try:
                self._out.put(item, timeout=0.2)
                return
            except queue.Full:
                continue

    def get(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Fetch an address if the site's robots.txt lets us, at the pace it asks for.

        :raises FetchError: also where robots.txt forbids it
        """
        rules = self.robots.rules(url)
        if rules.refused:  # an address that feeds and pages must not lead to
            raise FetchError(url, rules.refused, "leave it out", status=403)
        if rules.unknown:
            raise FetchError(url, "the site's robots.txt can't be had", "try again later")
        if not rules.allows(url):
            raise FetchError(url, "robots.txt doesn't allow it", "leave it out", status=403)
        parts = urlsplit(url)
        if (parts.hostname, parts.port) not in self.policy.allow_hosts:
            self._scheduler.pace(url, max(self.limits.pause, rules.delay))
        fetched = fetch(url, policy=self.policy, etag=etag, last_modified=modified, stop=self.stop)
        with self._guard:
            self.requests += 1
            self.received += len(fetched.body)
        return fetched


class _Job:
    """One source in one run. Everything it raises becomes a line of the report."""

    def __init__(self, owner: Collector, source: Source, visit: Visit, state: State) -> None:
        self.owner = owner
        self.source = source
        self.visit = visit
        self.before = state  # what is remembered until every article of this run is stored
        self.state = state
        self.seen: dict[str, Any] = {}  # of the entries now in the feed: link → mark
        self.pages: dict[str, revisit.Remembered] = {}  # of those, what may be looked at again
        self.feed = feeds.Feed(
            title=str(state.get("title") or ""), language=state.get("language") or None
        )
        self.complete = True  # whether every entry was dealt with
        self._left = 1  # open pages, and the feed itself
        self._guard = threading.Lock()

    def run(self) -> None:
        """Fetch the feed and start on its entries."""
        until = str(self.state.get("not_before", ""))
        if until > _stamp(self.owner.now):
            self.visit.status, self.visit.note = "waiting", f"not asked again before {until}"
            return
        try:
            self._read()
        except InputError as error:
            self._fail(error)
        except Exception as error:  # a source must never stop the run
            kind = type(error).__name__
            self._fail(InputError(f"{self.source.url}: can't be read ({kind}); report this"))
        else:
            self._close()

    def _read(self) -> None:
        fetched = self.owner.get(
            self.source.url, self.state.get("etag"), self.state.get("modified")
        )
        mark = _mark(fetched.body)
        if fetched.moved_to:
            self.visit.note = f"moved to {fetched.moved_to}; change its address in the list"
        if fetched.not_modified or (mark == self.state.get("mark")):
            self.visit.status = "unchanged"
            self.seen = dict(self.state.get("seen", {}))
            self._look_again(dict(self.state.get("pages", {})))
            return
        self.state = {
            **self.state,
            "etag": fetched.headers.get("etag"),
            "modified": fetched.headers.get("last-modified"),
            "mark": mark,
        }
        self.feed = self._parse(fetched)
        self._entries(fetched)

    def _parse(self, fetched: Fetched) -> feeds.Feed:
        """The feed, or the feed that a page names, or the sitemaps of an index."""
        if not feeds.is_feed(fetched.body, fetched.content_type):
            for address in feeds.discover(fetched.body, fetched.url)[:1]:
                self.state = {**self.state, "mark": None, "etag": None, "modified": None}
                fetched = self.owner.get(address)
        feed = feeds.parse(fetched.body, fetched.url, fetched.content_type)
        if feed.children:  # they change while the index stays as it is
            self.state = {**self.state, "mark": None, "etag": None, "modified": None}
        for child in feed.children[:_SITEMAPS]:
            more = self.owner.get(child)
            entries = feeds.parse(more.body, more.url, more.content_type).entries
            feed = replace(feed, entries=feed.entries + entries)
        if feed.error and not feed.entries:
            raise InputError(f"{self.source.url}: {feed.error}; check that it is a feed's address")
        return feed

    def _entries(self, fetched: Fetched) -> None:
        before = self.before.get("seen", {})
        pages = dict(self.before.get("pages", {}))
        taken = 0
        for entry in self.feed.entries:
            key = entry.link or entry.id
            mark = _mark(f"{entry.title}\n{entry.updated}\n{entry.content}".encode())
            if not key or key in self.seen:
                continue
            if before.get(key) == mark:
                self.seen[key] = mark
                continue
            text = f"{entry.summary}\n{entry.content}"
            if self.source.topic and not on_topic(entry.title, text):
                self.visit.off_topic += 1
                self.seen[key] = mark
                continue
            if taken >= self.owner.limits.entries:
                if self.feed.sitemap:  # only the newest: the rest is the site's archive
                    self.seen[key] = mark
                else:
                    self.complete = False
                continue
            taken += 1
            self._take(entry, key, mark, fetched)
            pages.pop(key, None)
        self._look_again({key: page for key, page in pages.items() if key in self.seen})

    def _take(self, entry: feeds.Entry, key: str, mark: str, fetched: Fetched) -> None:
        if not entry.link:
            self.seen[key] = mark
            self._reject(InputError(f"{self.source.url}: the entry {key[:80]!r} has no address"))
            return
        if not self.owner.claim(entry.link):
            self.seen[key] = mark
            return
        if crawl.whole(entry) or (not self.source.follow and entry.content):
            self._keep(key, mark, partial(crawl.from_entry, entry, self.feed, fetched.fetched_at))
            return
        with self._guard:
            self._left += 1
        self.owner.later(entry.link, partial(self._page, entry, key, mark, fetched.fetched_at))

    def _page(self, entry: feeds.Entry, key: str, mark: str, fetched_at: str) -> None:
        """Read an entry's page; where it can't be had, the feed's text if there is enough."""
        try:
            self._follow(entry, key, mark)
        except InputError as error:
            if crawl.usable(entry):
                self._keep(key, mark, partial(crawl.from_entry, entry, self.feed, fetched_at))
            else:
                self._give_up(error, key, mark)
        except Exception as error:  # one bad page must never stop the run
            self._give_up(
                InputError(f"{entry.link}: can't be read ({type(error).__name__}); report this"),
                key,
                mark,
            )
        finally:
            self._close()

    def _follow(self, entry: feeds.Entry, key: str, mark: str) -> None:
        page = self.owner.get(entry.link)
        article = crawl.from_page(page, entry, self.feed, self.owner.now)
        with self._guard:
            self.seen[key] = mark
            self.pages[key] = revisit.note(entry, page, _mark(page.body), None)
            self.visit.new += 1
        self.owner.hand(article)

    def _look_again(self, pages: dict[str, revisit.Remembered]) -> None:
        """Start on the pages of earlier runs whose text may have changed."""
        with self._guard:
            self.pages |= revisit.young(pages, self.owner.now)
        for key in revisit.due(pages, self.owner.now, self.owner.limits.again):
            link = str(pages[key]["entry"]["link"])
            if self.owner.claim(link):
                with self._guard:
                    self._left += 1
                self.owner.later(link, partial(self._again, key, pages[key]))

    def _again(self, key: str, page: revisit.Remembered) -> None:
        """One page of an earlier run; what was stored stays where it can't be had."""
        try:
            self._changed(key, page)
        except FetchError as error:
            with self._guard:
                if error.status in _FOR_GOOD:
                    self.pages.pop(key, None)
        except Exception:  # noqa: S110  # no article any more, or unreadable: the stored one stays
            pass
        finally:
            self._close()

    def _changed(self, key: str, page: revisit.Remembered) -> None:
        """Read the page again and pass it on where it is not what it was."""
        entry = revisit.entry_of(page)
        fetched = self.owner.get(entry.link, page["etag"], page["modified"])
        mark = _mark(fetched.body)
        same = fetched.not_modified
        with self._guard:
            self.pages[key] = (
                {**page, "seen": fetched.fetched_at}
                if same
                else revisit.note(entry, fetched, mark, page)
            )
        if same or mark == page["mark"]:
            return
        article = crawl.from_page(fetched, entry, self.feed, self.owner.now)
        with self._guard:
            self.visit.again += 1
        self.owner.hand(article)

    def _keep(self, key: str, mark: str, make: Callable[[datetime], Article]) -> None:
        try:
            article = make(self.owner.now)
        except InputError as error:
            self._give_up(error, key, mark)
            return
        with self._guard:
            self.seen[key] = mark
            self.visit.new += 1
        self.owner.hand(article)

    def _give_up(self, error: InputError, key: str, mark: str) -> None:
        """Count a page as failed; only what may pass is tried again in the next run."""
        gone = not isinstance(error, FetchError) or error.status in _FOR_GOOD
        with self._guard:
            if gone:
                self.seen[key] = mark
            else:
                self.complete = False
        self._reject(error)

    def _reject(self, error: InputError) -> None:
        with self._guard:
            self.visit.failed += 1
        self.owner.hand(error)

    def _fail(self, error: InputError) -> None:
        """The feed itself failed: it is asked again later, ever later if it keeps failing."""
        self.visit.status, self.visit.note = "failed", str(error)
        failures = int(self.before.get("failures", 0)) + 1
        rest = _REST * 2 ** min(failures - 3, 6) if failures > 2 else timedelta()
        if isinstance(error, FetchError) and error.retry_after is not None:
            rest = max(rest, timedelta(seconds=min(error.retry_after, 86400.0)))
        state = {**self.before, "failures": failures}
        if rest:
            state["not_before"] = _stamp(self.owner.now + min(rest, _LONGEST_REST))
        self.owner.hand(error)
        self.owner.hand((self.source.url, state))

    def _close(self) -> None:
        """When the last page is done, pass the feed's state on, behind its articles."""
        with self._guard:
            self._left -= 1
            if self._left:
                return
        state = {k: self.state.get(k) for k in ("etag", "modified", "mark")}
        if not self.complete:  # look at the feed again even if it didn't change
            state = dict.fromkeys(state)
        state |= {"seen": self.seen, "pages": self.pages}
        state |= {"title": self.feed.title, "language": self.feed.language}
        self.owner.hand((self.source.url, state))


def _mark(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
