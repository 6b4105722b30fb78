"""Uncertainty: bootstrap intervals, paired differences, calibration, risk and coverage.

Everything is seeded and therefore repeatable. A score is a ratio of sums over questions,
(numerator, denominator) pairs, so that means over questions (denominator 1) and shares of
all sentences or citations are treated alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 2000  # the 2.5% and 97.5% points of repeated runs then differ by about .003
SEED = 20240229


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95% interval and the number of questions it rests on."""

    value: float
    low: float
    high: float
    n: int

    def as_list(self) -> list[float]:
        """``[value, low, high, n]``, rounded for files."""
        return [round(self.value, 6), round(self.low, 6), round(self.high, 6), self.n]


def ratio(pairs: Sequence[tuple[float, float]]) -> Estimate | None:
    """Sum of numerators over sum of denominators with a percentile bootstrap interval.

    Where all questions agree the bootstrap has no width; Wilson's score interval (1927) is
    given instead. None where there is nothing to divide by.
    """
    counted = [(a, b) for a, b in pairs if b > 0]
    if not counted:
        return None
    num, den = np.array(counted, dtype=float).T
    value = float(num.sum() / den.sum())
    if value <= 0.0 or value >= 1.0:
        low, high = wilson(value, len(counted))
        return Estimate(value, low, high, len(counted)) if value <= 1.0 else _plain(num, den)
    weights = _weights(len(counted))
    samples = (weights @ num) / (weights @ den)
    low, high = np.percentile(samples, [2.5, 97.5])
    return Estimate(value, float(low), float(high), len(counted))


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean of any real values with a percentile bootstrap interval."""
    if not values:
        return None
    num = np.array(values, dtype=float)
    return _plain(num, np.ones_like(num))


def _plain(num: Array, den: Array) -> Estimate:
    weights = _weights(len(num))
    samples = (weights @ num) / (weights @ den)
    low, high = np.percentile(samples, [2.5, 97.5])
    return Estimate(float(num.sum() / den.sum()), float(low), float(high), len(num))


def statistic(
    n: int, compute: Callable[[NDArray[np.intp]], float], resamples: int = 300
) -> Estimate | None:
    """Any statistic of ``n`` questions, given as a function of their indices."""
    if n == 0:
        return None
    rng = np.random.default_rng(SEED)
    samples = [compute(rng.integers(0, n, n)) for _ in range(resamples)]
    low, high = np.percentile(samples, [2.5, 97.5])
    return Estimate(compute(np.arange(n)), float(low), float(high), n)


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A on the same questions, with its 95% interval and two-sided p-value."""

    a: float
    b: float
    delta: float
    low: float
    high: float
    p: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def paired(a: Sequence[tuple[float, float]], b: Sequence[tuple[float, float]]) -> Difference | None:
    """Paired bootstrap of two ratios over the same questions, in the same order.

    The same resample is applied to both (Efron and Tibshirani 1993, ch. 8; Koehn 2004).
    """
    kept = [(*x, *y) for x, y in zip(a, b, strict=True) if x[1] > 0 or y[1] > 0]
    if not kept:
        return None
    an, ad, bn, bd = np.array(kept, dtype=float).T
    if ad.sum() == 0 or bd.sum() == 0:
        return None
    weights = _weights(len(kept))
    with np.errstate(invalid="ignore", divide="ignore"):
        samples = (weights @ bn) / (weights @ bd) - (weights @ an) / (weights @ ad)
    samples = samples[np.isfinite(samples)]
    if not samples.size:
        return None
    low, high = np.percentile(samples, [2.5, 97.5])
    p = 2 * min(float((samples <= 0).mean()), float((samples >= 0).mean()))
    first, second = float(an.sum() / ad.sum()), float(bn.sum() / bd.sum())
    return Difference(
        first, second, second - first, float(low), float(high), min(1.0, p), len(kept)
    )


def wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95% score interval of a share of ``n`` (Wilson 1927)."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * ((share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5)
    return max(0.0, centre - half), min(1.0, centre + half)


@lru_cache(maxsize=16)
def _weights(n: int) -> Array:
    """How often each of ``n`` questions is drawn in each resample, (RESAMPLES, n)."""
    rng = np.random.default_rng(SEED + n)
    return rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(float)


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Share of questions answered, and the share of those that are wrong."""

    coverage: float
    risk: float
    threshold: float


def risk_coverage(
    confidence: Sequence[float], right: Sequence[float], answered: Sequence[bool]
) -> list[RiskPoint]:
    """The risk-coverage curve, most confident first (El-Yaniv and Wiener 2010).

    Questions of equal confidence enter together, so that their order can't matter.
    Abstentions never enter; coverage is a share of all questions.
    """
    rows = sorted(
        ((c, r) for c, r, a in zip(confidence, right, answered, strict=True) if a),
        key=lambda row: -row[0],
    )
    points: list[RiskPoint] = []
    wrong = 0.0
    for at, (threshold, score) in enumerate(rows, 1):
        wrong += 1 - score
        if at == len(rows) or rows[at][0] != threshold:
            points.append(RiskPoint(at / len(confidence), wrong / at, threshold))
    return points


def aurc(points: Sequence[RiskPoint]) -> float | None:
    """Area under the risk-coverage curve over the coverage reached, 0 best, 1 worst."""
    if not points:
        return None
    area, before = 0.0, 0.0
    for point in points:
        area += point.risk * (point.coverage - before)
        before = point.coverage
    return area / points[-1].coverage


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: its mean, the share that is right, how many."""

    confidence: float
    right: float
    n: int


def reliability(confidence: Sequence[float], right: Sequence[float], bins: int = 10) -> list[Bin]:
    """Equal-width bins of confidence over 0 to 1; empty bins are left out."""
    groups: dict[int, list[tuple[float, float]]] = {}
    for c, r in zip(confidence, right, strict=True):
        groups.setdefault(min(bins - 1, max(0, int(c * bins))), []).append((c, r))
    return [
        Bin(sum(c for c, _ in rows) / len(rows), sum(r for _, r in rows) / len(rows), len(rows))
        for _, rows in sorted(groups.items())
    ]


def ece(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean distance of confidence and rightness (Guo et al. 2017)."""
    total = sum(b.n for b in bins)
    if not total:
        return None
    return sum(b.n * abs(b.confidence - b.right) for b in bins) / total


def percentile(values: Sequence[float], q: float) -> float:
    """The ``q``-th percentile (0 to 100) by linear interpolation; NaN for no values."""
    return float(np.percentile(np.array(values, dtype=float), q)) if values else float("nan")
