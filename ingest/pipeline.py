"""From articles to a searchable store: chunk, find copies, embed, index.

One thread reads, chunks and stores articles while another embeds what is stored, so that
slow sources and the encoder don't wait for each other. Whatever a killed run stored but
did not embed is taken up by the next run.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.chunk import Chunker
from ingest.stories import COPY, WINDOW_DAYS, bands, signature, similarity
from rag.errors import InputError
from rag.schema import article_day, text_hash
from rag.store import Store
from rag.types import Article
from rag.writer import Put, Writer


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is."""

    articles: int  # read so far
    done: int  # passages embedded in this run
    known: int  # passages that need embedding, as far as known
    reading: bool  # whether ``known`` may still grow


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input that was not stored, and why, in one line."""

    what: str


@dataclass(slots=True)
class Report:
    """What an ingest did; counts are articles."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0  # added as a further copy of a story
    passages: int = 0  # embedded in this run
    seconds: float = 0.0
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Articles that are in the store after this run."""
        return self.added + self.updated + self.unchanged + self.duplicate

    def record(self) -> dict[str, Any]:
        """The report as JSON."""
        return dataclasses.asdict(self)


def ingest(
    store: Store,
    articles: Iterable[Article | InputError],
    *,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Report:
    """Store and index articles; the same ones again change nothing.

    An :class:`InputError` among them is counted as rejected, with its message.

    :param progress: called a few times a second, from this thread
    :param stop: ends the reading early; what was read is still indexed
    :raises StoreBusyError: where another process is writing
    """
    began = time.monotonic()
    report = Report()
    with store.writer() as writer:
        reader = _Reader(store, writer, articles, report, stop or threading.Event())
        reader.start()

        def shown(done: int, pending: int) -> None:
            if progress:
                progress(Progress(reader.seen, done, done + pending, reader.is_alive()))

        try:
            report.passages = writer.index(shown, reader.is_alive)
        except BaseException:
            reader.stop.set()
            reader.join()
            raise
        reader.join()
        if reader.error is not None:
            raise reader.error
    report.seconds = time.monotonic() - began
    return report


class _Reader(threading.Thread):
    """Reads, chunks and stores articles, one transaction each."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        articles: Iterable[Article | InputError],
        report: Report,
        stop: threading.Event,
    ) -> None:
        super().__init__(name="citewire-read", daemon=True)
        self._store = store
        self._writer = writer
        self._articles = articles
        self._report = report
        self._chunker: Chunker | None = None
        self._urls: dict[str, bytes] = {}
        self.stop = stop
        self.seen = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        """Thread body; an unforeseen error is kept for the caller."""
        try:
            for article in self._articles:
                if self.stop.is_set():
                    break
                self.seen += 1
                try:
                    self._one(article)
                except InputError as error:
                    self._report.rejected.append(Rejection(str(error)))
        except BaseException as error:
            self.error = error

    def _one(self, article: Article | InputError) -> None:
        if isinstance(article, InputError):
            raise article
        if not article.text.strip():
            raise InputError(f"{article.url}: has no text; check that it shows an article")
        if self._repeated(article):
            return
        known = self._writer.known(article)
        if known is Put.UNCHANGED:
            self._report.unchanged += 1
            return
        if known is Put.UPDATED:
            self._writer.put(article, ())
            self._report.updated += 1
            return
        if self._chunker is None:
            self._chunker = Chunker(self._store.encoder.count)
        spans = self._chunker(article)
        if not spans:
            raise InputError(f"{article.url}: nothing but boilerplate, so nothing was stored")
        mark = signature(article.text)
        keys = bands(mark)
        put = self._writer.put(
            article, spans, story=self._story(article, mark, keys), signature=mark, bands=keys
        )
        name = put.value
        setattr(self._report, name, getattr(self._report, name) + 1)

    def _repeated(self, article: Article) -> bool:
        """Whether this run already took the address; a second text for it is refused."""
        mark = text_hash(article)
        before = self._urls.setdefault(article.url, mark)
        if before is mark:
            return False
        if before != mark:
            raise InputError(
                f"{article.url}: came twice in one run with different texts; the first was kept"
            )
        self._report.unchanged += 1
        return True

    def _story(self, article: Article, mark: bytes, keys: list[str]) -> int | None:
        """The story that an article is a copy of; copies come out within days of each other."""
        day = article_day(article.published)
        best, story = COPY, None
        for candidate, other, published in self._writer.candidates(keys, article.url):
            then = article_day(published)
            if day is not None and then is not None and abs(day - then) > WINDOW_DAYS:
                continue
            score = similarity(mark, other)
            if score >= best:
                best, story = score, candidate
        return story
