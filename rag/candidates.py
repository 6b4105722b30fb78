"""The sentences that might answer a question, and how question words are matched with them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Evidence
from rag.facts import Day, dates
from rag.injection import orders
from rag.sentences import Sentence, split
from rag.types import Hit, Query
from rag.wanted import Wanted, foreground, wanted
from rag.words import alike, content, fold, tokens

# Words that a follow-up takes over from the conversation count less than its own.
BACKGROUND = 0.4


@dataclass(frozen=True, slots=True)
class Place:
    """A retrieved passage, taken apart once for all its sentences."""

    hit: Hit
    rank: int  # from 0
    stems: frozenset[str]  # of passage, heading and title
    tokens: frozenset[str]  # the same, folded only
    heading: frozenset[str]  # stems of the heading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer, with what is near it."""

    place: Place
    at: int  # number of the sentence in its passage, from 0
    sentence: Sentence  # offsets within the passage's text
    stems: frozenset[str]
    tokens: frozenset[str]
    near_stems: frozenset[str]  # with its neighbours, heading and title
    near_tokens: frozenset[str]

    @property
    def hit(self) -> Hit:
        """The retrieved passage that it stands in."""
        return self.place.hit

    @property
    def around(self) -> str:
        """The sentence with 250 characters on either side, heading and title."""
        passage, sentence = self.hit.passage, self.sentence
        near = passage.text[max(0, sentence.start - 250) : sentence.end + 250]
        return f"{passage.source.title}\n{passage.heading}\n{near}"

    @property
    def evidence(self) -> Evidence:
        """The sentence as a span of its article."""
        passage = self.hit.passage
        return Evidence(
            passage, passage.start + self.sentence.start, passage.start + self.sentence.end
        )


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """All sentences of the hits' passages, headings left out, each span once."""
    found: list[Candidate] = []
    seen: set[tuple[int, int, int]] = set()
    for rank, hit in enumerate(hits):
        passage = hit.passage
        pieces = split(passage.text)
        stems = [frozenset(content(piece.text)) for piece in pieces]
        lowered = [folded(piece.text) for piece in pieces]
        title = f"{passage.source.title} \n {passage.heading}"
        above, named = frozenset(content(title)), folded(title)
        place = Place(
            hit,
            rank,
            above.union(*stems),
            named.union(*lowered),
            frozenset(content(passage.heading)),
        )
        barred = orders(passage.text)  # text that speaks to a model answers nobody's question
        for at, piece in enumerate(pieces):
            if any(left < piece.end and piece.start < right for left, right in barred):
                continue
            start, end = passage.start + piece.start, passage.start + piece.end
            key = (passage.source.article_id, start, end)
            if key in seen or len(piece.text) < 3 or _CREDIT.search(piece.text):
                continue
            seen.add(key)
            around = slice(max(0, at - 1), at + 2)
            found.append(
                Candidate(
                    place,
                    at,
                    piece,
                    stems[at],
                    lowered[at],
                    above.union(*stems[around]),
                    named.union(*lowered[around]),
                )
            )
    return found


# A line on where an article comes from answers nothing about the news.
_CREDIT = re.compile(
    r"\b(?:syndication agreement|under (?:a |an )?(?:syndication|licen[cs]ing) (?:agreement|deal)"
    r"|(?:this|the) (?:article|report|story|piece)\b.{0,40}\b(?:originally|first)\s+"
    r"(?:appeared|published|ran)|originally (?:appeared|published) (?:in|on|at|by))\b",
    re.IGNORECASE,
)


def folded(text: str) -> frozenset[str]:
    """The words of ``text`` in lower case, hyphenated ones also in their parts."""
    found: set[str] = set()
    for token in tokens(text):
        low = fold(token.text)
        found.add(low)
        if "-" in low:
            found.update(low.split("-"))
    return frozenset(found)


def _begins(name: str, tokens: frozenset[str]) -> bool:
    """Whether one of the words begins with a name, as handles do."""
    return len(name) >= HANDLED and any(token.startswith(name) for token in tokens)


HANDLED = 5  # letters that a name needs to be found at the beginning of a longer word


@dataclass(frozen=True, slots=True)
class Matcher:
    """A question against candidates: word weights by rarity among the candidates."""

    query: Query
    want: Wanted
    weights: dict[str, float]
    like: dict[str, frozenset[str]]  # words of like meaning among the candidates' words

    @classmethod
    def over(cls, query: Query, pool: Sequence[Candidate]) -> Matcher:
        """A matcher whose inverse document frequencies come from ``pool``."""
        want = wanted(query)
        count: Counter[str] = Counter()
        for candidate in pool:
            count.update(candidate.stems)
        vocabulary = set(count).union(*{id(c.place): c.place.stems for c in pool}.values())
        named = {fold(t) for t in want.name_tokens}
        asked = set(content(foreground(query.standalone or query.question)))
        weights, like = {}, {}
        for term in want.terms:
            rarity = math.log(1 + (len(pool) + 1) / (count[term] + 0.5))
            weights[term] = rarity * (1.25 if term in named else 1.0)
            if term not in asked:
                weights[term] *= BACKGROUND
            like[term] = frozenset(word for word in vocabulary if alike(term, word)) - {term}
        return cls(query, want, weights, like)

    def share(self, stems: frozenset[str], terms: Sequence[str] | None = None) -> float:
        """The weighted share (0 to 1) of the question's words among ``stems``.

        :param terms: only these of the question's words
        """
        asked = self.weights if terms is None else terms
        total = sum(self.weights[term] for term in asked)
        if not total:
            return 0.0
        return sum(self.weights[term] * self.held(term, stems, 0.7) for term in asked) / total

    def held(self, term: str, stems: frozenset[str], credit: float) -> float:
        """1 where ``stems`` hold the question word, ``credit`` for one of like meaning, or 0."""
        if term in stems:
            return 1.0
        return credit if self.like[term] & stems else 0.0

    def names(self, tokens: frozenset[str]) -> float:
        """The share of the question's name words among ``tokens``; 1 where it has no names."""
        mine = self.want.name_tokens
        if not mine:
            return 1.0
        # "H100s" names the H100, "@HarbourAILabs" Harbour.
        return sum(
            t in tokens or t.removesuffix("s") in tokens or _begins(t, tokens) for t in mine
        ) / len(mine)

    def dated(self, text: str, published: str | None) -> float:
        """+1 where the question's dates agree with text or publication, -1 where not, else 0."""
        if not self.want.dates:
            return 0.0
        known = dates(text)
        if published:
            year, month = int(published[:4]), int(published[5:7])
            known.append(Day(year, month, None, 0, 0))
            # A report of the last days of a month may come out in the next.
            if int(published[8:10]) <= 7:
                known.append(Day(year - (month == 1), (month - 2) % 12 + 1, None, 0, 0))
        if not known:
            return 0.0
        full = [d for d in self.want.dates if d.year]
        if any(d.agrees(k) for d in full or self.want.dates for k in known):
            return 1.0
        return -1.0
