"""The web service around the page: reader cookies, limits, JSON endpoint, health, shutdown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import re
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import CitewireError, InputError, ModelError, SettingsError
from rag.types import DoneEvent, Filters, StageEvent, TextEvent, Turn
from rag.web.desk import Desk, TooMuch, Wish

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Request, Response

COOKIE = "citewire_reader"
STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 256 * 1024  # bytes of any request but an upload
LARGEST_UPLOAD = 64 * 1024 * 1024
GRACE = 5.0  # seconds that running answers get at shutdown
HEAD = (
    '<link rel="stylesheet" href="/citewire/app.css"><script defer src="/citewire/app.js"></script>'
)
# Nothing is loaded from elsewhere and nothing is sent elsewhere, whatever a page contains.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)

LOG = logging.getLogger("citewire.serve")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


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


class Guard:
    """ASGI middleware: the reader's cookie, safe headers, limits on what is sent."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = _refusal(scope, headers)
        if refusal:
            await _plain(send, *refusal)
            return
        new = None
        if scope["method"] == "GET" and scope["path"] == "/" and COOKIE not in _cookies(headers):
            new = secrets.token_urlsafe(24)
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        html = scope["path"] in ("/", "/login")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = list(HEADERS if html else HEADERS[1:3])
                if new:
                    value = f"{COOKIE}={new}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
                    extra.append((b"set-cookie", (value + secure).encode()))
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        limited = receive if "/upload" in scope["path"] else _counted(receive)
        await self._app(scope, limited, answer)


class _TooLarge(Exception):
    pass


def _counted(receive: Receive) -> Receive:
    """Body parts until the limit; a body sent without its length can't go past it either."""
    total = 0

    async def get() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return get


def _refusal(scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
    limit = LARGEST_UPLOAD if "/upload" in scope["path"] else LARGEST_BODY
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limit:
        return 413, f"the request is larger than {limit} bytes: send less"
    origin = headers.get("origin")
    if scope["method"] != "GET" and origin not in (None, "null"):
        host = re.sub(r"^https?://", "", str(origin))
        if host != headers.get("host") and host != headers.get("x-forwarded-host"):
            return 403, "requests from other sites are refused"
    return None


async def _plain(send: Send, status: int, text: str) -> None:
    body = json.dumps({"error": text}).encode()
    kind = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": body})


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}


# -- the JSON endpoint ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a script sends it."""

    question: str
    history: tuple[Turn, ...]
    wish: Wish
    stream: bool


_FIELDS = "question, history, as_of, since, until, publishers, latest, stream"


def asked(body: object) -> Asked:
    """The question in a JSON body.

    :raises InputError: naming the field that is wrong
    """
    if not isinstance(body, dict) or not isinstance(body.get("question"), str):
        raise InputError('the body is no {"question": text}; other fields: ' + _FIELDS)
    unknown = sorted(set(body) - set(_FIELDS.split(", ")))
    if unknown:
        raise InputError(f"{unknown[0]!r} is no field: use {_FIELDS}")
    turns = []
    for turn in body.get("history") or ():
        if not isinstance(turn, dict) or turn.get("role") not in ("user", "assistant"):
            raise InputError('history has an item that is no {"role": user|assistant, "content"}')
        turns.append(Turn(turn["role"], str(turn.get("content", ""))[:8000]))
    publishers = body.get("publishers") or []
    if not isinstance(publishers, list) or not all(isinstance(p, str) for p in publishers):
        raise InputError("publishers is no list of names")
    filters = filters_of(body.get("since"), body.get("until"), publishers)
    wish = Wish(filters, bool(body.get("latest")), day_of(body.get("as_of"), "as_of"))
    return Asked(body["question"], tuple(turns), wish, bool(body.get("stream")))


def day_of(text: object, name: str) -> date | None:
    """A date field; None where it is empty.

    :raises InputError: naming the field and the form allowed
    """
    if text is None or not str(text).strip():
        return None
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        raise InputError(f"{name} {str(text)[:40]!r} is no date: write it as 2025-10-28") from None


def filters_of(since: object, until: object, publishers: list[str]) -> Filters:
    """Filters from what a reader typed.

    :raises InputError: for what is no date, or an empty period
    """
    first, last = day_of(since, "From"), day_of(until, "To")
    if first and last and first > last:
        raise InputError(f"the period from {first} to {last} is empty: swap the dates")
    return Filters(since=first, until=last, publishers=tuple(publishers))


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
        try:
            body = asked(json.loads(await request.body() or b"null"))
            desk.limiter.take(reader(None, login, host))
            if body.stream:
                return StreamingResponse(_lines(desk, body), media_type="application/x-ndjson")
            return JSONResponse(await run_in_threadpool(_whole, desk, body))
        except (ValueError, InputError) as error:
            said = str(error) if isinstance(error, InputError) else "the body is no JSON"
            return JSONResponse({"error": said}, 400)
        except TooMuch as error:
            return JSONResponse({"error": str(error)}, 429)
        except ModelError as error:
            return JSONResponse({"error": str(error)}, 502)

    app.add_api_route("/health", health, methods=["GET"])
    app.add_route("/api/ask", ask, methods=["POST"])
    return app


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

    config = uvicorn.Config(
        Guard(app), host, port, log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    return Server(config)
