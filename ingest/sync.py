"""Keeping the store up to date with the sources, once or every so often."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import feeds
from ingest.collect import Collector, State
from ingest.crawl import Limits, Visit
from ingest.documents import read_page
from ingest.fetch import Fetched, FetchPolicy, fetch, user_policy
from ingest.sources import Source, load
from rag.errors import CitewireError, InputError
from rag.types import Article

if TYPE_CHECKING:
    from ingest.pipeline import Progress, Report
    from rag.store import Store

__all__ = ["Limits", "SyncReport", "Visit", "keep_up", "read_url", "run_sync", "seconds", "sync"]

_POLICY = FetchPolicy()
_LIMITS = Limits()
_ONE_FEED = Limits(entries=200)  # a feed that is named by hand is read whole
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST = 60  # seconds between two runs: feeds change less often than that


@dataclass(slots=True)
class SyncReport:
    """What a sync did: the articles' report, and one line for each source."""

    report: Report
    visits: list[Visit] = field(default_factory=list)
    requests: int = 0
    received: int = 0  # bytes, unpacked

    def record(self) -> dict[str, Any]:
        """The report as JSON."""
        record = self.report.record()
        record["sources"] = [dataclasses.asdict(v) for v in self.visits]
        record["requests"], record["bytes"] = self.requests, self.received
        return record


def sync(
    store: Store,
    sources: Iterable[Source],
    *,
    policy: FetchPolicy = _POLICY,
    limits: Limits = _LIMITS,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> SyncReport:
    """Fetch what is new at the sources and put it into the store.

    :param stop: ends the run early; what was read is kept, the rest comes next time
    :raises StoreBusyError: where another process is writing
    """
    from ingest.pipeline import ingest

    def remember(url: str, state: State) -> None:
        with store.catalogue.transaction():
            store.catalogue.set_feed_state(url, state)

    collector = Collector(sources, policy, limits, store.catalogue.feed_state, remember, stop)
    report = ingest(store, collector, progress=progress, stop=stop)
    return SyncReport(report, collector.visits, collector.requests, collector.received)


def keep_up(
    store: Store,
    sources: Sequence[Source],
    every: float,
    stop: threading.Event,
    *,
    policy: FetchPolicy = _POLICY,
    limits: Limits = _LIMITS,
    shown: Callable[[SyncReport | CitewireError], None] | None = None,
) -> None:
    """Sync now and again every so many seconds until ``stop`` is set; for a thread of its own.

    :param shown: gets each run's report, or why it could not run (a busy store, say)
    """
    while not stop.is_set():
        result: SyncReport | CitewireError
        try:
            result = sync(store, sources, policy=policy, limits=limits, stop=stop)
        except CitewireError as error:
            result = error
        if shown:
            shown(result)
        stop.wait(every)


def seconds(text: str) -> float:
    """A length of time such as "30m", "2h", "90s" or "1d", in seconds.

    :raises InputError: where it has another form or is under a minute
    """
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*([smhd]?)\s*", text.lower())
    if not match:
        raise InputError(f"{text!r} is no length of time: write it as 30m, 2h or 1d")
    value = float(match[1]) * _UNITS[match[2] or "m"]
    if value < _SHORTEST:
        raise InputError(f"{text!r} is too often: a minute at least, and 30m is kind to the sites")
    return value


def run_sync(store: Store, sources: Path | None, every: str | None, as_json: bool) -> int:
    """The ``sync`` command; returns the exit code."""
    from rag import cli

    chosen = load(sources)
    policy = user_policy((s.url for s in chosen), os.environ)
    if every is None:
        report = _with_bar(store, chosen, policy)
        _print(report, as_json)
        return _exit_code(report)

    def shown(result: SyncReport | CitewireError) -> None:
        if isinstance(result, SyncReport):
            _print(result, as_json)
        else:
            cli.complain(str(result))

    keep_up(store, chosen, seconds(every), threading.Event(), policy=policy, shown=shown)
    return cli.DONE


def _with_bar(store: Store, sources: Sequence[Source], policy: FetchPolicy) -> SyncReport:
    from ingest.__main__ import ProgressBar

    with ProgressBar() as bar:
        return sync(store, sources, policy=policy, progress=bar.show)


def _print(result: SyncReport, as_json: bool) -> None:
    """The report: a table of the sources, the counts, and what was rejected on stderr."""
    from ingest.__main__ import finish

    if as_json:
        print(json.dumps(result.record(), ensure_ascii=False), flush=True)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("source", "state", box=None, pad_edge=False)
    for column in ("new", "changed", "off topic", "failed"):
        table.add_column(column, justify="right")
    for visit in result.visits:
        counts = (str(n or "") for n in (visit.new, visit.again, visit.off_topic, visit.failed))
        table.add_row(Text(visit.name), visit.status, *counts)
    Console(file=sys.stdout).print(table)
    for visit in result.visits:
        if visit.note and visit.status != "failed":  # failures are named below
            print(f"{visit.name}: {visit.note}")
    print(f"{result.requests} pages and feeds fetched, {result.received / 1e6:.1f} MB")
    finish(result.report, as_json=False)


def _exit_code(result: SyncReport) -> int:
    from rag import cli

    broken = [v for v in result.visits if v.status == "failed"]
    if broken and len(broken) == len(result.visits):
        return cli.FAILED
    return cli.PARTLY if broken or result.report.rejected else cli.DONE


def read_url(
    url: str, *, policy: FetchPolicy | None = None, limits: Limits = _ONE_FEED
) -> Iterator[Article | InputError]:
    """The article of a page, PDF or text at an address, or the articles of a feed's entries.

    :param policy: by default private hosts are refused unless ``CITEWIRE_ALLOW_PRIVATE=1``
    """
    policy = policy or user_policy([url], os.environ)
    try:
        fetched = fetch(url, policy=policy)
        if not feeds.is_feed(fetched.body, fetched.content_type):
            yield _page_article(fetched)
            return
    except InputError as error:
        yield error
        return
    yield from Collector(
        [Source(url, url)], policy, limits, lambda _: None, lambda _url, _state: None
    )


def _page_article(fetched: Fetched) -> Article:
    try:
        return read_page(fetched.body, fetched.url, fetched.content_type, fetched.fetched_at)
    except InputError as error:
        named = feeds.discover(fetched.body, fetched.url)
        if named:
            raise InputError(f"{error} (or add the feed it names: {named[0]})") from None
        raise
