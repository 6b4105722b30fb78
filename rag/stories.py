"""The stories told on a subject in a period: reports of one event count once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rag.candidates import Candidate, candidates
from rag.clauses import verbless
from rag.sentences import split
from rag.types import Filters, Hit, Passage, Query
from rag.words import alike, content

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.retrieve import Retriever
    from rag.store import Store

POOL = 100  # passages looked at for a subject: as many as retrieval gives at most
PERIOD = 5000  # … and for all that was told in a period
# Opening passages of two reports on one event are nearer than this (cosine), and within
# these days of each other; reports on different events of one company mostly are not.
SAME_EVENT = 0.72
SAME_DAYS = 4
# Openings nearer than this speak of the same matter: what is much spoken of is important.
SAME_MATTER = 0.5
# Words that an opening sentence should have, and may.
LEAST, MOST = 6, 60


@dataclass(frozen=True, slots=True)
class Item:
    """A story: its best report, and the others that tell of the same event."""

    lead: Passage
    others: tuple[Passage, ...]
    publishers: tuple[str, ...]
    independent: int  # reports that are not copies of each other
    about: float = 1.0  # how much it is about the subject, 0 to 1
    echo: int = 0  # other stories of the same matter
    told: Candidate | None = None  # the sentence to tell it with; see :func:`tell`

    @property
    def day(self) -> str:
        """When it was first reported."""
        dates = [p.source.published for p in (self.lead, *self.others) if p.source.published]
        return min(dates)[:10] if dates else ""


def survey(retriever: Retriever, subject: str, filters: Filters, as_of: date) -> list[Item]:
    """The stories on a subject within ``filters``, those most about it first.

    All stories for an empty subject, those first that are told by most and most spoken of.
    """
    store = retriever.store
    if subject.strip():
        hits = retriever.retrieve(Query(subject, subject, as_of, filters=filters), POOL)
        told = _told(store, Subject.of(subject), hits)
    else:
        ids = [id for id, _ in store.dense(store.encoder.encode(["news"])[0], PERIOD, filters)]
        told = {p: 1.0 for p in store.passages(ids) if p.ordinal == 0}
    if not told:
        return []
    passages = list(told)
    vectors = store.vectors([passage.id for passage in passages])
    near = (vectors @ vectors.T >= SAME_MATTER).sum(axis=1) - 1
    echo = dict(zip((p.id for p in passages), map(int, near), strict=True))
    groups = _grouped(passages, vectors)
    items = [_item(group, told[group[0]], echo[group[0].id]) for group in groups]
    items.sort(key=lambda i: (-round(i.about, 1), -i.independent, -i.echo))
    return items if subject.strip() else _varied(items, store)


def _varied(items: Sequence[Item], store: Store) -> list[Item]:
    """The stories in order, but of each matter the first one before any second."""
    vectors = store.vectors([item.lead.id for item in items])
    first: list[int] = []
    for at in range(len(items)):
        if not first or float((vectors[first] @ vectors[at]).max()) < SAME_MATTER:
            first.append(at)
    chosen = set(first)
    return [items[at] for at in (*first, *(a for a in range(len(items)) if a not in chosen))]


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of a subject, as far as they tell it from others in AI news."""

    terms: frozenset[str]  # stems
    named: bool  # some are of a proper name

    @classmethod
    def of(cls, text: str) -> Subject:
        """A subject as written."""
        terms = frozenset(content(text))
        named = bool(re.search(r"\b(?!AI\b)[A-Z]", text))
        return cls(terms - EVERYWHERE or terms, named)

    def share(self, stems: frozenset[str]) -> float:
        """The share of its words among ``stems``; words of like meaning count in part."""
        if not self.terms:
            return 1.0
        held = sum(
            1.0 if term in stems else ALIKE * any(alike(term, stem) for stem in stems)
            for term in self.terms
        )
        return held / len(self.terms)


EVERYWHERE = frozenset(content("AI artificial intelligence news"))
ALIKE = 0.7


def tell(store: Store, item: Item, subject: str = "") -> Item:
    """The story with the sentence to tell it with: mostly the first of its report.

    Orders to a model, credits, questions, scraps and what every issue of a digest begins with are
    passed over; a later sentence is taken where it has more of the subject or of the title.
    """
    lead = item.lead
    after = store.neighbours(lead, 0, AFTER) if lead.ordinal == 0 else []
    pool = candidates([Hit(passage, 1.0) for passage in dict.fromkeys((lead, *after))])
    whole = [c for c in pool if _tells(c.sentence.text)] or pool
    terms = Subject.of(subject)
    title = frozenset(content(lead.source.title)) if lead.ordinal == 0 else frozenset()
    told = terms.share(title) * ENTITLED if title else 0.0

    def worth(pair: tuple[int, Candidate]) -> float:
        at, candidate = pair
        like = len(title & candidate.stems) / len(title) if title else 0.0
        return max(told, terms.share(candidate.stems)) + TITLE * like - EARLIER * at

    for _, candidate in sorted(enumerate(whole), key=worth, reverse=True)[:TRIED]:
        if not _recurs(store, candidate):
            return replace(item, told=candidate)
    return item


def more(store: Store, first: Candidate, most: int) -> list[Candidate]:
    """The sentences that go on from a story's first one in the same passage."""
    after = [c for c in candidates([first.hit]) if c.at > first.at]
    return [c for c in after if not verbless(c.sentence.text) and not _recurs(store, c)][:most]


AFTER = 2  # passages after an article's first that it may be told with
TRIED = 12  # sentences
ENTITLED = 0.7  # what the subject in the title counts beside one in the sentence
TITLE = 0.5  # what the words of the title are worth …
EARLIER = 0.12  # … and an earlier place, in shares of the subject's words
_LEANS = re.compile(r"\W*(?:It|He|She|They|This|That|These|Those|But|And)\b")


def _tells(sentence: str) -> bool:
    """Whether a sentence can stand alone: whole, not too long, no heading, no question."""
    fits = LEAST <= len(sentence.split()) <= MOST and not sentence.rstrip().endswith("?")
    return fits and not _LEANS.match(sentence) and not verbless(sentence)


def _recurs(store: Store, candidate: Candidate) -> bool:
    """Whether other stories have the same sentence, but for its figures: it is no news."""
    own = _key(candidate.sentence.text)
    source = candidate.hit.passage.source
    ids = [id for id, _ in store.lexical(candidate.sentence.text, LIKEST)]
    others = [p for p in store.passages(ids) if p.source.story.id != source.story.id]
    same = {p.source.story.id for p in others if any(_key(s.text) == own for s in split(p.text))}
    return len(same) >= RECURRING


LIKEST = 12  # passages looked at for the same sentence
RECURRING = 2  # other stories that must have it


def _key(sentence: str) -> str:
    return " ".join(re.findall(r"[a-z]+", sentence.lower()))


def _told(store: Store, subject: Subject, hits: Sequence[Hit]) -> dict[Passage, float]:
    """One passage of every article that tells of the subject, and how much it is about it.

    The article's opening where that (or the title) has the subject, as an article has one story;
    the passage found otherwise, as a digest has many.
    """
    told: dict[Passage, float] = {}
    seen: set[int] = set()
    top = max((hit.cosine or 0.0 for hit in hits), default=0.0)
    for hit in hits:
        passage = hit.passage
        if passage.source.article_id in seen:
            continue
        before = store.neighbours(passage, passage.ordinal, 0) if passage.ordinal else []
        lead = before[0] if before else passage
        cosine = hit.cosine or 0.0
        like = 0.0 if subject.named or cosine < NEAR else LIKE * cosine / top
        about = max(subject.share(_head(lead)), like)
        if about < ENOUGH:
            lead, about = passage, INSIDE * max(subject.share(_best(passage, subject)), like)
        if about >= ENOUGH * INSIDE:
            seen.add(passage.source.article_id)
            told[lead] = about
    return told


NEAR = 0.35  # cosine of a passage that is about a subject though it has other words for it …
LIKE = 0.9  # … and how much the nearest one is then taken to be about it
ENOUGH = 0.65  # least share of the subject's words
INSIDE = 0.6  # what a passage within an article counts beside an article about the subject


def _head(lead: Passage) -> frozenset[str]:
    """The stems of an article's title and of its first two sentences."""
    first = split(lead.text)[:2]
    return frozenset(content(lead.source.title)).union(*(content(s.text) for s in first))


def _best(passage: Passage, subject: Subject) -> frozenset[str]:
    """The stems of the sentence that has most of the subject."""
    stems = [frozenset(content(s.text)) for s in split(passage.text)]
    return max(stems, key=subject.share, default=frozenset())


def _grouped(leads: Sequence[Passage], vectors: NDArray[np.float32]) -> list[list[Passage]]:
    """Articles that tell of the same event, each group in the order found.

    Copies go together first, so that no copy can end up in another group.
    """
    stories: dict[int, list[int]] = {}
    for at, passage in enumerate(leads):
        stories.setdefault(passage.source.story.id, []).append(at)
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


def _item(group: Sequence[Passage], about: float, echo: int) -> Item:
    publishers = dict.fromkeys(
        name for p in group for name in (p.source.publisher, *p.source.story.publishers) if name
    )
    return Item(
        lead=group[0],
        others=tuple(group[1:]),
        publishers=tuple(publishers),
        independent=len({p.source.story.id for p in group}),
        about=about,
        echo=echo,
    )
