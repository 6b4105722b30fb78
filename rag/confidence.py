"""The probability that the retrieved passages answer the question; when to abstain."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from rag.evidence import FEATURES, Matcher, Scored
from rag.types import Hit, Query, Reason
from rag.wanted import Form
from rag.words import alike, content, stem, words

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
    top = scored[:5]
    best = scored[0].features
    everything: set[str] = set()
    for item in scored:
        everything |= item.candidate.near_stems
    total = sum(matcher.weights.values()) or 1.0
    nowhere = sum(
        weight
        for term, weight in matcher.weights.items()
        if term not in everything and not any(alike(term, other) for other in everything)
    )
    typed = matcher.want.form not in (Form.ANY, Form.REASON, Form.LIST)
    near = max(float(s.features[at["terms_near"]]) for s in top)
    form = max(
        float(s.features[at["form_strong"]])
        for s in scored[:12]
        if s.score >= scored[0].score - 1.5
    )
    product = max(
        float(s.features[at["terms_near"]] * s.features[at["form_strong"]]) for s in scored[:12]
    )
    nouns = matcher.want.nouns
    close: set[str] = set()
    for item in top:
        close |= set(content(item.candidate.hit.passage.text)) | item.candidate.near_stems
    missing = (
        sum(not any(alike(noun, other) for other in close) for noun in nouns) / len(nouns)
        if nouns
        else 0.0
    )
    plain = _plain(matcher)
    passages = [s.candidate.near_stems | set(content(s.candidate.hit.passage.text)) for s in top[:3]]
    return [
        near,
        max(float(s.features[at["terms"]]) for s in top),
        max(s.cosine for s in top),
        max(float(s.features[at["hit_cosine"]]) for s in top),
        float(best[at["form_strong"]]),
        form,
        nowhere / total,
        max(float(s.features[at["names_passage"]]) for s in top),
        missing,
        product,
        scored[0].score / 10,
        max(float(s.features[at["names_near"]]) for s in top),
        float(typed),
        max(_held(plain, s.candidate.near_stems) for s in top[:3]),
        max(_held(plain, stems) for stems in passages),
        max(_held(plain, s.candidate.stems) for s in top[:3]),
    ]


def _plain(matcher: Matcher) -> list[str]:
    """The question's words that are neither names nor numbers nor dates."""
    named = {stem(t) for t in matcher.want.name_tokens} | _CALENDAR
    return [t for t in matcher.weights if t not in named and not t[0].isdigit()]


def _held(terms: Sequence[str], stems: Collection[str]) -> float:
    """The share of ``terms`` among ``stems``; one of like meaning counts six tenths."""
    if not terms:
        return 1.0
    found = 0.0
    for term in terms:
        if term in stems:
            found += 1.0
        elif any(alike(term, other) for other in stems):
            found += 0.6
    return found / len(terms)


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
