"""A briefing: what was reported on a subject in a period, story by story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from rag.newsroom import Newsroom
from rag.sentences import split
from rag.types import Filters, Hit, Passage, Query
from rag.words import content

POOL = 100  # passages looked at: as many as retrieval gives at most
STORIES = 12  # a page full
# Opening passages of two reports on one event are nearer than this (cosine), and within
# these days of each other; reports on different events of one company mostly are not.
SAME_EVENT = 0.72
SAME_DAYS = 4
# Subject words that a story must share, of those asked for.
SHARED = 0.34


@dataclass(frozen=True, slots=True)
class Item:
    """A story: its best report, and the others that tell of the same event."""

    lead: Passage
    sentence: str  # the report's first sentence
    start: int  # of the sentence in the article
    others: tuple[Passage, ...]
    publishers: tuple[str, ...]
    independent: int  # reports that are not copies of each other

    @property
    def day(self) -> str:
        """When it was first reported."""
        dates = [p.source.published for p in (self.lead, *self.others) if p.source.published]
        return min(dates)[:10] if dates else ""


def month(text: str) -> tuple[date, date]:
    """First and last day of a "YYYY-MM"."""
    first = date(int(text[:4]), int(text[5:7]), 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def brief(newsroom: Newsroom, subject: str, since: date, until: date) -> list[Item]:
    """The stories on a subject in a period, newest first; all stories for an empty subject."""
    store = newsroom.store
    filters = Filters(since=since, until=until)
    if subject.strip():
        query = Query(subject, subject, until, filters=filters)
        hits = newsroom.retriever.retrieve(query, POOL)
        leads = _leads(newsroom, _relevant(subject, hits))
    else:
        ids = [id for id, _ in store.dense(store.encoder.encode(["news"])[0], 5000, filters)]
        leads = [p for p in store.passages(ids) if p.ordinal == 0]
    if not leads:
        return []
    groups = _grouped(newsroom, leads)
    items = [_item(group) for group in groups[:STORIES]]
    return sorted(items, key=lambda item: item.day, reverse=True)


def _relevant(subject: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits that share words with the subject, or stand out by meaning."""
    words = set(content(subject))
    if not words or not hits:
        return list(hits)
    top = max(hit.cosine or 0.0 for hit in hits)
    kept = []
    for hit in hits:
        have = set(content(f"{hit.passage.source.title} {hit.passage.text}"))
        shared = len(words & have) / len(words)
        near = (hit.cosine or 0.0) >= max(0.35, top - 0.12)
        if (shared >= SHARED and near) or (hit.cosine or 0.0) >= max(0.5, top - 0.05):
            kept.append(hit)
    return kept


def _leads(newsroom: Newsroom, hits: Sequence[Hit]) -> list[Passage]:
    """The opening passage of every article found, best first."""
    leads: dict[int, Passage] = {}
    for hit in hits:
        passage = hit.passage
        if passage.source.article_id in leads:
            continue
        before = newsroom.store.neighbours(passage, passage.ordinal, 0) if passage.ordinal else []
        leads[passage.source.article_id] = before[0] if before else passage
    return list(leads.values())


def _grouped(newsroom: Newsroom, leads: Sequence[Passage]) -> list[list[Passage]]:
    """Articles that tell of the same event, each group in the order found.

    Copies go together first, so that no copy can end up in another group.
    """
    stories: dict[int, list[int]] = {}
    for at, passage in enumerate(leads):
        stories.setdefault(passage.source.story.id, []).append(at)
    vectors = newsroom.store.vectors([passage.id for passage in leads])
    groups: list[list[int]] = []
    for story in stories.values():
        near = (g for g in groups if any(_same(leads, vectors, a, b) for a in g for b in story))
        home = next(near, None)
        if home is None:
            groups.append(list(story))
        else:
            home.extend(story)
    return [[leads[at] for at in group] for group in groups]


def _same(leads: Sequence[Passage], vectors: NDArray[np.float32], a: int, b: int) -> bool:
    first, second = leads[a].source.day, leads[b].source.day
    if first is None or second is None or abs((first - second).days) > SAME_DAYS:
        return False
    return float(vectors[a] @ vectors[b]) >= SAME_EVENT


def _item(group: Sequence[Passage]) -> Item:
    lead = group[0]
    sentences = split(lead.text)
    first = next((s for s in sentences if len(s.text) > 40), sentences[0] if sentences else None)
    publishers = dict.fromkeys(
        name for p in group for name in (p.source.publisher, *p.source.story.publishers) if name
    )
    return Item(
        lead=lead,
        sentence=first.text if first else lead.text[:200],
        start=lead.start + (first.start if first else 0),
        others=tuple(group[1:]),
        publishers=tuple(publishers),
        independent=len({p.source.story.id for p in group}),
    )
