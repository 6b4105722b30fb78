"""The store: catalogue, Chroma and the lexical index as one; nothing else touches them."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.catalogue import Catalogue
from rag.embedding import Encoder, load_encoder
from rag.errors import EncoderError, StoreBusyError, StoreError
from rag.lexical import LexicalIndex
from rag.schema import filter_sql
from rag.settings import Settings
from rag.types import NO_FILTERS, Filters, Passage, Source, StoredArticle
from rag.vectors import VectorIndex, remove_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.writer import Writer

# Up to here a filtered search scores every allowed vector; it reads 768 bytes a vector.
EXACT_LIMIT = 6000
# Another process's additions show at most this much later.
REOPEN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds."""

    articles: int
    passages: int  # searchable
    pending: int  # stored, not yet searchable
    stories: int
    undated: int
    oldest: str | None
    newest: str | None
    generation: int
    publishers: dict[str, int] = field(default_factory=dict)  # articles of each, most first
    months: dict[str, int] = field(default_factory=dict)  # articles of each "YYYY-MM"


class Store:
    """Read access for any number of threads; :meth:`writer` for the one that writes."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, encoder: Encoder | None = None
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self._encoder = encoder
        self._encoder_lock = threading.Lock()
        self._reopen_lock = threading.Lock()
        self._opened = 0.0
        self.index = VectorIndex(settings.home / "chroma", settings.chroma_url)
        self.words = open_words(settings.home / "lexical")
        self._generation = catalogue.generation()

    @property
    def encoder(self) -> Encoder:
        """The text encoder, loaded on first use.

        :raises EncoderError: where the store was built with another one
        """
        with self._encoder_lock:
            if self._encoder is None:
                self._encoder = load_encoder(self.settings)
            known = self.catalogue.meta("encoder")
            if known not in (None, self._encoder.name):
                raise EncoderError(
                    f"{self.settings.home} was built with the encoder {known}, not "
                    f"{self._encoder.name}: set CITEWIRE_ENCODER or run citewire-ingest rebuild"
                )
            return self._encoder

    # -- search ---------------------------------------------------------------------

    def dense(
        self, vector: NDArray[np.float32], k: int, filters: Filters = NO_FILTERS
    ) -> list[tuple[int, float]]:
        """The ``k`` passages nearest to a unit vector: ``(passage id, cosine)``, best first.

        Chroma's own filters are slow, so few allowed passages are scored exactly and many
        are filtered from a longer list.
        """
        if not filters.active:
            return self.index.search(vector, k)
        allowed = self.catalogue.allowed_count(filters)
        if allowed <= EXACT_LIMIT:
            return self.nearest(vector, self.catalogue.allowed(filters), k)
        total = max(allowed, self.index.count())
        wanted = int(1.5 * k * total / allowed) + 50
        while True:
            found = self.index.search(vector, wanted)
            keep = set(self.catalogue.allowed(filters, [id for id, _ in found]))
            hits = [(id, cosine) for id, cosine in found if id in keep]
            if len(hits) >= min(k, allowed) or len(found) >= total:
                return hits[:k]
            if wanted > EXACT_LIMIT:
                return self.nearest(vector, self.catalogue.allowed(filters), k)
            wanted *= 3

    def nearest(
        self, vector: NDArray[np.float32], ids: Sequence[int], k: int
    ) -> list[tuple[int, float]]:
        """Exact cosine of the given passages, best ``k`` first."""
        rows = self.catalogue.vector_rows(ids)
        if not rows:
            return []
        found = np.array([row[0] for row in rows])
        scores = _matrix([row[1] for row in rows]) @ vector
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(found[i]), float(scores[i])) for i in best]

    def lexical(self, text: str, k: int, filters: Filters = NO_FILTERS) -> list[tuple[int, float]]:
        """The ``k`` best passages by BM25: ``(passage id, score)``, best first."""
        since = filters.since.toordinal() if filters.since else None
        until = filters.until.toordinal() if filters.until else None
        if not filters.publishers:
            return self.words.search(text, k, since=since, until=until, undated=filters.undated)
        allowed = frozenset(self.catalogue.allowed(filters))
        return self.words.search(text, k, allow=allowed)

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors, shape ``(len(ids), dimension)``; zeros for unknown ids."""
        rows = dict(self.catalogue.vector_rows(ids))
        width = self.encoder.dimension
        blank = np.zeros(width, dtype=np.float16).tobytes()
        if not ids:
            return np.zeros((0, width), dtype=np.float32)
        return _matrix([rows.get(int(id), blank) for id in ids])

    # -- reading --------------------------------------------------------------------

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The searchable passages among ``ids``, in their order."""
        return self.catalogue.passages(ids)

    def places(self, ids: Sequence[int]) -> dict[int, tuple[int, int, int | None]]:
        """``passage id: (article id, story id, day as proleptic ordinal or None)``."""
        rows = self.catalogue.db.execute(
            "SELECT p.id, p.article, a.story, p.day FROM passages p "
            "JOIN articles a ON a.id = p.article WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(id) for id in ids]),),
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def newest_day(self) -> date | None:
        """The day of the newest dated article, None where there is none."""
        row = self.catalogue.db.execute(
            "SELECT max(day) FROM passages WHERE indexed = 1"
        ).fetchone()
        return date.fromordinal(row[0]) if row[0] else None

    def openings(self, filters: Filters, limit: int) -> list[Passage]:
        """The first passages of the newest ``limit`` articles that pass, newest first."""
        where, values = filter_sql(filters)
        rows = self.catalogue.db.execute(
            f"SELECT id FROM passages WHERE indexed = 1 AND ordinal = 0 {where} "  # noqa: S608
            "ORDER BY day DESC, id LIMIT ?",
            [*values, limit],
        )
        return self.passages([row[0] for row in rows])

    def openings_of(self, articles: Sequence[int]) -> dict[int, Passage]:
        """The first passage of each article."""
        rows = self.catalogue.db.execute(
            "SELECT id FROM passages WHERE indexed = 1 AND ordinal = 0 "
            "AND article IN (SELECT value FROM json_each(?))",
            (json.dumps([int(id) for id in articles]),),
        )
        found = self.passages([row[0] for row in rows])
        return {passage.source.article_id: passage for passage in found}

    def lengths(self, articles: Sequence[int]) -> dict[int, int]:
        """How many passages each article has."""
        rows = self.catalogue.db.execute(
            "SELECT article, count(*) FROM passages WHERE indexed = 1 "
            "AND article IN (SELECT value FROM json_each(?)) GROUP BY article",
            (json.dumps([int(id) for id in articles]),),
        )
        return dict(rows.fetchall())

    def neighbours(self, passage: Passage, before: int, after: int) -> list[Passage]:
        """Passages around one in its article, in reading order, without itself."""
        return self.catalogue.neighbours(passage, before, after)

    def article(self, url: str, version: int | None = None) -> StoredArticle:
        """An article with its text; the current version unless one is named.

        :raises UnknownArticle: where there is none
        """
        return self.catalogue.article(url, version)

    def sources(self, limit: int = 100, offset: int = 0, text: str | None = None) -> list[Source]:
        """Current articles, newest first; ``text`` keeps titles, addresses, publishers with it."""
        return self.catalogue.sources(limit, offset, text)

    def publishers(self) -> tuple[str, ...]:
        """Every publisher, most articles first."""
        return tuple(self.stats().publishers)

    def feed_state(self, url: str) -> dict[str, object] | None:
        """What was remembered of a feed, or None."""
        return self.catalogue.feed_state(url)

    def stats(self) -> Stats:
        """Counts by publisher and month, and the span of dates."""
        rows = self.catalogue.db.execute(
            "SELECT v.publisher, v.published, a.story FROM articles a "
            "JOIN versions v ON v.article = a.id AND v.version = a.version"
        ).fetchall()
        publishers = Counter(row[0] for row in rows if row[0])
        dates = sorted(row[1] for row in rows if row[1])
        months = Counter(day[:7] for day in dates)
        indexed, pending, _ = self.catalogue.counts()
        return Stats(
            articles=len(rows),
            passages=indexed,
            pending=pending,
            stories=len({row[2] for row in rows}),
            undated=len(rows) - len(dates),
            oldest=dates[0][:10] if dates else None,
            newest=dates[-1][:10] if dates else None,
            generation=self.catalogue.generation(),
            publishers=dict(publishers.most_common()),
            months=dict(sorted(months.items())),
        )

    # -- life cycle -----------------------------------------------------------------

    def refresh(self) -> bool:
        """See what another process added; True where something changed.

        Cheap when nothing did. Reopening is held back to once in a few seconds while
        another process is writing.
        """
        generation = self.catalogue.generation()
        if generation == self._generation:
            return False
        with self._reopen_lock:
            now = time.monotonic()
            if generation == self._generation or now - self._opened < REOPEN_SECONDS:
                return False
            self.index.reopen()
            self.words.reload()
            self._opened = time.monotonic()
            self._generation = generation
        return True

    def wrote(self, generation: int) -> None:
        """The writer of this process finished a batch: nothing needs reopening for it."""
        self._generation = generation
        self.words.reload()

    @contextlib.contextmanager
    def writer(self) -> Iterator[Writer]:
        """The one writer; excludes every other process and thread.

        :raises StoreBusyError: where another one is at work
        """
        from filelock import FileLock, Timeout

        from rag.writer import Writer

        lock = FileLock(self.settings.home / "writer.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise StoreBusyError(
                f"{self.settings.home} is being written by another citewire process: "
                "wait for it to end, or choose another folder with --home"
            ) from None
        try:
            with contextlib.closing(Writer(self)) as writer:
                yield writer
        finally:
            lock.release()

    def consistent(self) -> bool:
        """Whether Chroma and the lexical index hold what the catalogue says.

        Counts, and three stored vectors that must find themselves: a damaged or missing
        index folder raises nothing by itself.
        """
        indexed, pending, buried = self.catalogue.counts()
        for count in (self.index.count(), self.words.count()):
            if not indexed <= count <= indexed + pending + buried:
                return False
        rows = self.catalogue.db.execute(
            "SELECT v.passage, v.vector FROM vectors v JOIN passages p ON p.id = v.passage "
            "WHERE p.indexed = 1 AND v.passage >= "
            "(SELECT max(id) FROM passages) * 2 / 3 ORDER BY v.passage LIMIT 3"
        ).fetchall()
        for id, blob in rows:
            vector = _matrix([blob])[0]
            best = self.index.search(vector, 5)
            if not best or (best[0][1] < 0.99 and id not in {found for found, _ in best}):
                return False
        return True

    def close(self) -> None:
        """Release every file."""
        self.index.close()
        self.words.close()
        self.catalogue.close()


def open_store(settings: Settings, encoder: Encoder | None = None, *, repair: bool = True) -> Store:
    """Open the data directory, making it where it is missing.

    Where Chroma or the lexical index does not match the catalogue, both are made again
    from it (unless another process is writing, which explains a difference).

    :raises StoreError: where the directory can't be used
    """
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{home} can't be made ({error.strerror}): choose another folder with --home"
        ) from None
    catalogue = Catalogue(home / "catalogue.sqlite")
    catalogue.create()
    store = _assemble(settings, catalogue, encoder, home)
    if repair and not store.consistent():
        with contextlib.suppress(StoreBusyError), store.writer() as writer:
            if not store.consistent():
                writer.rebuild_indexes()
    return store


def open_words(folder: Path) -> LexicalIndex:
    """The lexical index for reading; an unreadable one is set aside and starts empty."""
    try:
        return LexicalIndex.open(folder)
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)  # the catalogue has every text
        return LexicalIndex.open(folder)


def _assemble(
    settings: Settings, catalogue: Catalogue, encoder: Encoder | None, home: Path
) -> Store:
    try:
        return Store(settings, catalogue, encoder)
    except StoreError:
        if settings.chroma_url:
            raise
    remove_folder(home / "chroma")  # it can't be opened; the catalogue has every vector
    return Store(settings, catalogue, encoder)


def _matrix(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    flat = np.frombuffer(b"".join(blobs), dtype=np.float16)
    return flat.reshape(len(blobs), -1).astype(np.float32)
