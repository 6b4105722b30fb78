"""Which addresses may be fetched, and connections that go to the checked address only.

A name is resolved once, every address it has is checked, and the connection is made to
one of exactly those addresses, so a second DNS answer can't lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpcore

from rag.errors import InputError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

SCHEMES = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})
_PRIVATE = "is a private address"
_LONGEST_URL = 2048  # characters; servers and browsers agree to about this

# Cloud metadata services outside the ranges that are refused anyway, and ranges that the
# standard library counts as global though nothing public lives there.
_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "100.100.100.200/32",  # Alibaba metadata
        "168.63.129.16/32",  # Azure platform address
        "169.254.0.0/16",  # link-local; metadata at .169.254
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "fd00:ec2::/32",  # Amazon metadata
        "fd20:ce::/32",  # Google metadata
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "100::/64",
        "2001::/32",  # Teredo
        "2001:db8::/32",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.ip_network("::/96")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)


class FetchError(InputError):
    """An address can't be fetched; the message names it, the reason and the next step.

    :ivar reason: the reason alone, a few words
    :ivar status: the HTTP status, if the server answered
    :ivar retry_after: seconds the server asked to wait, if it did
    :ivar passing: whether trying again later may help
    :ivar refused: whether it is our own rules that forbid it
    """

    def __init__(
        self,
        url: str,
        reason: str,
        advice: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        passing: bool = False,
        refused: bool = False,
    ) -> None:
        super().__init__(f"{shown(url)}: {reason}; {advice}")
        self.url = url
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.passing = passing
        self.refused = refused


def shown(url: str) -> str:
    """``url`` as an error message may show it: one line, no credentials, not endless."""
    url = re.sub(r"//[^/@?#]*@", "//…@", "".join(c if c.isprintable() else "?" for c in url))
    return url if len(url) <= 200 else url[:199] + "…"


def split_url(
    url: str, *, ports: frozenset[int] = PORTS, allow: frozenset[tuple[str, int]] = frozenset()
) -> tuple[str, str, int]:
    """The scheme, host and port of an address that may be asked for.

    :param ports: ports that may be contacted
    :param allow: (host, port) pairs that may be contacted on any port
    :raises FetchError: for another scheme or port, credentials, control characters, or a
        host written as an odd number (octal, hexadecimal, decimal)
    """
    if len(url) > _LONGEST_URL:
        raise FetchError(url, f"longer than {_LONGEST_URL} characters", "check the address")
    if any(c == " " or not c.isprintable() for c in url) or "\\" in url:
        raise FetchError(url, "has a space, backslash or control character", "check the address")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise FetchError(url, "isn't a valid address", "check it for typing errors") from None
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        kind = f"“{scheme}:” addresses are" if scheme else "an address without http(s):// is"
        raise FetchError(url, f"{kind} not fetched", "give an http or https address")
    if "@" in parts.netloc:
        raise FetchError(url, "has credentials in it", "remove the part before “@”")
    host = _host(url, host or "")
    port = SCHEMES[scheme] if port is None else port
    if port not in ports and (host, port) not in allow:
        allowed = ", ".join(str(p) for p in sorted(ports))
        raise FetchError(
            url,
            f"port {port} is not allowed",
            f"use one of {allowed}, or CITEWIRE_ALLOW_PRIVATE=1 for a host of your own",
            refused=True,
        )
    return scheme, host, port


def _host(url: str, host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        import idna  # a dependency of httpx

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            host = ""
    if not host or (":" not in host and not re.fullmatch(r"[a-z0-9._-]+", host)):
        raise FetchError(url, "has no valid host", "check the address")
    if _NUMERIC.fullmatch(host):
        try:
            host = str(ipaddress.IPv4Address(host))
        except ValueError:
            raise FetchError(
                url,
                "writes its host as an odd number",
                "give the site's name instead",
                refused=True,
            ) from None
    return host


def refusal(address: IPAddress, *, private: bool = False) -> str | None:
    """Why an address must not be contacted, or None.

    :param private: whether loopback and private networks are allowed; link-local,
        metadata, multicast and reserved addresses never are
    """
    inner = _embedded(address)
    if inner is not None:
        return refusal(inner, private=private)
    if any(address.version == n.version and address in n for n in _NEVER):
        return "is a link-local, metadata, multicast or reserved address"
    if address in _LOCAL_NAT64 or (address in _COMPATIBLE and not address.is_loopback):
        return "is a reserved address"
    if address.is_multicast:
        return "is a multicast address"
    if private and (address.is_loopback or address.is_private):
        return None
    if address.is_loopback or address.is_private or not address.is_global or address.is_reserved:
        return _PRIVATE
    return None


def _embedded(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4 or NAT64 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def checked(url: str, host: str, found: Iterable[str], *, private: bool = False) -> list[str]:
    """The addresses of ``host``, all of them allowed.

    :raises FetchError: where there is none, or any one is refused
    """
    addresses = []
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        reason = refusal(address, private=private)
        if reason:
            name = host if host == str(address) else f"{host} ({address})"
            own = ", or allow your own with CITEWIRE_ALLOW_PRIVATE=1" if _PRIVATE in reason else ""
            raise FetchError(
                url,
                f"{name} {reason} and is not fetched",
                f"give a public address{own}",
                refused=True,
            )
        addresses.append(str(address))
    if not addresses:
        raise FetchError(url, f"the name {host} has no address", "check the spelling")
    return addresses


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name, from the system's resolver.

    :raises OSError: where there is none
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(f[4][0]) for f in found))


def resolve_within(resolver: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """What ``resolver`` finds, given up after some seconds.

    :raises TimeoutError: where it takes longer
    :raises OSError: where there is no such name
    """
    answers: queue.Queue[list[str] | BaseException] = queue.Queue()

    def look() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look, daemon=True, name="citewire-dns").start()
    try:
        answer = answers.get(timeout=max(0.01, seconds))
    except queue.Empty:
        raise TimeoutError(f"no answer for {host}") from None
    if isinstance(answer, BaseException):
        raise OSError(str(answer))
    return answer


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float, stall: float) -> None:
        self._end = time.monotonic() + seconds
        self._stall = stall

    @property
    def left(self) -> float:
        """Seconds left; negative when over."""
        return self._end - time.monotonic()

    def wait(self) -> float:
        """Seconds the next read or write may take.

        :raises httpcore.ReadTimeout: when nothing is left
        """
        left = self.left
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return min(left, self._stall)


class _TimedStream(httpcore.NetworkStream):
    """A connection each of whose operations ends by the deadline.

    A timeout by operation alone lets a server that sends a byte now and then, or endless
    header lines, hold the connection for ever.
    """

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.wait())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.wait())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.wait())
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to addresses checked beforehand, whatever the name says by now."""

    def __init__(self, addresses: list[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers."""
        last: Exception = httpcore.ConnectError("no address")
        for address in self._addresses[:4]:
            try:
                stream = self._inner.connect_tcp(address, port, self._deadline.wait())
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """The TLS settings of every connection: certificates and names are verified."""
    import certifi  # a dependency of httpx

    return ssl.create_default_context(cafile=certifi.where())
