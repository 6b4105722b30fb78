"""The probability that the retrieved passages answer the question; when to abstain."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.evidence import FEATURES, Matcher, Scored
from rag.types import Hit, Query, Reason
from rag.wanted import Form
from rag.words import alike, stem, words

# Below this probability the answer abstains. Held out, 0.46 refuses 5% of the answerable
# questions and 75% of the unanswerable, 0.50 6% and 78%, 0.55 7% and 83%; most of the
# unanswerable ones are about things that are reported. Expected calibration error 0.05.
ANSWERABLE = 0.46

SIGNALS = (
    "cosine",  # question against the best of the top sentences
    "hit_cosine",  # … of their passages
    "form",  # the best sentence holds something of the wanted form
    "coverage_form",  # share of question words near a sentence times its form
    "score",  # of the best sentence, a tenth
    "missing",  # what is asked for ("law firm", "valuation") is named near no such sentence
    "plain_near",  # share of question words other than names near the top sentences
    "plain_passage",  # … in their passages
    "no_amount",  # an amount or a date is wanted and no close sentence has one that fits
    "absent",  # share of the question's name words that no top passage holds
    "reader",  # the question is about the reader or the site ("how do I …")
)


def signals(query: Query, scored: Sequence[Scored]) -> list[float]:
    """What the probability is computed from; named in :data:`SIGNALS`."""
    at = {name: number for number, name in enumerate(FEATURES)}
    matcher = Matcher.over(query, [s.candidate for s in scored])
    top, three = scored[:5], scored[:3]

    def best(feature: str, among: Sequence[Scored]) -> float:
        return max(float(s.features[at[feature]]) for s in among)

    close = [s for s in scored[:12] if s.score >= scored[0].score - 1.5]
    formed = [s for s in scored[:12] if s.features[at["form"]] > 0][:3] or list(three)
    plain = _plain(matcher)
    return [
        max(s.cosine for s in top),
        best("hit_cosine", top),
        float(scored[0].features[at["form_strong"]]),
        max(
            float(s.features[at["terms_near"]] * s.features[at["form_strong"]]) for s in scored[:12]
        ),
        scored[0].score / 10,
        _missing(matcher, [s.candidate.near_stems for s in formed]),
        max(_held(matcher, plain, s.candidate.near_stems) for s in three),
        max(_held(matcher, plain, s.candidate.place.stems) for s in three),
        float(matcher.want.form in _EXACT and best("form_strong", close) < 0.4),
        1 - matcher.names(frozenset[str]().union(*(s.candidate.place.tokens for s in three))),
        float(bool(_READER.search(query.question))),
    ]


_EXACT = (Form.MONEY, Form.PERCENT, Form.NUMBER, Form.DATE)
_READER = re.compile(r"\b(?:I|me|my|mine|you|your|we|our)\b(?!['’]ve reported)", re.IGNORECASE)


def _missing(matcher: Matcher, near: Sequence[frozenset[str]]) -> float:
    """The share of what is asked for ("which law firm") that no such sentence speaks of."""
    nouns = matcher.want.nouns
    if not nouns:
        return 0.0
    close = frozenset[str]().union(*near)
    return sum(not any(alike(noun, word) for word in close) for noun in nouns) / len(nouns)


def _plain(matcher: Matcher) -> list[str]:
    """The question's words that are neither names nor numbers nor dates."""
    named = {stem(t) for t in matcher.want.name_tokens} | _CALENDAR
    return [t for t in matcher.weights if t not in named and not t[0].isdigit()]


def _held(matcher: Matcher, terms: Sequence[str], stems: frozenset[str]) -> float:
    """The weighted share of ``terms`` among ``stems``; like meaning counts six tenths."""
    total = sum(matcher.weights[term] for term in terms)
    if not total:
        return 1.0
    return sum(matcher.weights[t] * matcher.held(t, stems, 0.6) for t in terms) / total


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


# Fitted on 346 questions over three collections, 126 of them without an answer there and most
# of those about things that are; ten folds, signs held. In SIGNALS' order.
BIAS = -9.09
WEIGHTS = (4.78, 3.25, 0.91, 0.4, 3.5, -0.6, 0.3, 0.75, -2.13, -2.03, -2.92)


def reason(query: Query, hits: Sequence[Hit]) -> Reason:
    """Why there is no answer: nothing found, or nothing yet from the time asked about."""
    since = query.filters.since
    if since is not None:
        days = [hit.passage.source.day for hit in hits]
        if not any(day and day >= since for day in days):
            return Reason.NOT_YET_REPORTED
    return Reason.NOTHING_FOUND
