"""The demo corpus in a store of its own, so that a person's articles don't change figures."""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from rag.errors import StoreError
from rag.settings import Settings
from rag.types import Article

FOLDER = "eval-demo"
STAMP = "made-of"  # file that holds the hash of what the store was made of


def demo_settings(settings: Settings) -> Settings:
    """The settings with the demo store's folder, below the data directory."""
    return replace(settings, home=settings.home / FOLDER)


def demo_articles() -> list[Article]:
    """The bundled articles.

    :raises StoreError: where one of them can't be read
    """
    import ingest
    from ingest.documents import read_path

    articles = []
    for item in read_path(Path(ingest.__file__).parent / "demo"):
        if not isinstance(item, Article):
            raise StoreError(f"the demo corpus is damaged ({item}): install citewire again")
        articles.append(item)
    return articles


def prepare_demo(settings: Settings, articles: list[Article] | None = None) -> None:
    """Make the demo store hold the bundled articles as today's code stores them.

    Quick where it already does; made anew where an article or the code that cuts, stores
    or embeds them has changed, as figures of an old store would be wrong.

    :param settings: those of :func:`demo_settings`
    :param articles: others than the bundled ones
    :raises StoreBusyError: where another process is writing there
    """
    from ingest.pipeline import ingest
    from rag.store import open_store

    articles = demo_articles() if articles is None else articles
    made_of = made_of_hash(articles, settings)
    stamp = settings.home / STAMP
    if stamp.is_file() and stamp.read_text("ascii") == made_of:
        return
    _clear(settings.home)
    store = open_store(settings)
    try:
        report = ingest(store, articles)
    finally:
        store.close()
    stamp.write_text(made_of, encoding="ascii")
    print(f"demo corpus: {report.passages} passages in {report.seconds:.0f} s", file=sys.stderr)


def made_of_hash(articles: list[Article], settings: Settings) -> str:
    """SHA-256 of everything that a demo store's content depends on."""
    import ingest
    import rag

    digest = hashlib.sha256(repr((articles, settings.encoder, settings.backend)).encode())
    for path in (
        *sorted(Path(ingest.__file__).parent.glob("*.py")),
        *(Path(rag.__file__).parent / f"{name}.py"
          for name in ("header", "embedding", "catalogue", "writer", "lexical", "words")),
    ):  # fmt: skip
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _clear(home: Path) -> None:
    """Remove an old demo store, but for the encoder's files, which take seconds to make."""
    if not home.is_dir():
        return
    for path in home.iterdir():
        if path.is_dir() and path.name in ("chroma", "lexical"):
            shutil.rmtree(path)
        elif path.name.startswith("catalogue.sqlite") or path.name == STAMP:
            path.unlink()
