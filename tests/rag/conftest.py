"""Fixtures for the language-model tests: scripted servers, a real small model."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rag.embedding import Encoder
from rag.settings import Settings

HERE = Path(__file__).resolve().parent
# Read before the fixture that clears the environment.
GGUF = Path(
    os.environ.get("CITEWIRE_TEST_GGUF", "")
    or HERE.parents[1] / ".venv" / "share" / "citewire" / "smollm2.gguf"
)


def _module(name: str) -> ModuleType:
    """A helper module beside this file (the test folders are no packages)."""
    full = f"citewire_tests_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@pytest.fixture(scope="session")
def servers() -> ModuleType:
    """The module of scripted behaviours."""
    return _module("servers")


@pytest.fixture(scope="session")
def helper() -> Callable[[str], ModuleType]:
    """Load a helper module beside this file by name."""
    return _module


@pytest.fixture(scope="session")
def newsdesk() -> ModuleType:
    """The module of invented passages."""
    return _module("newsdesk")


@pytest.fixture
def chain(encoder: Encoder) -> Callable[[Settings], Any]:
    """Make the chain with the model that the settings name."""
    from rag.chain import ChainAnswerer
    from rag.extractive import ExtractiveAnswerer
    from rag.llm import chat_model

    def make(settings: Settings) -> Any:
        quoting = ExtractiveAnswerer(encoder)
        return ChainAnswerer(chat_model(settings), encoder, quoting, settings)

    return make


@pytest.fixture
def serve(servers: ModuleType) -> Iterator[Callable[..., Any]]:
    """Start a server with behaviours; stopped after the test."""
    started = []

    def start(*behaviours: Any) -> Any:
        started.append(servers.Server(list(behaviours)))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def llm_settings(home: Path) -> Callable[..., Settings]:
    """Settings for a scripted server."""

    def make(server: Any, **changes: Any) -> Settings:
        values = {"llm": "openai:scripted", "llm_base_url": server.url, "llm_timeout": 5.0}
        return Settings(home=home, **{**values, **changes})

    return make


@pytest.fixture(scope="session")
def gguf_file() -> Path:
    """The real small model, or a skip where its file is not at hand."""
    pytest.importorskip("xllamacpp")
    if not GGUF.is_file():
        pytest.skip(f"no model file at {GGUF} (CITEWIRE_TEST_GGUF names another)")
    return GGUF
