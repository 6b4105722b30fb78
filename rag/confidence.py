"""The probability that the retrieved passages answer the question; when to abstain."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.evidence import FEATURES, Scored
from rag.types import Hit, Query, Reason

ANSWERABLE = 0.5  # below this probability the answer abstains

_AT = {name: at for at, name in enumerate(FEATURES)}


def probability(query: Query, hits: Sequence[Hit], scored: Sequence[Scored]) -> float:
    """The probability (0 to 1) that the best candidates answer ``query``."""
    if not scored:
        return 0.0
    best = scored[0].features
    logit = (
        -6.0
        + 6.0 * float(best[_AT["terms_near"]])
        + 3.0 * float(best[_AT["cosine"]])
        + 2.0 * float(best[_AT["names_passage"]])
    )
    return 1 / (1 + math.exp(-logit))


def reason(query: Query, hits: Sequence[Hit]) -> Reason:
    """Why there is no answer: nothing found, or nothing yet from the time asked about."""
    since = query.filters.since
    if since is not None:
        days = [hit.passage.source.day for hit in hits]
        if not any(day and day >= since for day in days):
            return Reason.NOT_YET_REPORTED
    return Reason.NOTHING_FOUND
