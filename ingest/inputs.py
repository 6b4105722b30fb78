"""What a person names on the command line or the page: files, folders, pages, feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.documents import read_path
from rag.errors import InputError
from rag.types import Article


def read(target: str, now: datetime | None = None) -> Iterator[Article | InputError]:
    """The articles behind a path or an ``http(s)`` address; what can't be read as errors.

    A feed's address gives the articles of its entries.

    :param now: dates after it become unknown; the current time by default
    """
    if target.lower().startswith(("http://", "https://")):
        from ingest.sync import read_url

        yield from read_url(target)
    else:
        yield from read_path(Path(target), now or datetime.now(UTC))
