"""A web server on loopback whose every path a test defines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingest.fetch import FetchPolicy, user_policy
from ingest.pipeline import Report, ingest
from ingest.sync import read_url
from rag.embedding import Encoder
from rag.settings import Settings
from rag.store import Store, open_store

Route = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """``site.serve("/a", b"…")`` or ``site.route("/a", function)``; counts what is asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                self.close_connection = True
                path = self.path.partition("?")[0]
                site.asked.append(self.path)
                site.headers.append({k.lower(): v for k, v in self.headers.items()})
                route = site.routes.get(path)
                try:
                    if route is None:
                        answer(self, b"<h1>Not found</h1>", status=404)
                    else:
                        route(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return self.base + path

    def route(self, path: str, function: Route) -> str:
        self.routes[path] = function
        return self.url(path)

    def serve(
        self, path: str, body: bytes | str, kind: str = "text/html; charset=utf-8", **more: object
    ) -> str:
        data = body.encode() if isinstance(body, str) else body
        return self.route(path, lambda h: answer(h, data, kind, **more))  # type: ignore[arg-type]

    def policy(self, **limits: object) -> FetchPolicy:
        base = FetchPolicy(**limits)  # type: ignore[arg-type]
        return user_policy([self.base + "/"], {"CITEWIRE_ALLOW_PRIVATE": "1"}, base)


def answer(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    kind: str = "text/html; charset=utf-8",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> None:
    handler.send_response(status)
    if kind:
        handler.send_header("Content-Type", kind)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """The module's server."""
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def site(server: Site) -> Site:
    """The server without the paths of other tests."""
    server.routes.clear()
    server.asked.clear()
    server.headers.clear()
    return server


@pytest.fixture(scope="module")
def module_store(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Store]:
    """A store for all tests of a module."""
    store = open_store(Settings(home=tmp_path_factory.mktemp("module")), encoder)
    yield store
    store.close()


@pytest.fixture
def emptied_store(module_store: Store) -> Store:
    """The module's store without the articles of other tests: opened once, not for each."""
    with module_store.writer() as writer:
        for source in module_store.sources(1000):
            writer.remove(source.url)
    return module_store


@pytest.fixture
def add(site: Site, emptied_store: Store) -> Callable[..., Report]:
    """Adds an address as ``citewire-ingest add`` does, under small limits."""

    def run(url: str, **limits: object) -> Report:
        policy = site.policy(**{"seconds": 8.0, "stall": 2.0, "retries": 0, **limits})
        return ingest(emptied_store, read_url(url, policy=policy))

    return run
