"""The catalogue's tables, and how articles and filters become rows and conditions."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from rag.types import Article, Filters

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL, story INTEGER NOT NULL);
CREATE INDEX articles_story ON articles (story);
CREATE TABLE versions (
    article INTEGER NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, summary TEXT, publisher TEXT, authors TEXT NOT NULL,
    published TEXT, published_from TEXT NOT NULL, updated TEXT, updated_from TEXT NOT NULL,
    fetched TEXT, language TEXT, signature BLOB, PRIMARY KEY (article, version));
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    heading TEXT NOT NULL, day INTEGER, publisher TEXT, indexed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX passages_article ON passages (article, version, ordinal);
CREATE INDEX passages_day ON passages (day, publisher) WHERE indexed = 1;
CREATE INDEX passages_pending ON passages (id) WHERE indexed = 0;
CREATE TABLE vectors (passage INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE tombstones (passage INTEGER PRIMARY KEY);
CREATE TABLE bands (band TEXT NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article))
    WITHOUT ROWID;
CREATE INDEX bands_article ON bands (article);
CREATE TABLE feeds (url TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
"""


def filter_sql(filters: Filters) -> tuple[str, list[Any]]:
    """The filters as SQL over the passages table: ``(" AND …", values)``."""
    parts: list[str] = []
    values: list[Any] = []
    if filters.since or filters.until:
        low = filters.since.toordinal() if filters.since else 0
        high = filters.until.toordinal() if filters.until else date.max.toordinal()
        parts.append("(day BETWEEN ? AND ?" + (" OR day IS NULL)" if filters.undated else ")"))
        values += [low, high]
    if filters.publishers:
        parts.append("publisher IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(filters.publishers)))
    return "".join(f" AND {part}" for part in parts), values


def text_hash(article: Article) -> bytes:
    """What makes a new version: title and text, nothing else."""
    return hashlib.sha256(f"{article.title}\0{article.text}".encode()).digest()


def article_day(published: str | None) -> int | None:
    """Proleptic ordinal of an ISO date or date-time, None for unknown."""
    return date.fromisoformat(published[:10]).toordinal() if published else None


def facts(article: Article) -> tuple[str | None, ...]:
    """The columns of a version that are not its text."""
    return (
        article.summary,
        article.publisher,
        json.dumps(list(article.authors)),
        article.published,
        article.published_from.value,
        article.updated,
        article.updated_from.value,
        article.fetched,
        article.language,
    )
