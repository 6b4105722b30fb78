"""The probability that the retrieved passages answer the question; when to abstain."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.evidence import FEATURES, Matcher, Scored
from rag.types import Hit, Query, Reason
from rag.wanted import Form
from rag.words import alike, stem, words

ANSWERABLE = 0.5  # below this probability the answer abstains

SIGNALS = (
    "best_near",  # question words near the best sentence
    "best_terms",
    "best_cosine",
    "best_hit_cosine",
    "best_form",
    "form_anywhere",  # the strongest of the wanted form among sentences near the best score
    "nowhere",  # weight of question words found in no passage
    "names_anywhere",  # the question's names in the best passage
    "noun_missing",  # what is asked for ("which lawyer") is named nowhere near
    "product",  # coverage times form
    "top_score",
    "names_near",
    "typed",  # a typed question at all
    "plain_near",  # question words that are no names, near the best sentence
    "plain_passage",  # … in its passage
    "plain_exact",  # … in the sentence itself, as the same stem
)


def signals(query: Query, scored: Sequence[Scored]) -> list[float]:
    """What the probability is computed from; named in :data:`SIGNALS`."""
    at = {name: number for number, name in enumerate(FEATURES)}
    matcher = Matcher.over(query, [s.candidate for s in scored])
    top, three = scored[:5], scored[:3]
    near = [s.candidate.near_stems for s in scored]
    everything = frozenset[str]().union(*near)
    total = sum(matcher.weights.values()) or 1.0
    nowhere = sum(
        weight for term, weight in matcher.weights.items() if not matcher.held(term, everything, 1)
    )

    def best(feature: str, among: Sequence[Scored]) -> float:
        return max(float(s.features[at[feature]]) for s in among)

    form = best("form_strong", [s for s in scored[:12] if s.score >= scored[0].score - 1.5])
    product = max(
        float(s.features[at["terms_near"]] * s.features[at["form_strong"]]) for s in scored[:12]
    )
    plain = _plain(matcher)
    return [
        best("terms_near", top),
        best("terms", top),
        max(s.cosine for s in top),
        best("hit_cosine", top),
        float(scored[0].features[at["form_strong"]]),
        form,
        nowhere / total,
        best("names_passage", top),
        _missing(matcher, [s.candidate.place.stems for s in top]),
        product,
        scored[0].score / 10,
        best("names_near", top),
        float(matcher.want.form not in (Form.ANY, Form.REASON, Form.LIST)),
        max(_held(matcher, plain, s.candidate.near_stems) for s in three),
        max(_held(matcher, plain, s.candidate.place.stems) for s in three),
        max(_held(matcher, plain, s.candidate.stems) for s in three),
    ]


def _missing(matcher: Matcher, passages: Sequence[frozenset[str]]) -> float:
    """The share of what is asked for ("which law firm") that no passage speaks of."""
    nouns = matcher.want.nouns
    if not nouns:
        return 0.0
    close = frozenset[str]().union(*passages)
    return sum(not any(alike(noun, word) for word in close) for noun in nouns) / len(nouns)


def _plain(matcher: Matcher) -> list[str]:
    """The question's words that are neither names nor numbers nor dates."""
    named = {stem(t) for t in matcher.want.name_tokens} | _CALENDAR
    return [t for t in matcher.weights if t not in named and not t[0].isdigit()]


def _held(matcher: Matcher, terms: Sequence[str], stems: frozenset[str]) -> float:
    """The share of ``terms`` among ``stems``; one of like meaning counts six tenths."""
    if not terms:
        return 1.0
    return sum(matcher.held(term, stems, 0.6) for term in terms) / len(terms)


_CALENDAR = frozenset(
    map(
        stem,
        words(
            "january february march april may june july august september october november "
            "december spring summer autumn fall winter early late mid start end year month week "
            "day date number percent percentage reported reportedly"
        ),
    )
)


def probability(query: Query, hits: Sequence[Hit], scored: Sequence[Scored]) -> float:
    """The probability (0 to 1) that the best candidates answer ``query``."""
    if not scored:
        return 0.0
    logit = BIAS + sum(w * x for w, x in zip(WEIGHTS, signals(query, scored), strict=True))
    return 1 / (1 + math.exp(-logit))


BIAS = -6.0
WEIGHTS = (6.0, 0, 3.0, 0, 0, 0, 0, 0, 0, 0, 0, 2.0, 0, 0, 0, 0)


def reason(query: Query, hits: Sequence[Hit]) -> Reason:
    """Why there is no answer: nothing found, or nothing yet from the time asked about."""
    since = query.filters.since
    if since is not None:
        days = [hit.passage.source.day for hit in hits]
        if not any(day and day >= since for day in days):
            return Reason.NOT_YET_REPORTED
    return Reason.NOTHING_FOUND
