"""Whether what is quoted may be out of date: newer articles of the same were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from rag.header import spoken
from rag.types import Hit, Order, Passage, Query
from rag.wanted import wanted
from rag.words import fold, tokens

# Before the newest article found; half a year of AI news changes most of what is "now".
STALE = timedelta(days=180)


def outdated(query: Query, quoted: Iterable[Passage], hits: Sequence[Hit]) -> tuple[str, ...]:
    """A note where it is asked how things are now and all that is quoted is old; else none.

    Old is what came out :data:`STALE` before the newest passage found that holds one of the names
    of the question.
    """
    if query.order is not Order.LATEST:
        return ()
    named = wanted(query).name_tokens
    told = [p.source.day for p in quoted]
    known = [hit.passage.source.day for hit in hits if not named or named & _words(hit.passage)]
    last, newest = (max((d for d in days if d), default=None) for days in (told, known))
    if last is None or newest is None or newest - last < STALE:
        return ()
    return (
        f"The newest report quoted is of {spoken(last.isoformat())}. Newer ones were found, up to "
        f"{spoken(newest.isoformat())}, so this may have changed.",
    )


def _words(passage: Passage) -> frozenset[str]:
    return frozenset(fold(t.text) for t in tokens(f"{passage.source.title}\n{passage.text}"))
