"""The catalogue: one SQLite file that holds the truth.

Articles with all their versions, their passages with vectors, story clusters and feed
states. Chroma and the lexical index are made from it and can be made again at any time.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import StoreError, UnknownArticle
from rag.schema import SCHEMA, SCHEMA_VERSION, article_day, facts, filter_sql, text_hash
from rag.types import Article, Filters, Origin, Passage, Source, Span, StoredArticle, Story

_SOURCE = """
    a.id, v.version, a.url, v.title, v.publisher, v.authors, v.published, v.published_from,
    v.updated, v.fetched, v.language, a.story"""


@dataclass(frozen=True, slots=True)
class PendingPassage:
    """A passage that is stored but not yet embedded."""

    id: int
    article_id: int
    title: str
    published: str | None
    heading: str
    text: str
    day: int | None  # proleptic ordinal of the publication day


class Catalogue:
    """The SQLite file; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "db", None)
        if connection is None:
            try:
                connection = sqlite3.connect(
                    self._path, timeout=30, isolation_level=None, check_same_thread=False
                )
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.Error as error:
                raise StoreError(
                    f"{self._path} can't be opened ({error}): move it away or choose another "
                    "folder with --home"
                ) from None
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA mmap_size=268435456")
            self._local.db = connection
            with self._guard:
                self._open.append(connection)
        return connection

    def create(self) -> None:
        """Make the tables where they are missing.

        :raises StoreError: where the file is of another format
        """
        with self.transaction() as db:
            found = db.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone()
            if found is None:
                for statement in SCHEMA.split(";"):
                    if statement.strip():
                        db.execute(statement)
                self.set_meta("schema", str(SCHEMA_VERSION))
        if self.meta("schema") != str(SCHEMA_VERSION):
            raise StoreError(
                f"{self._path} has format {self.meta('schema')}, this release reads "
                f"{SCHEMA_VERSION}: choose another folder with --home"
            )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction; rolled back where the block raises."""
        db = self.db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()

    # -- small values ---------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A stored setting, or None."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def generation(self) -> int:
        """A number that grows whenever the searchable passages change."""
        return int(self.meta("generation") or 0)

    def feed_state(self, url: str) -> dict[str, Any] | None:
        """What was remembered of a feed, or None."""
        row = self.db.execute("SELECT state FROM feeds WHERE url = ?", (url,)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def set_feed_state(self, url: str, state: dict[str, Any]) -> None:
        """Remember the state of a feed (ETag and the like)."""
        self.db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?)", (url, json.dumps(state)))

    # -- articles -------------------------------------------------------------------

    def article_row(self, url: str) -> tuple[int, int, int] | None:
        """``(id, current version, story)`` of an address, or None."""
        query = "SELECT id, version, story FROM articles WHERE url = ?"
        row: tuple[int, int, int] | None = self.db.execute(query, (url,)).fetchone()
        return row

    def article(self, url: str, version: int | None = None) -> StoredArticle:
        """An article with its text; the current version unless one is named.

        :raises UnknownArticle: where there is none
        """
        row = self.article_row(url)
        if row is None:
            raise UnknownArticle(f"no article at {url!r}: citewire-ingest list shows the addresses")
        found = self.db.execute(
            f"SELECT {_SOURCE}, v.text, v.updated_from, v.summary FROM articles a "  # noqa: S608
            "JOIN versions v ON v.article = a.id AND v.version = ? WHERE a.id = ?",
            (version or row[1], row[0]),
        ).fetchone()
        if found is None:
            raise UnknownArticle(f"{url!r} has no version {version}: it has 1 to {row[1]}")
        source = self._sources_of([found[:12]])[0]
        return StoredArticle(source, found[12], row[1], Origin(found[13]), found[14])

    def sources(self, limit: int, offset: int = 0, text: str | None = None) -> list[Source]:
        """Current articles, newest first; ``text`` keeps titles, addresses and publishers with it.

        Articles of unknown date come last.
        """
        where, values = "", []
        if text:
            columns = ("v.title", "a.url", "v.publisher")
            where = "WHERE " + " OR ".join(f"{column} LIKE ?1 ESCAPE '\\'" for column in columns)
            values = ["%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"]
        rows = self.db.execute(
            f"SELECT {_SOURCE} FROM articles a JOIN versions v "  # noqa: S608
            f"ON v.article = a.id AND v.version = a.version {where} "
            "ORDER BY v.published IS NULL, v.published DESC, a.id LIMIT "
            f"{int(limit)} OFFSET {int(offset)}",
            values,
        ).fetchall()
        return self._sources_of(rows)

    def _sources_of(self, rows: Iterable[Sequence[Any]]) -> list[Source]:
        rows = list(rows)
        stories = self._stories({row[11] for row in rows})
        return [
            Source(
                article_id=row[0],
                version=row[1],
                url=row[2],
                title=row[3],
                publisher=row[4],
                authors=tuple(json.loads(row[5])),
                published=row[6],
                published_from=Origin(row[7]),
                updated=row[8],
                fetched=row[9],
                language=row[10],
                story=stories[row[11]],
            )
            for row in rows
        ]

    def _stories(self, ids: set[int]) -> dict[int, Story]:
        found: dict[int, list[str]] = {id: [] for id in ids}
        copies: dict[int, int] = dict.fromkeys(ids, 0)
        rows = self.db.execute(
            "SELECT a.story, v.publisher FROM articles a JOIN versions v "
            "ON v.article = a.id AND v.version = a.version "
            "WHERE a.story IN (SELECT value FROM json_each(?)) "
            "ORDER BY v.published IS NULL, v.published, a.id",
            (json.dumps(sorted(ids)),),
        )
        for story, publisher in rows:
            copies[story] += 1
            if publisher and publisher not in found[story]:
                found[story].append(publisher)
        return {id: Story(id, tuple(found[id]), max(1, copies[id])) for id in ids}

    # -- passages -------------------------------------------------------------------

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The searchable passages among ``ids``, in their order."""
        rows = self.db.execute(
            f'SELECT p.id, p.ordinal, p.start, p."end", p.heading, '  # noqa: S608
            f'substr(v.text, p.start + 1, p."end" - p.start), {_SOURCE} '
            "FROM passages p JOIN articles a ON a.id = p.article "
            "JOIN versions v ON v.article = p.article AND v.version = p.version "
            "WHERE p.indexed = 1 AND p.id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(id) for id in ids]),),
        ).fetchall()
        sources = self._sources_of([row[6:] for row in rows])
        found = {
            row[0]: Passage(row[0], source, row[1], row[2], row[3], row[5], row[4])
            for row, source in zip(rows, sources, strict=True)
        }
        return [found[id] for id in ids if id in found]

    def neighbours(self, passage: Passage, before: int, after: int) -> list[Passage]:
        """Passages around one in its article, in reading order, without itself."""
        rows = self.db.execute(
            "SELECT id FROM passages WHERE article = ? AND version = ? "
            "AND ordinal BETWEEN ? AND ? AND id <> ? ORDER BY ordinal",
            (
                passage.source.article_id,
                passage.source.version,
                passage.ordinal - before,
                passage.ordinal + after,
                passage.id,
            ),
        ).fetchall()
        return self.passages([row[0] for row in rows])

    def allowed(self, filters: Filters, among: Sequence[int] | None = None) -> list[int]:
        """Ids of searchable passages that pass the filters, among all or those given."""
        where, values = filter_sql(filters)
        if among is not None:
            where += " AND id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps([int(id) for id in among]))
        rows = self.db.execute(
            f"SELECT id FROM passages WHERE indexed = 1 {where}",  # noqa: S608
            values,
        )
        return [row[0] for row in rows]

    def allowed_count(self, filters: Filters) -> int:
        """How many searchable passages pass the filters."""
        where, values = filter_sql(filters)
        row = self.db.execute(
            f"SELECT count(*) FROM passages WHERE indexed = 1 {where}",  # noqa: S608
            values,
        ).fetchone()
        return int(row[0])

    def within(self, filters: Filters) -> tuple[int, int, int | None, int | None]:
        """``(articles, passages, first day, last day)`` that pass; days are ordinals."""
        where, values = filter_sql(filters)
        row: tuple[int, int, int | None, int | None] = self.db.execute(
            "SELECT count(DISTINCT article), count(*), min(day), max(day) "  # noqa: S608
            f"FROM passages WHERE indexed = 1 {where}",
            values,
        ).fetchone()
        return row

    def vector_rows(self, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """``(passage id, float16 vector)`` of those of ``ids`` that have one."""
        return self.db.execute(
            "SELECT passage, vector FROM vectors WHERE passage IN (SELECT value FROM json_each(?))",
            (json.dumps([int(id) for id in ids]),),
        ).fetchall()

    def pending(self, limit: int) -> list[PendingPassage]:
        """Stored passages that are not yet embedded, oldest first."""
        return self._rows("p.indexed = 0 ORDER BY p.id LIMIT ?", limit)

    def rows_of(self, ids: Sequence[int]) -> list[PendingPassage]:
        """The same fields for passages that are already searchable (to index them again)."""
        among = json.dumps([int(id) for id in ids])
        return self._rows("p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id", among)

    def _rows(self, where: str, value: int | str) -> list[PendingPassage]:
        rows = self.db.execute(
            "SELECT p.id, p.article, v.title, v.published, p.heading, "  # noqa: S608
            'substr(v.text, p.start + 1, p."end" - p.start), p.day '
            "FROM passages p JOIN versions v ON v.article = p.article AND v.version = p.version "
            f"WHERE {where}",
            (value,),
        ).fetchall()
        return [PendingPassage(*row) for row in rows]

    def pending_after(self, id: int) -> int:
        """How many passages stored after ``id`` are not yet embedded."""
        query = "SELECT count(*) FROM passages WHERE indexed = 0 AND id > ?"
        return int(self.db.execute(query, (id,)).fetchone()[0])

    def counts(self) -> tuple[int, int, int]:
        """``(searchable, pending, tombstones)`` passages."""
        row: tuple[int, int, int] = self.db.execute(
            "SELECT (SELECT count(*) FROM passages WHERE indexed = 1), (SELECT count(*) FROM "
            "passages WHERE indexed = 0), (SELECT count(*) FROM tombstones)"
        ).fetchone()
        return row

    # -- writing (inside a transaction of the store's writer) -----------------------

    def insert_version(
        self, article: Article, spans: Sequence[Span], story: int | None, signature: bytes
    ) -> tuple[int, int]:
        """Store a new article or a new version of one; returns ``(id, version)``.

        Passages of an older version are marked for removal from the indexes; its text stays.
        """
        db = self.db
        row = self.article_row(article.url)
        if row is None:
            id = int(
                db.execute(
                    "INSERT INTO articles (url, version, story) VALUES (?, 1, 0)", (article.url,)
                ).lastrowid
                or 0
            )
            version = 1
        else:
            id, version = row[0], row[1] + 1
            self.bury_passages(id)
        db.execute(
            "UPDATE articles SET version = ?, story = ? WHERE id = ?",
            (version, story or (row[2] if row else id), id),
        )
        db.execute(
            "INSERT INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                id,
                version,
                text_hash(article),
                article.title,
                article.text,
                *facts(article),
                signature,
            ),
        )
        day = article_day(article.published)
        db.executemany(
            'INSERT INTO passages (article, version, ordinal, start, "end", heading, day, '
            "publisher) VALUES (?,?,?,?,?,?,?,?)",
            [
                (id, version, n, span.start, span.end, span.heading, day, article.publisher)
                for n, span in enumerate(spans)
            ],
        )
        return id, version

    def update_facts(self, id: int, version: int, article: Article) -> None:
        """Replace what is known of a version (dates, people), not its text."""
        self.db.execute(
            "UPDATE versions SET summary=?, publisher=?, authors=?, published=?, "
            "published_from=?, updated=?, updated_from=?, fetched=?, language=? "
            "WHERE article=? AND version=?",
            (*facts(article), id, version),
        )
        self.db.execute(
            "UPDATE passages SET day=?, publisher=?, indexed=0 WHERE article=? AND version=?",
            (article_day(article.published), article.publisher, id, version),
        )

    def bury_passages(self, article_id: int) -> None:
        """Mark an article's passages for removal from the indexes and forget them here."""
        db = self.db
        db.execute(
            "INSERT OR IGNORE INTO tombstones SELECT id FROM passages WHERE article = ?",
            (article_id,),
        )
        db.execute(
            "DELETE FROM vectors WHERE passage IN (SELECT id FROM passages WHERE article = ?)",
            (article_id,),
        )
        db.execute("DELETE FROM passages WHERE article = ?", (article_id,))

    def delete_article(self, article_id: int) -> None:
        """Forget an article with all its versions."""
        self.bury_passages(article_id)
        for table, column in (("versions", "article"), ("bands", "article"), ("articles", "id")):
            self.db.execute(f"DELETE FROM {table} WHERE {column} = ?", (article_id,))  # noqa: S608
