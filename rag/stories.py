"""The stories told on a subject in a period: reports of one event count once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rag.candidates import Candidate, candidates
from rag.clauses import verbless
from rag.leaning import leans
from rag.openers import ordinary
from rag.sentences import split
from rag.types import Filters, Hit, Order, Passage, Query
from rag.words import STOP, alike, content, fold, stem, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.retrieve import Retriever
    from rag.store import Store

POOL = 100  # passages looked at for a subject: as many as retrieval gives at most
OPENINGS = 1500  # articles looked at for all that was told in a period, the newest
# Opening passages of two reports on one event are nearer than this (cosine), and within
# these days of each other; reports on different events of one company mostly are not.
SAME_EVENT = 0.72
SAME_DAYS = 4
# Openings nearer than this speak of the same matter: what is much spoken of is important.
SAME_MATTER = 0.5
VARIED = 12  # stories of different matters that come first
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


def survey(
    retriever: Retriever,
    subject: str,
    filters: Filters,
    as_of: date,
    *,
    order: Order = Order.RELEVANCE,
    most: int = OPENINGS,
) -> list[Item]:
    """The stories on a subject within ``filters``, those most about it first.

    For an empty subject all stories of the ``most`` newest articles, those first that are told
    by most and most spoken of.
    """
    store = retriever.store
    if subject.strip():
        query = Query(subject, subject, as_of, order=order, filters=filters)
        told = _told(store, Subject.of(subject), retriever.retrieve(query, POOL))
    else:
        told = [(passage, 1.0) for passage in store.openings(filters, most)]
    if not told:
        return []
    passages = [passage for passage, _ in told]
    about = {passage.id: share for passage, share in told}
    vectors = store.vectors([passage.id for passage in passages])
    echo = _echoes(passages, vectors)
    groups = _grouped(passages, vectors)
    items = [_item(group, about[group[0].id], echo[group[0].id]) for group in groups]
    items.sort(key=lambda i: (-round(i.about, 1), -i.independent, -i.echo))
    return items if subject.strip() else _varied(items, store)


def _echoes(passages: Sequence[Passage], vectors: NDArray[np.float32]) -> dict[int, int]:
    """For each passage, how many other stories speak of the same matter."""
    first: dict[int, int] = {}
    for at, passage in enumerate(passages):
        first.setdefault(passage.source.story.id, at)
    one_each = vectors[list(first.values())]
    near = ((vectors @ one_each.T) >= SAME_MATTER).sum(axis=1) - 1
    return {p.id: max(0, int(n)) for p, n in zip(passages, near, strict=True)}


def _varied(items: Sequence[Item], store: Store) -> list[Item]:
    """The stories in order, but of each matter the first one before any second."""
    vectors = store.vectors([item.lead.id for item in items])
    first: list[int] = []
    for at in range(len(items)):
        if len(first) == VARIED:
            break
        if not first or float((vectors[first] @ vectors[at]).max()) < SAME_MATTER:
            first.append(at)
    chosen = set(first)
    return [items[at] for at in (*first, *(a for a in range(len(items)) if a not in chosen))]


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of a subject: names must stand in a story, of plain words some may be others."""

    names: frozenset[str]  # stems
    written: frozenset[str]  # folded, with a capital ("Scale"), which a story has with one too
    terms: frozenset[str]  # stems

    @classmethod
    def of(cls, text: str) -> Subject:
        """A subject as written; what all AI news is about tells nothing beside other words."""
        names, written, terms = set(), set(), set()
        said = [token.text for token in tokens(text)]
        for word in [w for w in said if fold(w) not in EVERYWHERE] or said:
            low = fold(word)
            if low in STOP:
                continue
            if word != word.lower():
                written.add(low)
            elif stem(low) in ordinary():
                terms.add(stem(low))
            else:
                names.add(stem(low))
        return cls(frozenset(names), frozenset(written), frozenset(terms))

    @property
    def named(self) -> bool:
        """Whether it has a name."""
        return bool(self.names or self.written)

    def share(self, text: str) -> float:
        """The share of its words in a text; words of like meaning count in part.

        0 where half of its names or more are missing.
        """
        named = len(self.names) + len(self.written)
        size = named + len(self.terms)
        if not size:
            return 1.0
        stems = frozenset(content(text))
        held = len(self.names & stems)
        held += len(self.written & {fold(t.text) for t in tokens(text) if t.text != t.text.lower()})
        if named and 2 * held <= named:
            return 0.0
        plain = sum(
            1.0 if term in stems else ALIKE * any(alike(term, other) for other in stems)
            for term in self.terms
        )
        return (held + plain) / size


EVERYWHERE = frozenset(("ai", "artificial", "intelligence", "news"))
ALIKE = 0.5


def tell(store: Store, item: Item, subject: str = "") -> Item:
    """The story with the sentence to tell it with: mostly the first of its report.

    Orders to a model, credits, questions, scraps and what every issue of a digest begins with are
    passed over; a later sentence is taken where it has more of the subject or of the title.
    """
    lead = item.lead
    after = store.neighbours(lead, 0, AFTER) if lead.ordinal == 0 else []
    pool = candidates([Hit(passage, 1.0) for passage in (lead, *after)])
    whole = [c for c in pool if _tells(c.sentence.text)] or pool
    sought = Subject.of(subject)
    title = frozenset(content(lead.source.title)) if lead.ordinal == 0 else frozenset()
    told = sought.share(lead.source.title) * ENTITLED if title else 0.0

    def worth(pair: tuple[int, Candidate]) -> float:
        at, candidate = pair
        like = len(title & candidate.stems) / len(title) if title else 0.0
        return max(told, sought.share(candidate.sentence.text)) + TITLE * like - EARLIER * at

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


def _tells(sentence: str) -> bool:
    """Whether a sentence can stand alone: whole, not too long, no heading, no question."""
    fits = LEAST <= len(sentence.split()) <= MOST and not sentence.rstrip().endswith("?")
    return fits and not leans(sentence) and not verbless(sentence)


def _recurs(store: Store, candidate: Candidate) -> bool:
    """Whether its publisher wrote the same sentence in other stories, but for its figures."""
    own, source = _key(candidate.sentence.text), candidate.hit.passage.source
    if len(own) < LEAST or not source.publisher:
        return False
    ids = [id for id, _ in store.lexical(candidate.sentence.text, LIKEST)]
    issues = [p for p in store.passages(ids) if p.source.publisher == source.publisher]
    same = {p.source.story.id for p in issues if any(_key(s.text) == own for s in split(p.text))}
    return len(same - {source.story.id}) >= RECURRING


LIKEST = 12  # passages looked at for the same sentence
RECURRING = 2  # other stories that must have it


def _key(sentence: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", sentence.lower())


def _told(store: Store, subject: Subject, hits: Sequence[Hit]) -> list[tuple[Passage, float]]:
    """One passage of every article that tells of the subject, and how much it is about it.

    The article's opening where that (or the title) has the subject, as an article has one story;
    the passage found otherwise, as a digest has many.
    """
    told: list[tuple[Passage, float]] = []
    seen: set[int] = set()
    articles = [hit.passage.source.article_id for hit in hits]
    openings, lengths = store.openings_of(articles), store.lengths(articles)
    top = max((hit.cosine or 0.0 for hit in hits), default=0.0)
    for hit in hits:
        passage = hit.passage
        article = passage.source.article_id
        if article in seen:
            continue
        lead = openings.get(article, passage)
        cosine = hit.cosine or 0.0
        like = 0.0 if subject.named or cosine < NEAR else LIKE * cosine / top
        one_story = not passage.ordinal or lengths.get(article, 1) <= ONE_STORY
        about = max(subject.share(_head(lead)), like if one_story else 0.0)
        if about < ENOUGH:
            sentences = [s.text for s in split(passage.text)]
            best = max(map(subject.share, sentences), default=0.0)
            lead, about = passage, INSIDE * max(best, like)
        if about >= ENOUGH * INSIDE:
            seen.add(article)
            told.append((lead, about))
    return told


NEAR = 0.35  # cosine of a passage that is about a subject though it has other words for it …
LIKE = 0.9  # … and how much the nearest one is then taken to be about it
ONE_STORY = 10  # passages; longer articles tell of many things
ENOUGH = 0.65  # least share of the subject's words
INSIDE = 0.6  # what a passage within an article counts beside an article about the subject


def _head(lead: Passage) -> str:
    """An article's title and its first two sentences."""
    return " \n ".join([lead.source.title, *(s.text for s in split(lead.text)[:2])])


def _grouped(leads: Sequence[Passage], vectors: NDArray[np.float32]) -> list[list[Passage]]:
    """Articles that tell of the same event, each group in the order found.

    Copies go together, and reports of a few days that are near each other.
    """
    home = list(range(len(leads)))

    def root(at: int) -> int:
        while home[at] != at:
            home[at] = home[home[at]]
            at = home[at]
        return at

    def join(one: int, two: int) -> None:
        first, second = sorted((root(one), root(two)))
        home[second] = first

    copies: dict[int, int] = {}
    for at, passage in enumerate(leads):
        join(copies.setdefault(passage.source.story.id, at), at)
    days = [(p.source.day.toordinal(), at) for at, p in enumerate(leads) if p.source.day]
    by_day: dict[int, list[int]] = defaultdict(list)
    for day, at in sorted(days):
        near = [other for d in range(day - SAME_DAYS, day + 1) for other in by_day[d]]
        if near:
            same = np.flatnonzero(vectors[near] @ vectors[at] >= SAME_EVENT)
            for other in same:
                join(near[other], at)
        by_day[day].append(at)
    groups: dict[int, list[Passage]] = {}
    for at, passage in enumerate(leads):
        groups.setdefault(root(at), []).append(passage)
    return list(groups.values())


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
