"""The chat's process killed with SIGKILL while it answers and while it adds articles."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.browser import Reader, text

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
ADDED = 40


@pytest.fixture
def slow_model() -> Iterator[str]:
    """The address of a model that says three sentences and then nothing more."""
    spec = importlib.util.spec_from_file_location("kill_servers", ROOT / "tests/rag/servers.py")
    assert spec is not None
    assert spec.loader is not None
    servers = ModuleType("kill_servers")
    sys.modules["kill_servers"] = servers  # its dataclasses look themselves up
    spec.loader.exec_module(servers)

    def behave(exchange: Any) -> None:
        exchange.begin()
        for said in ("Anthropic raised $13 billion", "ICONIQ led it", "Fidelity took part"):
            exchange.event({"content": f"{said} [1]. "})
            exchange.pause(1.2)
        exchange.event({"content": "And "})
        exchange.pause(120)

    server = servers.Server([behave])
    yield server.url
    server.close()
    del sys.modules["kill_servers"]


@pytest.fixture
def chat(filled: Path, slow_model: str, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Starts the chat in a process of its own, each time at the same address."""
    shutil.copytree(filled, tmp_path / "home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    model = {"CITEWIRE_LLM": "openai:slow", "CITEWIRE_LLM_BASE_URL": slow_model}
    started: list[subprocess.Popen[str]] = []

    def start() -> Any:
        started.append(
            subprocess.Popen(
                [sys.executable, "ui.py", "--home", str(tmp_path / "home"), "--port", port],
                cwd=ROOT,
                env={**os.environ, **model, "CITEWIRE_LLM_API_KEY": "none"},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        out = started[-1].stdout
        assert out is not None
        return started[-1], out.readline().split()[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def articles(path: Path) -> Path:
    """A corpus file of invented words, so that no two articles are copies."""
    rng = random.Random(3)
    words = [a + b for a in ("zor", "bli", "qua", "fen", "mur") for b in ("bex", "lum", "dor")]
    rows = [
        {
            "url": f"https://many.example.com/{n}",
            "title": f"Report {n}",
            "published": "2025-12-01",
            "text": "\n\n".join(" ".join(rng.choices(words, k=60)) + "." for _ in range(3)),
        }
        for n in range(ADDED)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_nothing_is_lost_and_the_page_comes_back(
    chat: Callable[[], Any], chromium: Any, tmp_path: Path
) -> None:
    process, url = chat()
    one = Reader(chromium, url)
    page = one.open()
    page.set_default_timeout(60000)
    one.answerer("Quotations, no model")
    one.ask("What did Thomson Reuters win?")
    first = text(page, ".said")
    one.answerer("openai:slow")
    other = one.context.new_page()
    other.set_default_timeout(60000)
    other.goto(url)
    other.get_by_role("tab", name="Corpus").click()
    other.wait_for_selector("svg.months")
    other.set_input_files("#files input[type=file]", str(articles(tmp_path / "many.jsonl")))
    other.wait_for_selector("#files .download")
    one.ask("How much did Anthropic raise in September 2025?", wait=False)
    page.wait_for_function("document.querySelector('.growing')?.innerText.includes('13 billion')")
    other.locator("#add").click()
    other.wait_for_function("document.querySelector('#job').innerText.includes(' passages…')")
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    page.fill("#question textarea", "half a quest")
    page.wait_for_selector("#lost:not([hidden])")
    chat()
    page.wait_for_selector("text=Interrupted before it was finished.")
    assert page.locator(".turn").count() == 2
    assert page.locator(".turn .said").first.inner_text().replace("\u2060", "") == first
    assert "raised $13 billion" in text(page, ".turn .said")
    page.wait_for_function("document.querySelector('#question textarea').value === 'half a quest'")
    other.wait_for_selector("#job >> text=Done after a restart")
    with closing(sqlite3.connect(tmp_path / "home" / "catalogue.sqlite")) as db:
        added = "SELECT count(*) FROM articles WHERE url LIKE 'https://many.example.com/%'"
        assert db.execute(added).fetchone() == (ADDED,)
    assert list((tmp_path / "home" / "incoming").glob("*.json")) == []
    page.get_by_title("Answer this question again").last.click()
    page.wait_for_selector(".said.growing")
    one.context.close()
