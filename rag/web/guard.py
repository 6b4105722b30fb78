"""What every request passes first: whose it is, which host and site it names, how large it is."""

from __future__ import annotations

import ipaddress
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any

COOKIE = "citewire_reader"
LARGEST_BODY = 256 * 1024  # bytes of any request but an upload
LARGEST_UPLOAD = 64 * 1024 * 1024
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

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """ASGI middleware: the reader's cookie, safe headers, limits on what is sent.

    :param local: the service is for this machine: a request that calls it by another name
        is refused, because a site can make its own name point here and read the answers
    :param names: other names it may be called by then, in small letters
    """

    def __init__(self, app: App, *, local: bool = False, names: Collection[str] = ()) -> None:
        self._app, self._local, self._names = app, local, frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._misdirected(headers) or _refusal(scope, headers)
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

        if "/upload" in scope["path"]:
            await self._app(scope, receive, answer)
        else:
            await _Counted(receive, answer).handle(self._app, scope)

    def _misdirected(self, headers: Mapping[str, str]) -> tuple[int, str] | None:
        host = headers.get("host")
        if not self._local or host is None:  # every browser names the host
            return None
        name = hostname(host)
        if is_local(name) or name in self._names:
            return None
        return 421, (
            f"{host[:100]!r} is not this service: call it localhost, or name the host in "
            "CITEWIRE_HOSTS"
        )


def hostname(host: str) -> str:
    """The name in a ``Host`` header, without the port and the brackets of an IPv6 address."""
    found = re.fullmatch(r"\[([^\]]*)\](?::\d*)?|([^:]*)(?::\d*)?", host.strip())
    return (found[1] or found[2] or "").lower() if found else ""


def is_local(name: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"


class _TooLarge(Exception):
    pass


class _Counted:
    """A request whose body is read until the limit; one sent without its length too."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._total, self._started = 0, False

    @property
    def _over(self) -> bool:
        return self._total > LARGEST_BODY

    async def handle(self, app: App, scope: Scope) -> None:
        try:
            await app(scope, self._get, self._answer)
        except Exception:
            if not self._over:
                raise
        if self._over and not self._started:
            await _plain(self._send, 413, _too_large(LARGEST_BODY))

    async def _get(self) -> Message:
        message = await self._receive()
        self._total += len(message.get("body", b""))
        if self._over:
            raise _TooLarge
        return message

    async def _answer(self, message: Message) -> None:
        if self._over and not self._started:
            return  # what the application makes of the broken body
        self._started = True
        await self._send(message)


def _too_large(limit: int) -> str:
    return f"the request is larger than {limit} bytes: send less"


def _refusal(scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
    limit = LARGEST_UPLOAD if "/upload" in scope["path"] else LARGEST_BODY
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limit:
        return 413, _too_large(limit)
    origin = headers.get("origin")
    if scope["method"] in ("GET", "HEAD") or origin is None:
        return None
    # A page that hides its origin is another site's, unless the browser says otherwise.
    own = origin == "null" and headers.get("sec-fetch-site") == "same-origin"
    host = re.sub(r"^https?://", "", origin)
    if not own and host not in (headers.get("host"), headers.get("x-forwarded-host")):
        return 403, "requests from other sites are refused"
    return None


async def _plain(send: Send, status: int, text: str) -> None:
    body = json.dumps({"error": text}).encode()
    kind = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),  # the rest of the request is not read
    ]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": body})


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}
