"""The one way to the network for everything that is ingested.

Every hop of every request goes through the same checks: scheme, port, host, resolved
addresses. The connection is made to the address that was checked. Size, time, unpacked
size and redirects are limited while the body arrives.

Addresses of this machine and of private networks are refused. For tests and intranets,
``CITEWIRE_ALLOW_PRIVATE=1`` allows those hosts and ports that the user's own sources
name (:func:`user_policy`), and no others: neither a redirect nor a link in a page or
feed leads anywhere else inside.
"""

from __future__ import annotations

import email.utils
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from ingest import bodies
from ingest.addresses import (
    PORTS,
    SCHEMES,
    Deadline,
    FetchError,
    PinnedBackend,
    Resolver,
    checked,
    resolve,
    resolve_within,
    split_url,
    tls,
)

__all__ = ["FetchError", "FetchPolicy", "Fetched", "fetch", "user_policy"]

USER_AGENT = "citewire/0.1 (news index with citations; robots.txt name: citewire)"
AGENT = "citewire"
"""The name that robots.txt files address us by."""

_RETRIED = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
    "application/feed+json,application/xml;q=0.9,application/pdf;q=0.8,text/plain;q=0.8,*/*;q=0.5"
)
_MOST_HEADERS = 200
_NOT_PROSE = re.compile(
    r"text/css|(?:text|application)/(?:x-)?(?:java|ecma)script|text/vtt|text/csv"
)

_ADVICE = {
    401: "the page needs a login, so leave it out",
    402: "the page is for subscribers, so leave it out",
    403: "the site refuses programs, so leave it out",
    404: "check the address",
    410: "the page is gone for good, so leave it out",
    429: "wait a while and try again",
    451: "the page is withheld for legal reasons, so leave it out",
}


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched, and the limits.

    :ivar allow_hosts: (host, port) pairs on this machine or a private network that may be
        contacted; link-local and metadata addresses are refused even so
    :ivar ports: ports that may be contacted on public addresses
    :ivar size: most bytes of a body, packed or unpacked
    :ivar seconds: most seconds for one request with its redirects and retries
    :ivar stall: most seconds without a byte
    :ivar redirects: most redirects followed
    :ivar retries: further attempts after an overload or a broken connection
    :ivar longest_wait: most seconds waited before a further attempt; a server that asks
        for more is left alone
    :ivar resolver: finds the addresses of a name
    :ivar clock: the time for ``fetched_at``
    """

    allow_hosts: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = PORTS
    size: int = 10_000_000
    seconds: float = 20.0
    stall: float = 8.0
    redirects: int = 5
    retries: int = 1
    longest_wait: float = 5.0
    user_agent: str = USER_AGENT
    resolver: Resolver = resolve
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer.

    :ivar url: the address it came from, after redirects
    :ivar status: 200, or 304 where nothing changed
    :ivar headers: names in lower case
    :ivar body: unpacked; empty where nothing changed
    :ivar content_type: the media type by content, with the server's charset, if it said one
    :ivar fetched_at: ISO date-time, UTC
    :ivar not_modified: the copy that the validators belong to is still right
    :ivar moved_to: the new address after permanent redirects only, else None
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    content_type: str
    fetched_at: str
    not_modified: bool = False
    moved_to: str | None = None


def user_policy(
    urls: Iterable[str], environ: Mapping[str, str], base: FetchPolicy | None = None
) -> FetchPolicy:
    """The policy for addresses that the user named.

    With ``CITEWIRE_ALLOW_PRIVATE=1`` in ``environ``, the hosts and ports of ``urls`` may be
    private; well-known ports other than 80 and 443 may not. It can also list further ones:
    ``CITEWIRE_ALLOW_PRIVATE=1,intranet:8000``.
    """
    policy = base or FetchPolicy()
    words = {w.strip().lower() for w in environ.get("CITEWIRE_ALLOW_PRIVATE", "").split(",")}
    named = list(urls) if words & {"1", "true", "yes"} else []
    named += [f"http://{w}" for w in words if ":" in w]
    allowed = set(policy.allow_hosts)
    for url in named:
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port or SCHEMES.get(parts.scheme.lower(), 0)
        except ValueError:
            continue
        if host and (port >= 1024 or port in PORTS):
            allowed.add((host, port))
    return replace(policy, allow_hosts=frozenset(allowed))


def fetch(
    url: str,
    *,
    policy: FetchPolicy = FetchPolicy(),
    etag: str | None = None,
    last_modified: str | None = None,
    stop: threading.Event | None = None,
) -> Fetched:
    """The page, feed or document at an address.

    :param etag: validator of the copy at hand, as is ``last_modified``
    :param stop: ends the waiting between attempts early
    :raises FetchError: with the reason and the next step, in one line
    """
    url = url.strip()
    deadline = Deadline(policy.seconds, policy.stall)
    conditions = {"if-none-match": etag, "if-modified-since": last_modified}
    headers = {k: v for k, v in conditions.items() if v and v.isascii() and v.isprintable()}
    attempt = 0
    while True:
        try:
            return _follow(url, headers, policy, deadline)
        except FetchError as error:
            pause = error.retry_after if error.retry_after is not None else 0.5 * 2**attempt
            if not error.passing or attempt >= policy.retries:
                raise
            if pause > policy.longest_wait or pause >= deadline.left:
                raise
            attempt += 1
        if (stop or threading.Event()).wait(pause):
            raise FetchError(url, "stopped", "start again to go on", passing=True)


def _follow(url: str, headers: dict[str, str], policy: FetchPolicy, deadline: Deadline) -> Fetched:
    seen = {url}
    here, permanent = url, True
    cookies: dict[str, str] = {}  # some sites redirect in a circle until theirs comes back
    for _ in range(policy.redirects + 1):
        with _get(here, headers, policy, deadline, cookies) as answer:
            if answer.status_code not in _REDIRECTS:
                moved = here if permanent and here != url else None
                return _read(here, answer, headers, policy, moved)
            permanent = permanent and answer.status_code in {301, 308}
            before, here = here, _target(url, here, answer)
            cookies = {k: v for k, v in answer.cookies.items() if len(k) + len(v) < 4096}
            if urlsplit(before).netloc != urlsplit(here).netloc:
                cookies = {}
        if here in seen and not cookies:
            raise FetchError(url, "redirects in a circle", "check the address")
        seen.add(here)
    raise FetchError(url, f"redirects more than {policy.redirects} times", "check the address")


def _target(url: str, here: str, answer: httpx.Response) -> str:
    location = str(answer.headers.get("location", "")).strip()
    if not location:
        raise FetchError(url, "redirects to nowhere", "check the address")
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(here, location).partition("#")[0].replace(" ", "%20")
    except ValueError:
        raise FetchError(url, "redirects to an invalid address", "check the address") from None


@contextmanager
def _get(
    url: str,
    headers: dict[str, str],
    policy: FetchPolicy,
    deadline: Deadline,
    cookies: dict[str, str],
) -> Iterator[httpx.Response]:
    """One hop: check the address, connect to what was checked, send the request."""
    _, host, port = split_url(url, ports=policy.ports, allow=policy.allow_hosts)
    private = (host, port) in policy.allow_hosts
    try:
        found = resolve_within(policy.resolver, host, port, min(deadline.left, policy.stall))
    except TimeoutError:
        raise _slow(url, f"the name {host} is not answered in time") from None
    except OSError:
        raise FetchError(
            url, f"the name {host} can't be found", "check the spelling and the network"
        ) from None
    pinned = PinnedBackend(checked(url, host, found, private=private), deadline)
    sent = {
        "user-agent": policy.user_agent,
        "accept": _ACCEPT,
        "accept-encoding": bodies.ENCODINGS,
        "accept-language": "en,*;q=0.5",
        **headers,
    }
    try:
        with (
            httpx.Client(transport=_Transport(pinned), trust_env=False, cookies=cookies) as client,
            client.stream("GET", url.partition("#")[0], headers=sent) as answer,
        ):
            if len(answer.headers.raw) > _MOST_HEADERS:
                raise FetchError(url, "sends too many headers", "leave it out")
            yield answer
    except (httpcore.TimeoutException, httpx.TimeoutException):
        raise _slow(url, f"is too slow (limit {policy.seconds:g} s)") from None
    except httpcore.ConnectError as error:
        raise FetchError(
            url, f"can't be connected to ({_brief(error)})", "try again later", passing=True
        ) from None
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        raise FetchError(
            url, f"breaks off ({_brief(error)})", "try again later", passing=True
        ) from None
    except (httpx.InvalidURL, httpx.HTTPError, httpcore.ProtocolError, UnicodeError) as error:
        raise FetchError(url, f"can't be read ({_brief(error)})", "check the address") from None


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _slow(url: str, reason: str) -> FetchError:
    return FetchError(url, reason, "try again later")


class _Transport(httpx.BaseTransport):
    """httpx over connections to checked addresses; its errors are httpcore's own."""

    def __init__(self, backend: PinnedBackend) -> None:
        self._backend = backend
        self._pool: httpcore.ConnectionPool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        secure = request.url.scheme == "https"
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls() if secure else None,
            network_backend=self._backend,
            max_connections=1,
        )
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=None,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _read(
    url: str,
    answer: httpx.Response,
    asked: Mapping[str, str],
    policy: FetchPolicy,
    moved: str | None,
) -> Fetched:
    """The answer of the last hop, its body read within the limits."""
    headers = {k.lower(): v[:4096] for k, v in answer.headers.items()}
    now = policy.clock()
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status = answer.status_code
    if status == 304 and asked:
        return Fetched(url, status, headers, b"", "", stamp, not_modified=True, moved_to=moved)
    if status != 200:
        raise _failure(url, status, headers, now)
    declared = headers.get("content-type", "")
    length = headers.get("content-length", "")
    try:
        if length.isdigit() and int(length[:20]) > policy.size:
            raise bodies.BodyError(bodies.too_large(policy.size))
        body = bodies.unpack(answer.iter_raw(), headers.get("content-encoding", ""), policy.size)
        if body.startswith(b"\x1f\x8b"):  # a .gz file, such as a sitemap
            body = bodies.unpack([body], "gzip", policy.size)
    except bodies.BodyError as error:
        raise FetchError(url, str(error), "leave it out") from None
    kind = bodies.sniff(body, declared)
    said = declared.partition(";")[0].strip().lower()
    if kind == "text/plain" and _NOT_PROSE.fullmatch(said):
        kind = said
    if not body.strip():
        raise FetchError(url, "is empty", "check the address", status=status)
    if not bodies.is_text(kind) or _NOT_PROSE.fullmatch(kind):
        raise FetchError(
            url, f"is {kind}, not a page, feed or document", "give the article's own address"
        )
    return Fetched(url, status, headers, body, _typed(kind, declared), stamp, moved_to=moved)


def _typed(kind: str, declared: str) -> str:
    """The sniffed type with the charset that the server declared."""
    for part in declared.split(";")[1:]:
        name, _, value = part.partition("=")
        value = value.strip(" \"'")
        if name.strip().lower() == "charset" and value.replace("-", "").replace("_", "").isalnum():
            return f"{kind}; charset={value}"
    return kind


def _failure(url: str, status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    overloaded = status in _RETRIED
    advice = _ADVICE.get(status, "try again later" if status >= 500 else "check the address")
    retry_after = _seconds(headers.get("retry-after", ""), now) if overloaded else None
    return FetchError(
        url,
        f"the server answers {status}",
        advice,
        status=status,
        retry_after=retry_after,
        passing=overloaded,
    )


def _seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date)."""
    value = value.strip()
    if value.isdigit():
        return float(value[:9])
    try:
        when = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
