"""What speaks for a sentence as the answer to a question: one vector of features each.

The features (named in :data:`FEATURES`) are computed for all candidates together, since some
compare them: how many reports give the same value, how new one is among the others.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.candidates import Candidate, Matcher, folded
from rag.facts import names
from rag.focus import Product, focus, products
from rag.forms import AMOUNTS, Form
from rag.suited import Asking, in_time, suit, within
from rag.types import Hit, Order
from rag.wanted import Found
from rag.words import alike, content, stem, tokens

FEATURES = (
    "terms_near",  # question words (by rarity) in the sentence, its neighbours, heading or title
    "plain",  # those that are neither names nor dates, in the sentence itself
    "thing",  # the thing asked after ("law firm") is near: 0, or down to -1 where it is not
    "product",  # the same for numbered products ("Claude 2")
    "reader",  # the reading model's logit that the sentence answers
    "hit_score",  # fused score of the passage relative to the best hit
    "form_strong",  # how well it holds something of the wanted form (not weighed by itself)
    "unformed",  # an amount or a date is wanted and none is here that fits
    "form_named",  # form_strong times the share of the question's names near by
    "form_unnamed",  # form_strong times the share of its names that are not in the sentence
    "bound",  # the question's words stand close to the possible answer
    "agree",  # other reports among the candidates hold the same possible answer
    "foreign",  # an amount or a date is wanted and the names here are not the question's
    "dates",  # agrees (+1) or disagrees (-1) with the question's dates
    "newer_wanted",  # position by date among the hits, 0 to 1, where the latest is wanted
    "title_told",  # tells what a title says that holds the question's words
    "novel",  # says more than the question, where no form is wanted
    "asks",  # is a question itself
    "speech",  # speaks of "I" or "we"
    "named_here",  # the share of the question's names in the sentence or the article's title
    "in_time",  # a time that the sentence names is in the question's (+1) or none is (-1)
    "kind",  # it tells of the kind of money asked for (+1) or of another (-1)
    "period",  # … for a period of the length, or at the rate, asked for (+1) or another (-1)
    "past",  # it is asked how things are and told how they were
    "joint",  # its value is that of several together, of whom the question names some
    "within",  # it has a value beyond the question's limit (+1) or only others (-1)
    "leaning",  # it speaks of "it" or "the company", and of another than the question's
)
EXACT = (*AMOUNTS, Form.DATE)
# From this strength on, something of the wanted form counts as a possible answer.
POSSIBLE = 0.85
# Forms whose answers may be spread over sentences without a value that could be counted.
OPEN = (Form.LIST, Form.REASON, Form.ANY)
_VALUES = 6  # possible answers looked at in a sentence
_REACH = 8  # words: at this distance a question word counts a third
_SPEECH = re.compile(r"\b(?:I|I'm|I’m|we|we're|we’re)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the features need to know of the question and of the hits, worked out once."""

    matcher: Matcher
    thing: tuple[str, ...]  # stems
    numbered: tuple[Product, ...]
    plain: tuple[str, ...]  # stems
    about: tuple[str, ...]  # stems that a title may be expected to hold
    published: tuple[str, ...]  # the hits' dates, oldest first
    best: float  # highest score of a hit
    asking: Asking  # of time, period and kind

    @classmethod
    def of(cls, matcher: Matcher, hits: Sequence[Hit]) -> Asked:
        """Take the matcher's question and the hits together."""
        plain = matcher.want.plain
        return cls(
            matcher,
            tuple(t for t in focus(matcher.query) if t in plain),
            products(matcher.query),
            plain,
            matcher.want.timeless,
            tuple(sorted({hit.passage.source.published or "" for hit in hits})),
            max((hit.score for hit in hits), default=1.0) or 1.0,
            Asking.of(matcher.query, matcher.want.form),
        )


def possible(matcher: Matcher, text: str) -> frozenset[str]:
    """The stretches of a sentence that could be the answer, in lower case."""
    found = matcher.want.found(text)
    return frozenset(text[f.start : f.end].lower() for f in found if f.strength >= POSSIBLE)


@dataclass(frozen=True, slots=True)
class _Title:
    """An article's title beside the question."""

    rest: frozenset[str]  # the stems that it has beyond the question's
    like: float  # 0 with half of the question's words or fewer, 1 with all
    tokens: frozenset[str]


def features(asked: Asked, pool: Sequence[Candidate]) -> list[list[float]]:
    """The features of each candidate, ``reader``, ``agree`` and ``leaning`` left at 0."""
    titles: dict[int, _Title] = {}
    rows = []
    for candidate in pool:
        source = candidate.hit.passage.source
        if source.article_id not in titles:
            titles[source.article_id] = _title(asked, source.title)
        rows.append(_features(asked, candidate, titles[source.article_id]))
    return rows


def _features(asked: Asked, candidate: Candidate, title: _Title) -> list[float]:
    matcher, place, text = asked.matcher, candidate.place, candidate.sentence.text
    want, source = matcher.want, place.hit.passage.source
    # A line with a date and nothing of what is asked tells when nothing happened.
    told = want.timeless
    bare = want.form is Form.DATE and bool(told) and not matcher.share(candidate.stems, told)
    found = [] if bare else want.found(text)
    strength = want.strength_of(found)
    exact = want.form in EXACT
    newer = asked.published.index(source.published or "") / max(1, len(asked.published) - 1)
    thing = matcher.share(candidate.near_stems, asked.thing) - 1 if asked.thing else 0.0
    suits = suit(asked.asking, candidate, found, POSSIBLE)
    values = {
        "terms_near": matcher.share(candidate.near_stems),
        "plain": matcher.share(candidate.stems, asked.plain) if asked.plain else 1.0,
        "thing": thing,
        "product": _numbered(asked, candidate),
        "hit_score": place.hit.score / asked.best,
        "form_strong": strength,
        "unformed": float(exact and strength < 0.4),
        "form_named": strength * matcher.names(candidate.near_tokens),
        "form_unnamed": strength * (1 - matcher.names(candidate.tokens)),
        "bound": bound(matcher, text, found)[0] if want.form is not Form.REASON else 0.0,
        "foreign": _foreign(matcher, candidate) if exact else 0.0,
        "dates": matcher.dated(text, source.published),
        "newer_wanted": newer if matcher.query.order is Order.LATEST else 0.0,
        "title_told": _told(candidate, title),
        "novel": _novel(matcher, candidate) if want.form in (Form.ANY, Form.REASON) else 0.0,
        "asks": float(text.rstrip("\"'”’*_").endswith("?")),
        "speech": float(bool(_SPEECH.search(text))),
        "named_here": matcher.names(candidate.tokens | title.tokens),
        "in_time": in_time(asked.asking, candidate),
        "kind": suits.kind,
        "period": suits.period,
        "past": suits.past,
        "joint": suits.joint,
        "within": within(asked.asking, candidate),
    }
    return [values.get(name, 0.0) for name in FEATURES]


def _title(asked: Asked, title: str) -> _Title:
    stems = frozenset(content(title))
    like = asked.matcher.share(stems, asked.about) if len(asked.about) >= 2 else 0.0
    return _Title(stems - asked.matcher.weights.keys(), max(0.0, 2 * like - 1), folded(title))


def _told(candidate: Candidate, title: _Title) -> float:
    if not title.like or len(title.rest) < 2:
        return 0.0
    told = sum(any(alike(r, s) for s in candidate.stems) for r in title.rest)
    return title.like * told / len(title.rest)


def _numbered(asked: Asked, candidate: Candidate) -> float:
    if not asked.numbered:
        return 0.0
    near = candidate.around
    return sum(product.said(near) for product in asked.numbered) / len(asked.numbered) - 1


def bound(matcher: Matcher, text: str, found: Sequence[Found]) -> tuple[float, Found | None]:
    """How close the question's words stand to a possible answer, 0 to 1, and which that is.

    Of the strongest found stretches the one that they stand closest to. Each word counts with
    its weight, less the further it is away.
    """
    strongest = [f for f in found if f.strength > found[0].strength - 0.1]
    if not strongest:
        return 0.0, None
    listed = tokens(text)
    stems = [stem(token.text) for token in listed]
    said = set(stems)
    words = {
        term: {term} if term in said else matcher.like[term] & said for term in matcher.weights
    }
    places = [
        (matcher.weights[term], [at for at, s in enumerate(stems) if s in like])
        for term, like in words.items()
        if like
    ]
    total = sum(matcher.weights.values()) or 1.0
    best, which = -1.0, strongest[0]
    for one in strongest[:_VALUES]:
        inside = [at for at, t in enumerate(listed) if t.start < one.end and t.end > one.start]
        if not inside:
            continue
        close = 0.0
        for weight, ats in places:
            apart = [d for at in ats if (d := max(inside[0] - at, at - inside[-1])) > 0]
            if apart:
                close += weight * math.exp(-min(apart) / _REACH)
        if close > best:
            best, which = close, one
    return max(0.0, best / total), which


def _foreign(matcher: Matcher, candidate: Candidate) -> float:
    """Other names than the question's, 0 to 1; half where its own are here too."""
    mine = matcher.want.name_tokens
    if not mine:
        return 0.0
    others = [
        name
        for name in names(candidate.sentence.text)
        if not name.opens and not mine & set(name.tokens)
    ]
    return min(3, len(others)) / 3 * (0.5 if mine & candidate.tokens else 1.0)


def _novel(matcher: Matcher, candidate: Candidate) -> float:
    return math.log1p(len(candidate.stems - matcher.weights.keys())) - 2


def agreement(matcher: Matcher, pool: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """For each candidate, how many other stories give one of its possible answers.

    Each story counts by how well its best sentence scores, the result as ``log(1 + n)``.
    """
    if matcher.want.form in OPEN or not pool:
        return [0.0] * len(pool)
    held = [possible(matcher, candidate.sentence.text) for candidate in pool]
    best = max(scores)
    told: dict[str, dict[int, float]] = defaultdict(dict)
    for candidate, values, score in zip(pool, held, scores, strict=True):
        story, weight = candidate.hit.passage.source.story.id, math.exp((score - best) / 2)
        for value in values:
            told[value][story] = max(weight, told[value].get(story, 0.0))
    found = []
    for candidate, values in zip(pool, held, strict=True):
        mine = candidate.hit.passage.source.story.id
        counts = [sum(w for s, w in told[v].items() if s != mine) for v in values]
        found.append(math.log1p(max(counts, default=0.0)))
    return found
