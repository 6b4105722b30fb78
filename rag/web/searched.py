"""What an answer searched: the limits that were set, and how many articles are within them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rag.answer import day
from rag.question import understand
from rag.render import esc
from rag.store import Stats, Store
from rag.types import NO_FILTERS, Filters


def kept(filters: Filters) -> dict[str, Any]:
    """The reader's filters as a record keeps them, at ``filters``."""
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "publishers": list(filters.publishers),
    }


def filters_in(record: Mapping[str, Any]) -> Filters:
    """The filters that a record keeps; none for a record without them."""
    found = record.get("filters")
    if not found:
        return NO_FILTERS
    return Filters(_date(found["since"]), _date(found["until"]), tuple(found["publishers"]))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def searched(record: Mapping[str, Any], store: Store) -> str:
    """What an abstention searched, as HTML: articles, their days, and the limits."""
    stats, filters = store.stats(), filters_in(record)
    # The question's own words limit the search as well ("what did the Wire report …").
    query = understand(
        str(record["question"]),
        (),
        as_of=date.fromisoformat(record["as_of"]),
        publishers=tuple(stats.publishers),
        filters=filters,
    )
    articles, passages, first, last = store.catalogue.within(query.filters)
    period = ""
    if first and last:
        period = f", {_day(date.fromordinal(first))} to {_day(date.fromordinal(last))}"
    said = f"Searched {_many(articles, 'article')} ({_many(passages, 'passage')}{period})."
    if not articles:
        said = "No article is within the limits."
    return f'<p class="sum">{said}</p>{_limits(query.filters, filters, stats)}'


def _limits(demanded: Filters, chosen: Filters, stats: Stats) -> str:
    if not demanded.active:
        return ""
    parts = []
    if demanded.since:
        parts.append(f"from {_day(demanded.since)}")
    if demanded.until:
        parts.append(f"up to {_day(demanded.until)}")
    if demanded.publishers:
        parts.append(f"only {esc(', '.join(demanded.publishers))}")
    whose = "Your filters were set" if chosen.active else "The question itself limits the search"
    then = f": clear them to search all {stats.articles:,} articles" if chosen.active else ""
    return f'<p class="sum limits">{whose} ({"; ".join(parts)}){then}.</p>'


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _day(when: date) -> str:
    return esc(day(when.isoformat()))
