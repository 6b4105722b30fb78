"""Reliability of the confidence: what was predicted against what was observed, in bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures import Scored
from eval.plots import Axes, Series, lines
from eval.stats import Bin, ece, reliability, wilson


@dataclass(frozen=True, slots=True)
class Curve:
    """The bins of one system; each has its mean confidence, the share observed and its size."""

    name: str
    bins: tuple[Bin, ...]

    @property
    def n(self) -> int:
        """Questions in all bins."""
        return sum(b.n for b in self.bins)


def answerable(name: str, scored: Sequence[Scored]) -> Curve:
    """The confidence against whether the question can be answered, over all scored questions.

    Abstentions count too: a low confidence on an unanswerable question is a good one.
    """
    kept = [s for s in scored if s.question.scorable and "confidence" in s.record]
    return Curve(
        name,
        tuple(
            reliability(
                [float(s.record["confidence"]) for s in kept],
                [float(not s.question.unanswerable) for s in kept],
            )
        ),
    )


def plot(curves: Sequence[Curve], observed: str) -> str:
    """A reliability diagram as SVG: a dot a bin with its count, 95% whiskers, the diagonal.

    :param observed: what the height shows
    """
    series = []
    for curve in curves:
        if not curve.bins:
            continue
        spans = [wilson(b.right, b.n) for b in curve.bins]
        series.append(
            Series(
                curve.name,
                [(b.confidence, b.right) for b in curve.bins],
                [low for low, _ in spans],
                [high for _, high in spans],
                [f"n={b.n}" for b in curve.bins],
            )
        )
    axes = Axes("confidence", observed, (0, 1), (0, 1))
    return lines(series, axes, diagonal=True)


def error(curve: Curve) -> str:
    """The expected calibration error in words: ``ECE 0.043, 172 questions``."""
    value = ece(curve.bins)
    return f"ECE {value:.3f}, {curve.n} questions" if value is not None else "no questions"
