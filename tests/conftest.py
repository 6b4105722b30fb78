"""Fixtures that every test file may use; the network is blocked but for loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.embedding import Encoder, load_encoder
from rag.settings import Settings
from rag.store import Store, open_store

if TYPE_CHECKING:
    from rag.newsroom import Newsroom

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

_connect = socket.socket.connect


def _local_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if not (host.startswith("127.") or host in ("::1", "localhost")):
            raise OSError(f"tests may only reach loopback, not {host}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    monkeypatch.setattr(socket.socket, "connect", _local_only)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty data directory."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted encoder, made once for the whole run."""
    folder = tmp_path_factory.mktemp("encoder")
    load_encoder(Settings(home=folder))
    return folder / "encoder"


@pytest.fixture(scope="session")
def encoder(encoder_folder: Path) -> Encoder:
    """The real embedding model, loaded once for the whole run."""
    return load_encoder(Settings(home=encoder_folder.parent))


@pytest.fixture
def ready_home(home: Path, encoder_folder: Path) -> Path:
    """An empty data directory in which commands need not convert the encoder again."""
    shutil.copytree(encoder_folder, home / "encoder", copy_function=os.link)
    return home


@pytest.fixture
def store(ready_home: Path, encoder: Encoder) -> Iterator[Store]:
    """An empty store with the real encoder, real Chroma and real SQLite."""
    opened = open_store(Settings(home=ready_home), encoder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo_home(
    tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path, encoder: Encoder
) -> Path:
    """A data directory with the demo corpus; for reading only, shared by the whole run."""
    from ingest.documents import read_path
    from ingest.pipeline import ingest

    folder = tmp_path_factory.mktemp("demo") / "home"
    shutil.copytree(encoder_folder, folder / "encoder", copy_function=os.link)
    opened = open_store(Settings(home=folder), encoder)
    report = ingest(opened, read_path(ROOT / "ingest" / "demo"))
    opened.close()
    assert not report.rejected
    return folder


@pytest.fixture(scope="session")
def newsroom(demo_home: Path, encoder: Encoder) -> Iterator[Newsroom]:
    """The demo corpus with the extractive answerer; today is the last day of 2025."""
    from rag.newsroom import open_newsroom

    opened = open_newsroom(
        Settings(home=demo_home), encoder=encoder, clock=lambda: date(2025, 12, 31)
    )
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measuring data, or a skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no measuring data beside the checkout")
    return SHARED


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No CITEWIRE_ setting of the person running the tests leaks in."""
    for name in list(os.environ):
        if name.startswith("CITEWIRE_"):
            monkeypatch.delenv(name)
