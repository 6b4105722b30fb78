"""One server, one browser, a new reader for every test; answerers that are slow or hostile."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import ui
from ingest.documents import read_path
from ingest.pipeline import ingest
from rag.answer import Draft, Evidence, assemble
from rag.embedding import Encoder
from rag.newsroom import Newsroom, open_newsroom
from rag.settings import Settings
from rag.types import Article, DoneEvent, Event, Hit, Origin, Query, Status, TextEvent, Turn
from rag.web.serve import Users, server
from tests.browser import CHROMIUM, FLAGS, Reader

DEMO = Path(__file__).parents[2] / "ingest" / "demo"
PAYLOAD = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    "${window.hacked=1}{{#each [1]}}{{{this}}}{{/each}}[x](javascript:window.hacked=1)"
    '<svg/onload=window.hacked=1>" onmouseover="window.hacked=1" \''
)


class Slow:
    """Answers a word at a time, as a model does."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """Three hundred words in thirty seconds."""
        for count in range(1, 301):
            yield TextEvent(" ".join(f"word{n}" for n in range(count)) + ".", ())
            time.sleep(0.1)
        yield DoneEvent(assemble(query, [_draft("Slow.", hits)], hits))


class Hostile:
    """Answers with markup, as a model that was talked into it might."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """One sentence of each standing."""
        drafts = [
            Draft(f"{status} {PAYLOAD}", _draft("", hits).evidence, 0.5, status)
            for status in (Status.SUPPORTED, Status.DISPUTED, Status.SUPERSEDED, Status.UNSUPPORTED)
        ]
        answer = assemble(query, drafts, hits)
        yield TextEvent(answer.text, answer.citations)
        yield DoneEvent(answer)


def _draft(text: str, hits: Sequence[Hit]) -> Draft:
    passage = hits[0].passage
    return Draft(text, (Evidence(passage, passage.start, passage.end),))


class Service:
    """A served room that can be stopped and started at the same address."""

    def __init__(self, home: Path, encoder: Encoder, users: str | None = None) -> None:
        self.home, self._encoder, self._users = home, encoder, Users.parse(users)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> Service:
        settings = Settings(home=self.home)
        self.room = ui.open_room(
            settings, open_newsroom(settings, encoder=self._encoder), per_minute=500
        )
        main = self.room.desk.newsroom()
        for answerer in (Slow(), Hostile()):
            name = type(answerer).__name__
            self.room.desk.newsrooms[name] = Newsroom(main.store, main.retriever, answerer)
        ready = threading.Event()
        app = ui.serving(self.room, self._users)
        self._server = server(app, self.room.desk, "127.0.0.1", self.port, ready.set)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert ready.wait(30)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self.room.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A data directory with the demo articles and a hostile one."""
    home = tmp_path_factory.mktemp("ui") / "home"
    newsroom = open_newsroom(Settings(home=home), encoder=encoder)
    hostile = Article(
        url='https://evil.example.com/"><script>window.hacked=1</script>',
        title=f"Zorblax quarterly {PAYLOAD}",
        text=f"The company Zorblax sold 77 flumoxes in spring {PAYLOAD}.\n\nZorblax {PAYLOAD} end.",
        publisher=f"Evil {PAYLOAD}",
        authors=(PAYLOAD,),
        published="2025-04-01",
        published_from=Origin.FILE,
    )
    ingest(newsroom.store, [*read_path(DEMO), hostile])
    newsroom.close()
    return home


@pytest.fixture(scope="session")
def service(filled: Path, encoder: Encoder) -> Iterator[Service]:
    """The one server that most tests share."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    running = Service(filled, encoder).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium: Any, service: Service) -> Iterator[Callable[..., Reader]]:
    """Makes readers; at the end nothing may have gone wrong in any of their windows."""
    made: list[Reader] = []

    def make(**options: Any) -> Reader:
        made.append(Reader(chromium, options.pop("url", service.url), **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert one.wrong == []


@pytest.fixture(scope="session")
def payload() -> str:
    """What the hostile article and answers contain."""
    return PAYLOAD


@pytest.fixture
def serving(encoder: Encoder) -> Iterator[Callable[..., Service]]:
    """Starts services of a test's own; stopped after it."""
    made: list[Service] = []

    def start(home: Path, users: str | None = None) -> Service:
        made.append(Service(home, encoder, users).start())
        return made[-1]

    yield start
    for one in made:
        one.stop()
