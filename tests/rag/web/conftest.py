"""A small newsroom with real parts over some demo articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.documents import read_path
from ingest.pipeline import ingest
from rag.embedding import Encoder
from rag.newsroom import Newsroom, open_newsroom
from rag.settings import Settings

DEMO = Path(__file__).parents[3] / "ingest" / "demo"


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Newsroom]:
    """The articles of autumn 2025; shared, so only to be read."""
    opened = open_newsroom(Settings(home=tmp_path_factory.mktemp("web") / "home"), encoder=encoder)
    articles = (a for path in sorted(DEMO.glob("2025-1*.md")) for a in read_path(path))
    ingest(opened.store, articles)
    yield opened
    opened.close()
