from __future__ import annotations

import numpy as np
import pytest

from eval.stats import (
    aurc,
    ece,
    mean,
    paired,
    percentile,
    ratio,
    reliability,
    risk_coverage,
    statistic,
    wilson,
)


def test_ratio_is_the_ratio_of_sums():
    figure = ratio([(1, 1), (0, 3), (2, 4), (0, 0)])
    assert figure is not None
    assert figure.value == pytest.approx(3 / 8)
    assert figure.n == 3
    assert figure.low < 3 / 8 < figure.high
    assert ratio([(0, 0)]) is None
    assert ratio([]) is None


def test_bootstrap_interval_agrees_with_the_normal_one():
    rng = np.random.default_rng(1)
    values = rng.normal(5, 2, 400)
    figure = mean(values.tolist())
    assert figure is not None
    half = 1.96 * values.std(ddof=1) / 20
    assert figure.low == pytest.approx(values.mean() - half, abs=0.03)
    assert figure.high == pytest.approx(values.mean() + half, abs=0.03)


def test_bootstrap_covers_the_truth_about_95_times_of_100():
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(200):
        figure = ratio([(float(x), 1.0) for x in rng.random(120) < 0.3])
        assert figure is not None
        inside += figure.low <= 0.3 <= figure.high
    assert 180 <= inside <= 198


def test_unanimous_questions_get_wilsons_interval():
    # Wilson 1927: the lower limit of n of n is n / (n + z^2)
    figure = ratio([(1, 1)] * 10)
    assert figure is not None
    assert figure.low == pytest.approx(10 / (10 + 1.959964**2))
    assert figure.high == pytest.approx(1.0)
    assert wilson(0.0, 10)[0] == 0.0
    assert wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_everything_is_repeatable():
    pairs = [(float(i % 3 == 0), 1.0) for i in range(50)]
    assert ratio(pairs) == ratio(pairs)
    assert statistic(9, lambda at: float(at.sum())) == statistic(9, lambda at: float(at.sum()))


def test_paired_difference_of_equals_is_nothing():
    pairs = [(float(i % 2), 1.0) for i in range(40)]
    same = paired(pairs, pairs)
    assert same is not None
    assert (same.delta, same.low, same.high, same.p) == (0, 0, 0, 1)
    assert not same.clear


def test_pairing_sees_what_two_intervals_do_not():
    rng = np.random.default_rng(3)
    hard = rng.random(200)
    a = [(float(h), 1.0) for h in hard]
    b = [(float(h + 0.02), 1.0) for h in hard]
    found = paired(a, b)
    assert found is not None
    assert found.clear
    assert found.delta == pytest.approx(0.02)
    assert found.p < 0.01
    assert paired([(0, 0)], [(0, 0)]) is None
    assert paired([(1, 1)], [(0, 0)]) is None


def test_risk_coverage_worked_example():
    # most confident first: right, wrong, right; the fourth abstained
    points = risk_coverage([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0], [True, True, True, False])
    assert [(p.coverage, round(p.risk, 4)) for p in points] == [
        (0.25, 0.0), (0.5, 0.5), (0.75, 0.3333),
    ]  # fmt: skip
    assert aurc(points) == pytest.approx((0 + 0.5 + 1 / 3) / 3)
    assert aurc([]) is None


def test_ties_enter_together():
    one = risk_coverage([0.5, 0.5], [1, 0], [True, True])
    other = risk_coverage([0.5, 0.5], [0, 1], [True, True])
    assert one == other
    assert len(one) == 1


def test_calibration_worked_example():
    # two answers at .8, one right; two at .3, none right: .5 * .3 + .5 * .3
    bins = reliability([0.8, 0.8, 0.3, 0.3], [1, 0, 0, 0])
    assert [(b.confidence, b.right, b.n) for b in bins] == [(0.3, 0.0, 2), (0.8, 0.5, 2)]
    assert ece(bins) == pytest.approx(0.3)
    assert ece(reliability([1.0, 0.0], [1, 0])) == 0
    assert ece([]) is None


def test_percentiles():
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert np.isnan(percentile([], 50))
    assert statistic(0, lambda at: 0.0) is None
    assert mean([]) is None
