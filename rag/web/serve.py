"""The web service around the page: who asks, the JSON endpoint, health, log, shutdown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import CitewireError, InputError, ModelError, SettingsError
from rag.types import DoneEvent, StageEvent, TextEvent
from rag.web.desk import Desk, TooMuch
from rag.web.guard import COOKIE as COOKIE  # for those that serve
from rag.web.guard import Guard, is_local
from rag.web.request import Asked, check_publishers, parsed
from rag.web.request import filters_of as filters_of

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Request, Response

STATIC = Path(__file__).parent / "static"
GRACE = 5.0  # seconds that running answers get at shutdown
HEAD = (
    '<link rel="stylesheet" href="/citewire/app.css"><script defer src="/citewire/app.js"></script>'
)
LOG = logging.getLogger("citewire.serve")


@dataclass(frozen=True, slots=True)
class Users:
    """Names and passwords that may use the chat; empty for everybody."""

    passwords: Mapping[str, str]

    @classmethod
    def parse(cls, text: str | None) -> Users:
        """Users from ``name:password,name:password``.

        :raises SettingsError: for a part without a name or password
        """
        found: dict[str, str] = {}
        for part in filter(None, (p.strip() for p in (text or "").split(","))):
            name, colon, password = part.partition(":")
            if not (name and colon and password):
                raise SettingsError(
                    "CITEWIRE_LOGIN has a part that is no name:password: write "
                    "name:password,name:password"
                )
            found[name] = password
        return cls(found)

    def __bool__(self) -> bool:
        return bool(self.passwords)

    def check(self, name: str, password: str) -> bool:
        """Whether this is the user's password; takes the same time whether the name exists."""
        known = self.passwords.get(name, "")
        return hmac.compare_digest(known.encode(), password.encode()) and bool(known)

    def basic(self, header: str) -> str | None:
        """The user of an ``Authorization: Basic`` header, or None."""
        kind, _, blob = header.partition(" ")
        try:
            name, _, password = base64.b64decode(blob, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return name if kind.lower() == "basic" and self.check(name, password) else None


def reader(cookie: str | None, login: str | None, fallback: str = "") -> str:
    """Whose conversation it is: the login, else the browser (its cookie's hash)."""
    if login:
        return f"login:{login}"
    if cookie:
        return "browser:" + hashlib.sha256(cookie.encode()).hexdigest()[:32]
    return f"address:{fallback}"


# -- the JSON endpoint ------------------------------------------------------------------


def application(desk: Desk, users: Users, started: float) -> FastAPI:
    """The service without the page: health, scripts and styles, the JSON endpoint."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse, StreamingResponse
    from fastapi.staticfiles import StaticFiles
    from starlette.concurrency import run_in_threadpool

    app = FastAPI(title="citewire", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/citewire", StaticFiles(directory=STATIC))

    def health() -> dict[str, Any]:
        store = desk.newsroom().store
        return {
            "status": "ok",
            "started": started,
            "articles": store.catalogue.db.execute("SELECT count(*) FROM articles").fetchone()[0],
            "generation": store.catalogue.generation(),
        }

    async def ask(request: Request) -> Response:
        login = users.basic(request.headers.get("authorization", "")) if users else None
        if users and login is None:
            error = {"error": "name and password are needed: send them as HTTP Basic"}
            return JSONResponse(error, 401, {"www-authenticate": 'Basic realm="citewire"'})
        host = request.client.host if request.client else "?"
        sent = await request.body()
        try:
            body = parsed(sent)
            await run_in_threadpool(_check, desk, body)
            desk.limiter.take(reader(None, login, host))
            if body.stream:
                return StreamingResponse(_lines(desk, body), media_type="application/x-ndjson")
            return JSONResponse(await run_in_threadpool(_whole, desk, body))
        except CitewireError as error:
            return JSONResponse({"error": str(error)}, _status(error))

    app.add_api_route("/health", health, methods=["GET", "HEAD"])
    app.add_route("/api/ask", ask, methods=["POST"])
    return app


def _status(error: CitewireError) -> int:
    """The HTTP status of an error: the caller's fault, too much, the model's or the store's."""
    if isinstance(error, InputError):
        return 400
    if isinstance(error, TooMuch):
        return 429
    return 502 if isinstance(error, ModelError) else 503


def _check(desk: Desk, body: Asked) -> None:
    """Refuse what can't be answered, before an answer is begun."""
    desk.check(body.question)
    if body.wish.filters.publishers:
        check_publishers(body.wish.filters.publishers, desk.newsroom().store.publishers())


def _whole(desk: Desk, body: Asked) -> dict[str, Any]:
    for event in desk.events(body.question, body.history, body.wish):
        if isinstance(event, DoneEvent):
            return event.answer.record()
    raise RuntimeError("the answerer ended without an answer")


def _lines(desk: Desk, body: Asked) -> Iterator[str]:
    """One JSON object a line: stages, the text so far, at last the answer record."""
    try:
        for event in desk.events(body.question, body.history, body.wish):
            if isinstance(event, StageEvent):
                line: dict[str, Any] = {"stage": event.stage, "detail": event.detail}
            elif isinstance(event, TextEvent):
                line = {"text": event.text}
            else:
                line = {"answer": event.answer.record()}
            yield json.dumps(line, ensure_ascii=False) + "\n"
    except CitewireError as error:
        yield json.dumps({"error": str(error)}, ensure_ascii=False) + "\n"
    except Exception:  # the status has been sent: a line alone can still tell of it
        LOG.exception("answering failed")
        yield json.dumps({"error": "the answer failed; the server's log says why"}) + "\n"


# -- running ----------------------------------------------------------------------------


class JsonLines(logging.Formatter):
    """One JSON object a line; no question, answer, name or address is ever in it."""

    FIELDS = ("state", "seconds", "abstained", "model", "articles", "rejected")

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update({f: getattr(record, f) for f in self.FIELDS if hasattr(record, f)})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Write this package's log to standard error as one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("citewire")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def check_free(host: str, port: int) -> None:
    """Refuse a port that can't be served, before anything is loaded.

    :raises SettingsError: naming the address
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise SettingsError(
                f"{host}:{port} can't be served ({said}): choose another --port"
            ) from None


def server(
    app: FastAPI, desk: Desk, host: str, port: int, ready: Callable[[], None]
) -> uvicorn.Server:
    """A server whose ``run()`` ends at a signal; running answers then get a few seconds.

    At a loopback address only this machine's names are answered, and those that
    ``CITEWIRE_HOSTS`` lists, apart by commas (a proxy on this machine passes its own on).

    :param ready: called once the address answers
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: Any = None) -> None:
            from starlette.concurrency import run_in_threadpool

            await run_in_threadpool(desk.drain, GRACE)
            await super().shutdown(sockets)

    listed = os.environ.get("CITEWIRE_HOSTS", "").lower().split(",")
    names = {name.strip() for name in listed if name.strip()}
    guarded = Guard(app, local=is_local(host), names=names)
    config = uvicorn.Config(
        guarded, host, port, log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    return Server(config)
