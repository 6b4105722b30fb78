"""The probability that the retrieved passages answer the question; when to abstain."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.evidence import FEATURES, Candidate, Matcher, Scored
from rag.facts import dates
from rag.focus import focus, products
from rag.types import Hit, Query, Reason
from rag.wanted import Form
from rag.words import STOP, stem, words

# Below this probability the answer abstains. With questions held out in ten folds it refuses
# 7% of the answerable ones on digests and 75% of the unanswerable, over all collections 8% and
# 69%. The unanswerable questions are nearly all about things that are reported.
ANSWERABLE = 0.36

SIGNALS = (
    "score",  # of the best sentence, a tenth
    "joint",  # logarithm of the best product of form, names, thing asked after, words, cosine
    "plain",  # how many of the question's words are neither names nor dates, at most 6
    "reason",  # cosine of the best sentence where a reason is asked for
    "year",  # years between the question's and the best sentence's, at most 3, in thirds
    "gap",  # score of the best sentence over the mean of the next nine, a tenth
    "absent_names",  # share of the question's name words that no top passage holds
    "no_amount",  # an amount or a date is wanted and no close sentence has one that fits
    "reader",  # the question is about the reader or the site ("how do I …")
    "listing",  # a list is wanted, or the question has parts
    "cosine",  # question against the best of the top sentences
)


def signals(query: Query, scored: Sequence[Scored]) -> list[float]:
    """What the probability is computed from; named in :data:`SIGNALS`."""
    matcher = Matcher.over(query, [s.candidate for s in scored])
    top, three = scored[:5], scored[:3]
    form = matcher.want.form
    plain = _plain(matcher)
    thing = [t for t in focus(query) if t in plain]
    places = [s.candidate.place for s in three]
    close = [s for s in scored[:12] if s.score >= scored[0].score - 1.5]
    cosine = max(s.cosine for s in top)
    rest = [s.score for s in scored[1:10]]
    unfit = all(s.features[_STRONG] < 0.4 for s in close)
    return [
        scored[0].score / 10,
        math.log(0.02 + max(_joint(matcher, thing, s) for s in scored[:8])),
        float(min(len(plain), 6)),
        cosine if form is Form.REASON else 0.0,
        _years(matcher, scored[0]),
        (scored[0].score - sum(rest) / len(rest)) / 10 if rest else 0.0,
        1 - matcher.names(frozenset[str]().union(*(place.tokens for place in places))),
        float(form in _EXACT and unfit),
        float(bool(_READER.search(query.question))),
        float(form is Form.LIST or bool(query.parts)),
        cosine,
    ]


_STRONG, _NEAR = FEATURES.index("form_strong"), FEATURES.index("terms_near")


def _joint(matcher: Matcher, thing: Sequence[str], item: Scored) -> float:
    """How far one sentence, with what is near it, has everything that the question needs.

    A product, because a sentence that lacks one thing does not answer however good the rest.
    """
    candidate = item.candidate
    near = candidate.near_stems
    whole = [n for n in matcher.want.names if not n.opens or len(n.tokens) > 1]
    held = candidate.near_tokens
    named = [
        all(t in held or t.removesuffix("s") in held for t in n.tokens if t not in STOP)
        for n in whole
    ]
    text = _around(candidate)
    numbered = [product.said(text) for product in products(matcher.query)]
    found = float(item.features[_STRONG]) * max(0.0, item.cosine)
    found *= 0.2 + 0.8 * float(item.features[_NEAR])
    found *= 0.3 + 0.7 * _held(matcher, thing, near)
    for listed in (named, numbered):
        found *= 0.3 + 0.7 * (sum(listed) / len(listed) if listed else 1.0)
    return found


def _around(candidate: Candidate) -> str:
    """The sentence with 250 characters on either side, heading and title."""
    passage, sentence = candidate.hit.passage, candidate.sentence
    near = passage.text[max(0, sentence.start - 250) : sentence.end + 250]
    return f"{passage.source.title}\n{passage.heading}\n{near}"


def _years(matcher: Matcher, item: Scored) -> float:
    asked = [d.year for d in matcher.want.dates if d.year]
    published = item.candidate.hit.passage.source.published
    known = [d.year for d in dates(item.candidate.sentence.text) if d.year]
    known += [int(published[:4])] if published else []
    apart = min((abs(a - b) for a in asked for b in known), default=0)
    return min(apart, 3) / 3


_EXACT = (Form.MONEY, Form.PERCENT, Form.NUMBER, Form.DATE)
# Not the "I" of "Artemis I", nor the "My" of a band's name.
_READER = re.compile(
    r"^\W*(?:\w+\s+)?I\b(?= [a-z])|\b[a-z]\w*[ ,]+I\b"
    r"|\b(?:[Mm]e|[Mm]y|[Mm]ine|[Yy]ou|[Yy]our|[Ww]e|[Oo]ur)\b(?! [A-Z])(?!['’]ve reported)"
)


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


# Fitted on 1,749 questions over four collections: 693 answerable, 302 written so that nothing
# there answers them, and 754 that lost their evidence or had a name exchanged (these at a weight
# of 0.12, as other articles may still answer some). In SIGNALS' order. "reader" is set by hand,
# -2.69 fitted on its few questions: a site's own lines ("Get our media kit") match well.
BIAS = -6.71
WEIGHTS = (5.80, 0.66, 0.17, 3.17, -4.33, -1.31, -1.00, -0.63, -3.5, 1.21, 1.03)


def reason(query: Query, hits: Sequence[Hit]) -> Reason:
    """Why there is no answer: nothing found, or nothing yet from the time asked about."""
    since = query.filters.since
    if since is not None:
        days = [hit.passage.source.day for hit in hits]
        if not any(day and day >= since for day in days):
            return Reason.NOT_YET_REPORTED
    return Reason.NOTHING_FOUND
