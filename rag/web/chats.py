"""Conversations kept on disk, apart for each reader, so that reloads and restarts lose nothing."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rag.types import Turn

TITLE = 80  # characters of the first question shown in the list
_SCHEMA = """
CREATE TABLE IF NOT EXISTS chats (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS chats_user ON chats (user, changed);
CREATE TABLE IF NOT EXISTS exchanges (
    id TEXT PRIMARY KEY, chat TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    place INTEGER NOT NULL, question TEXT NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL,
    record TEXT, rating TEXT);
CREATE INDEX IF NOT EXISTS exchanges_chat ON exchanges (chat, place);
CREATE TABLE IF NOT EXISTS answerers (user TEXT PRIMARY KEY, name TEXT NOT NULL);
"""


class State(StrEnum):
    """How far an exchange came."""

    RUNNING = "running"  # with no run at work: the server was stopped meanwhile
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"  # ``text`` is the error, for people


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it."""

    id: str
    question: str
    state: State
    text: str = ""  # of the answer so far, or the error
    record: dict[str, Any] | None = None
    rating: str | None = None  # up or down


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation in a reader's list."""

    id: str
    title: str
    changed: float  # seconds since 1970


class Chats:
    """The conversations of all readers; every call names whose it is.

    :param path: SQLite file, made where it is missing
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.executescript(_SCHEMA)

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, closing(self._db.cursor()) as cursor:
            yield cursor

    def chats(self, user: str, limit: int = 100) -> list[Chat]:
        """A reader's conversations, the one used last first."""
        with self._cursor() as db:
            rows = db.execute(
                "SELECT id, title, changed FROM chats WHERE user = ? "
                "ORDER BY changed DESC, rowid DESC LIMIT ?",
                (user, limit),
            ).fetchall()
        return [Chat(*row) for row in rows]

    def exchanges(self, user: str, chat: str) -> list[Exchange]:
        """A conversation in order; empty where it is unknown or another reader's."""
        with self._cursor() as db:
            rows = db.execute(
                "SELECT e.id, e.question, e.state, e.text, e.record, e.rating FROM exchanges e "
                "JOIN chats c ON c.id = e.chat AND c.user = ? WHERE e.chat = ? ORDER BY e.place",
                (user, chat),
            ).fetchall()
        return [
            Exchange(id, question, State(state), text, json.loads(record) if record else None, rate)
            for id, question, state, text, record, rate in rows
        ]

    def begin(
        self,
        user: str,
        chat: str | None,
        question: str,
        now: float,
        *,
        instead: str | None = None,
    ) -> tuple[str, str]:
        """Add a question; ``(chat id, exchange id)``. An unknown chat becomes a new one.

        :param instead: an exchange of this chat that goes, with all after it, in the same step
        """
        id = secrets.token_hex(8)
        with self._cursor() as db, _at_once(db):
            known = db.execute(
                "SELECT 1 FROM chats WHERE id = ? AND user = ?", (chat, user)
            ).fetchone()
            if chat is None or not known:
                chat = secrets.token_hex(8)
                title = " ".join(question.split())[:TITLE]
                db.execute("INSERT INTO chats VALUES (?, ?, ?, ?)", (chat, user, title, now))
            elif instead is not None:
                db.execute(
                    "DELETE FROM exchanges WHERE chat = ? AND place >= "
                    "(SELECT place FROM exchanges WHERE id = ? AND chat = ?)",
                    (chat, instead, chat),
                )
                if not db.execute("SELECT 1 FROM exchanges WHERE chat = ?", (chat,)).fetchone():
                    title = " ".join(question.split())[:TITLE]
                    db.execute("UPDATE chats SET title = ? WHERE id = ?", (title, chat))
            db.execute("UPDATE chats SET changed = ? WHERE id = ?", (now, chat))
            db.execute(
                "INSERT INTO exchanges VALUES (?, ?, (SELECT coalesce(max(place), 0) + 1 "
                "FROM exchanges WHERE chat = ?), ?, ?, '', NULL, NULL)",
                (id, chat, chat, question, State.RUNNING),
            )
        return chat, id

    def finish(
        self, exchange: str, state: State, text: str, record: dict[str, Any] | None = None
    ) -> None:
        """Store how an exchange ended."""
        with self._cursor() as db:
            db.execute(
                "UPDATE exchanges SET state = ?, text = ?, record = ? WHERE id = ?",
                (state, text, json.dumps(record, ensure_ascii=False) if record else None, exchange),
            )

    def rate(self, user: str, exchange: str, rating: str | None) -> None:
        """Remember the reader's thumb."""
        with self._cursor() as db:
            db.execute(
                "UPDATE exchanges SET rating = ? WHERE id = ? AND chat IN "
                "(SELECT id FROM chats WHERE user = ?)",
                (rating, exchange, user),
            )

    def cut(self, user: str, chat: str, exchange: str) -> str | None:
        """Drop an exchange and all after it; its question, or None where it is unknown."""
        with self._cursor() as db:
            row = db.execute(
                "SELECT e.place, e.question FROM exchanges e JOIN chats c ON c.id = e.chat "
                "WHERE c.user = ? AND c.id = ? AND e.id = ?",
                (user, chat, exchange),
            ).fetchone()
            if row is None:
                return None
            db.execute("DELETE FROM exchanges WHERE chat = ? AND place >= ?", (chat, row[0]))
            if (
                row[0] == 1
                or not db.execute("SELECT 1 FROM exchanges WHERE chat = ?", (chat,)).fetchone()
            ):
                db.execute("DELETE FROM chats WHERE id = ?", (chat,))
        return str(row[1])

    def delete(self, user: str, chat: str) -> None:
        """Forget a conversation."""
        with self._cursor() as db:
            db.execute("DELETE FROM chats WHERE id = ? AND user = ?", (chat, user))

    def answerer(self, user: str) -> str | None:
        """The answerer that a reader chose; None before the first choice."""
        with self._cursor() as db:
            row = db.execute("SELECT name FROM answerers WHERE user = ?", (user,)).fetchone()
        return str(row[0]) if row else None

    def choose(self, user: str, answerer: str) -> None:
        """Remember the answerer that a reader chose."""
        with self._cursor() as db:
            db.execute("INSERT OR REPLACE INTO answerers VALUES (?, ?)", (user, answerer))

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()


@contextmanager
def _at_once(db: sqlite3.Cursor) -> Iterator[None]:
    """All or nothing of what is written meanwhile, even if the process is killed."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def turns(exchanges: list[Exchange]) -> tuple[Turn, ...]:
    """The finished exchanges as the history that an answerer reads."""
    out: list[Turn] = []
    for exchange in exchanges:
        if exchange.state is State.DONE and exchange.record:
            out.append(Turn("user", exchange.question))
            out.append(Turn("assistant", str(exchange.record["answer"])))
    return tuple(out)
