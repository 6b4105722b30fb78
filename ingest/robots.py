"""robots.txt: asked for once a site and run, read as RFC 9309 says.

The longest matching rule decides and an allowance wins a tie; ``*`` and a final ``$`` are
understood. (The standard library's reader takes the first matching rule and no wildcards,
so it allows what many sites forbid.)
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from ingest.fetch import AGENT, FetchError, FetchPolicy, fetch

_SIZE = 500 * 1024  # bytes of a robots.txt that are read, as RFC 9309 asks at least
_RULES = 5000
_LONGEST_DELAY = 10.0  # seconds; longer crawl delays are cut to this


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site asks of us.

    :ivar rules: (allowed, path pattern)
    :ivar delay: seconds between requests
    :ivar unknown: the site can't say what it allows, so nothing is
    :ivar refused: why the site's address is never asked, or ""
    """

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0
    unknown: bool = False
    refused: str = ""

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        parts = urlsplit(url)
        path = _plain(parts.path or "/") + (f"?{_plain(parts.query)}" if parts.query else "")
        best, allowed = -1, True
        for allow, pattern in self.rules:
            if len(pattern) >= best and _matches(pattern, path):
                allowed = allow if len(pattern) > best else allowed or allow
                best = len(pattern)
        return allowed


def read(text: str, agent: str = AGENT) -> Rules:
    """The rules of a robots.txt for one agent: its own group's, else those for ``*``."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    delays: dict[str, float] = {}
    names: list[str] = []
    heading = False
    for line in text.splitlines()[: 4 * _RULES]:
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            names = [*names, value.lower()] if heading else [value.lower()]
            groups.setdefault(value.lower(), [])
            heading = True
            continue
        heading = False
        for name in names:
            if key in {"allow", "disallow"} and value and len(groups[name]) < _RULES:
                groups[name].append((key == "allow", _plain(value)))
            elif key == "crawl-delay":
                delays[name] = _number(value)
    name = agent.lower() if agent.lower() in groups else "*"
    return Rules(tuple(groups.get(name, ())), min(delays.get(name, 0.0), _LONGEST_DELAY))


NOTHING_ALLOWED = Rules(((False, "/"),), unknown=True)


class Robots:
    """The rules of every site met in a run; safe to share between threads."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = replace(policy, size=2 * _SIZE, retries=0, seconds=min(policy.seconds, 15))
        self._sites: dict[tuple[str, str], Rules] = {}
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._guard = threading.Lock()

    def rules(self, url: str) -> Rules:
        """The rules of the address's site.

        A site without robots.txt allows everything; one that can't say (server errors, too
        slow) allows nothing for this run, as RFC 9309 demands.
        """
        parts = urlsplit(url)
        site = (parts.scheme.lower(), parts.netloc.lower())
        with self._guard:
            lock = self._locks.setdefault(site, threading.Lock())
        with lock:
            if site not in self._sites:
                self._sites[site] = self._ask(f"{site[0]}://{site[1]}/robots.txt")
            return self._sites[site]

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        return self.rules(url).allows(url)

    def _ask(self, address: str) -> Rules:
        try:
            answer = fetch(address, policy=self._policy)
        except FetchError as error:
            if error.refused:
                return replace(NOTHING_ALLOWED, refused=error.reason)
            if error.status is None or error.status >= 500 or error.status == 429:
                return NOTHING_ALLOWED
            return Rules()
        if "html" in answer.content_type:
            return Rules()  # an error page sent as 200
        return read(answer.body[:_SIZE].decode("utf-8-sig", "replace"))


def _matches(pattern: str, path: str) -> bool:
    """Whether a rule's pattern matches from the start of a path; linear for each ``*``."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for i, part in enumerate(others):
        if ends and i == len(others) - 1:
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or at == len(path)


def _plain(path: str) -> str:
    """One form for paths that differ in escaping only."""
    return quote(unquote(path), safe="/*$?=&;:@!,'()+~-._")


def _number(value: str) -> float:
    try:
        return max(0.0, min(float(value), 3600.0))
    except ValueError:
        return 0.0
