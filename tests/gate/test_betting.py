"""Bounds by bets: right at whichever number of tasks one looks, for gains that are nothing like normal."""

import numpy as np
import pytest

from headway.gate.betting import evidence, lower_bound

LOOKS = np.linspace(8, 400, 50).astype(int) - 1


def skewed(random, size, mean):
    """Gains of -1, 0 and 1, mostly 0, with this mean: what a hard exam gives."""
    lost = 0.05
    return random.choice([-1.0, 0.0, 1.0], size=size, p=[lost, 1.0 - 2 * lost - mean, lost + mean])


@pytest.mark.parametrize("seen", [LOOKS, LOOKS[-1:]], ids=["fifty looks", "one look"])
def test_a_mean_at_the_bar_is_called_higher_no_more_often_than_said(seen):
    random = np.random.default_rng(0)
    found = [evidence(skewed(random, 400, -0.04), -0.04, -1.0)[seen].max() >= np.log(10) for _ in range(1000)]
    assert np.mean(found) <= 0.1


def test_students_bound_looked_at_fifty_times_is_wrong_far_more_often():
    """The reason for bets: the same thousand rounds, the usual test, a look after every few tasks."""
    random = np.random.default_rng(0)
    wrong = 0
    for _ in range(1000):
        gains = skewed(random, 400, -0.04)
        counts = np.arange(1, 401)
        mean, square = np.cumsum(gains) / counts, np.cumsum(gains**2) / counts
        error = np.sqrt(np.maximum(square - mean**2, 1e-12) / counts)
        wrong += bool(((mean + 0.04)[LOOKS] > 1.2816 * error[LOOKS]).any())
    assert wrong / 1000 > 0.2


def test_the_bound_is_where_the_evidence_is_one_over_alpha_and_does_not_depend_on_the_order():
    gains = skewed(np.random.default_rng(1), 300, 0.02)
    low = lower_bound(gains, -1.0, 0.05)
    assert low < gains.mean()
    assert evidence(gains, low, -1.0)[-1] == pytest.approx(np.log(20), abs=1e-4)
    assert lower_bound(np.sort(gains), -1.0, 0.05) == pytest.approx(low)


def test_a_bound_of_what_never_moves_is_as_near_as_its_tasks_allow():
    """No gain at any of n tasks: the wealth of stake f is (1 - f + f / (1 + bar))^n, so -ln(12 / alpha) / n about."""
    low = lower_bound(np.zeros(300), -1.0, 0.05)
    assert -np.log(12 / 0.05) / 300 * 1.2 < low < -np.log(1 / 0.05) / 300


def test_a_gain_below_what_was_declared_is_an_error():
    with pytest.raises(ValueError, match=r"-2 is below -1"):
        evidence(np.array([0.0, -2.0]), 0.0, -1.0)
