"""Writing to the store: one writer at a time, safe to kill at any point.

An article and its passages are stored first, in one transaction, as "pending". Passages
are then embedded and written to Chroma and the lexical index, and only after that marked
as searchable; whatever a killed run left pending is taken up by the next one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.catalogue import PendingPassage
from rag.errors import UnknownArticle
from rag.header import header
from rag.lexical import LexicalIndex, LexicalRow
from rag.schema import article_day, text_hash
from rag.types import Article, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.store import Store

# Passages embedded and written together: a kill loses at most this much embedding work,
# and a batch this long is sorted by length well enough (512 is within 2% of 4,096).
WINDOW = 512
LEAST = 128  # as many are worth starting with, while more are being stored
Progress = Callable[[int, int], None]


class Put(StrEnum):
    """What storing an article did."""

    ADDED = "added"
    UPDATED = "updated"  # a new version, or new facts about the same text
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"  # added as another copy of a story


class Writer:
    """Got from :meth:`rag.store.Store.writer`; not to be shared between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._catalogue = store.catalogue
        self._words = LexicalIndex.open(store.settings.home / "lexical", write=True)
        self._pool = ThreadPoolExecutor(1, "citewire-index")

    def known(self, article: Article) -> Put | None:
        """What :meth:`put` would find before any chunking, or None for a text that is new.

        ``UNCHANGED``: nothing to do. ``UPDATED``: the text is stored, but dates, people or
        the publisher differ.
        """
        row = self._catalogue.article_row(article.url)
        if row is None:
            return None
        found = self._catalogue.db.execute(
            "SELECT hash, publisher, authors, published, updated, language, summary "
            "FROM versions WHERE article = ? AND version = ?",
            row[:2],
        ).fetchone()
        if found[0] != text_hash(article):
            return None
        facts = (
            article.publisher,
            json.dumps(list(article.authors)),
            article.published,
            article.updated,
            article.language,
            article.summary,
        )
        return Put.UNCHANGED if tuple(found[1:]) == facts else Put.UPDATED

    def candidates(self, bands: Sequence[str], url: str) -> list[tuple[int, bytes, str | None]]:
        """Articles that share a band: ``(story, signature, published)``, without ``url``."""
        rows = self._catalogue.db.execute(
            "SELECT DISTINCT a.story, v.signature, v.published, a.id FROM bands b "
            "JOIN articles a ON a.id = b.article AND a.url <> ? "
            "JOIN versions v ON v.article = a.id AND v.version = a.version "
            "WHERE b.band IN (SELECT value FROM json_each(?)) AND v.signature IS NOT NULL "
            "ORDER BY a.id LIMIT 200",
            (url, json.dumps(list(bands))),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def put(
        self,
        article: Article,
        spans: Sequence[Span],
        *,
        story: int | None = None,
        signature: bytes = b"",
        bands: Sequence[str] = (),
    ) -> Put:
        """Store an article as pending, or a new version where its address is known.

        :param spans: its passages
        :param story: id of the story cluster that it is a copy of, or None for its own
        :param signature: near-duplicate signature, kept for later articles
        :param bands: look-up keys of the signature
        """
        known = self.known(article)
        if known is Put.UNCHANGED:
            return known
        with self._catalogue.transaction() as db:
            row = self._catalogue.article_row(article.url)
            if known is Put.UPDATED and row is not None:
                self._catalogue.update_facts(row[0], row[1], article)
                return known
            id, version = self._catalogue.insert_version(article, spans, story, signature)
            db.execute("DELETE FROM bands WHERE article = ?", (id,))
            db.executemany(
                "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, id) for band in bands]
            )
        if version > 1:
            return Put.UPDATED
        return Put.DUPLICATE if story is not None else Put.ADDED

    def set_feed_state(self, url: str, state: dict[str, Any]) -> None:
        """Remember the state of a feed (ETag and the like)."""
        with self._catalogue.transaction():
            self._catalogue.set_feed_state(url, state)

    def remove(self, url: str) -> None:
        """Forget an article with all its versions.

        :raises UnknownArticle: where there is none
        """
        row = self._catalogue.article_row(url)
        if row is None:
            raise UnknownArticle(f"no article at {url!r}: citewire-ingest list shows the addresses")
        with self._catalogue.transaction():
            self._catalogue.delete_article(row[0])
        self._bury()

    def index(
        self, progress: Progress | None = None, more: Callable[[], bool] | None = None
    ) -> int:
        """Embed and index everything pending; returns how many passages.

        Embedding one window and writing the one before go on side by side.

        :param progress: called with (done in this call, still pending)
        :param more: whether another thread may still be storing articles
        """
        self._bury()
        done = 0
        writing: Future[None] | None = None
        in_flight: set[int] = set()
        while True:
            producing = more() if more else False
            rows = self._catalogue.pending(WINDOW + len(in_flight))
            rows = [row for row in rows if row.id not in in_flight][:WINDOW]
            if len(rows) < LEAST and producing:
                time.sleep(0.02)
                continue
            if rows:
                vectors = self._encode(rows)
            if writing is not None:
                writing.result()
                writing = None
                in_flight = set()
            if not rows:
                if producing or self._catalogue.pending(1):
                    continue
                break
            in_flight = {row.id for row in rows}
            writing = self._pool.submit(self._write, rows, vectors)
            done += len(rows)
            if progress:
                progress(done, self._catalogue.pending_after(max(in_flight)))
        self._bury()
        return done

    def _encode(self, rows: Sequence[PendingPassage]) -> NDArray[np.float32]:
        """Vectors of passages; the first ones fix which encoder the store belongs to."""
        encoder = self._store.encoder
        if self._catalogue.meta("encoder") is None:
            with self._catalogue.transaction():
                self._catalogue.set_meta("encoder", encoder.name)
        return encoder.encode([embedded_text(row) for row in rows])

    def _write(self, rows: Sequence[PendingPassage], vectors: NDArray[np.float32]) -> None:
        ids = [row.id for row in rows]
        self._store.index.upsert(ids, vectors)
        self._words.add(_lexical_row(row) for row in rows)
        self._words.commit()
        half = vectors.astype(np.float16)
        with self._catalogue.transaction() as db:
            db.executemany(
                # A passage removed meanwhile must not come back.
                "INSERT OR REPLACE INTO vectors SELECT ?1, ?2 WHERE EXISTS "
                "(SELECT 1 FROM passages WHERE id = ?1)",
                [(id, half[n].tobytes()) for n, id in enumerate(ids)],
            )
            db.executemany("UPDATE passages SET indexed = 1 WHERE id = ?", [(id,) for id in ids])
            generation = self._catalogue.generation() + 1
            self._catalogue.set_meta("generation", str(generation))
        self._store.wrote(generation)

    def _bury(self) -> None:
        """Take removed passages out of both indexes."""
        rows = self._catalogue.db.execute("SELECT passage FROM tombstones").fetchall()
        ids = [row[0] for row in rows]
        if not ids:
            return
        self._store.index.delete(ids)
        self._words.delete(ids)
        self._words.commit()
        with self._catalogue.transaction() as db:
            db.executemany("DELETE FROM tombstones WHERE passage = ?", [(id,) for id in ids])
            generation = self._catalogue.generation() + 1
            self._catalogue.set_meta("generation", str(generation))
        self._store.wrote(generation)

    def rebuild_indexes(self, progress: Progress | None = None) -> int:
        """Make Chroma and the lexical index again from the catalogue's own vectors."""
        self._store.index.reset()
        self._words.clear()
        db = self._catalogue.db
        ids = [row[0] for row in db.execute("SELECT id FROM passages WHERE indexed = 1")]
        for at in range(0, len(ids), 4 * WINDOW):
            part = ids[at : at + 4 * WINDOW]
            rows = self._catalogue.rows_of(part)
            self._store.index.upsert(part, self._store.vectors(part))
            self._words.add(_lexical_row(row) for row in rows)
            self._words.commit()
            if progress:
                progress(at + len(part), len(ids) - at - len(part))
        with self._catalogue.transaction() as db:
            db.execute("DELETE FROM tombstones")
            generation = self._catalogue.generation() + 1
            self._catalogue.set_meta("generation", str(generation))
        self._store.wrote(generation)
        return len(ids)

    def forget_vectors(self) -> None:
        """Mark every passage pending, so that :meth:`index` embeds all of them again."""
        self._store.index.reset()
        self._words.clear()
        with self._catalogue.transaction() as db:
            db.execute("UPDATE passages SET indexed = 0")
            db.execute("DELETE FROM vectors")
            db.execute("DELETE FROM tombstones")
            db.execute("DELETE FROM meta WHERE key = 'encoder'")

    def close(self) -> None:
        """Finish the last write and let the lexical index go."""
        self._pool.shutdown(wait=True)
        self._words.close()


def embedded_text(row: PendingPassage) -> str:
    """What is embedded: the contextual header, then the passage."""
    return f"{header(row.title, row.published, row.heading)}\n{row.text}"


def _lexical_row(row: PendingPassage) -> LexicalRow:
    return LexicalRow(
        id=row.id,
        title=row.title,
        heading=row.heading,
        text=row.text,
        day=row.day if row.day is not None else article_day(row.published),
        article_id=row.article_id,
    )
