import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.measure.conditioning import armitage_trend, curvature, slope_in_errors
from headway.measure.horizon import horizon, horizon_over_chains, ideal_horizon, right_prefixes


@pytest.mark.parametrize(("step", "turns"), [(0.95, 13.51), (0.99, 68.97), (0.995, 138.28), (0.999, 692.80)])
def test_the_ideal_horizon_is_the_published_one(step, turns):
    assert ideal_horizon(step) == pytest.approx(turns, abs=0.005)


@given(st.floats(0.01, 0.99), st.floats(0.05, 0.95))
def test_the_ideal_horizon_is_the_last_turn_at_that_success(step, success):
    whole = math.floor(ideal_horizon(step, success) + 1e-9)
    assert step**whole >= success - 1e-6
    assert step ** (whole + 1) < success + 1e-6


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 0.75, 1.0]))
def test_the_horizon_is_the_most_turns_that_enough_conversations_do(prefixes, success):
    values = np.array(prefixes)
    best = max(turns for turns in range(13) if np.mean(values >= turns) >= success)
    assert horizon(values, success) == best


def test_a_steady_writer_has_the_ideal_horizon():
    right = np.random.default_rng(0).random((20_000, 60)) < 0.95
    prefixes = right.cumprod(axis=1).sum(axis=1)
    assert horizon(prefixes) == math.floor(ideal_horizon(0.95))
    found = horizon_over_chains(pl.DataFrame({"chain": np.arange(20_000), "prefix": prefixes}))
    assert found is not None and found.low <= 13 <= found.high and found.n == 20_000


def test_a_prefix_ends_at_the_first_wrong_turn():
    rows = pl.DataFrame(
        {
            "chain": ["a"] * 3 + ["b"] * 3,
            "conversation": ["a"] * 3 + ["b"] * 3,
            "turn": [1, 2, 3, 3, 2, 1],
            "right": [1.0, 0.0, 1.0, 1.0, 1.0, 1.0],
        }
    )
    assert right_prefixes(rows).sort("chain").select("prefix", "whole").rows() == [(1, False), (3, True)]


def test_a_slope_is_found_with_its_interval_and_none_where_nothing_varies():
    random = np.random.default_rng(1)
    rate = np.tile([0.0, 0.25, 0.5, 1.0], 500)
    chains = np.repeat(np.arange(500), 4)
    right = (random.random(2000) < 0.9 - 0.6 * rate).astype(float)
    found = slope_in_errors(chains, rate, right)
    assert found is not None and found.low < -0.6 < found.high and found.high < -0.5
    flat = slope_in_errors(chains, rate, (random.random(2000) < 0.7).astype(float))
    assert flat is not None and flat.low < 0.0 < flat.high
    assert slope_in_errors(chains, np.ones(2000), right) is None


def test_the_trend_is_scipys_for_a_table_of_two_doses():
    """With two doses the Cochran-Armitage test is Pearson's chi-squared without correction."""
    from scipy.stats import chi2_contingency

    share = np.repeat([0.0, 1.0], [40, 60])
    right = np.concatenate([np.repeat([1.0, 0.0], [30, 10]), np.repeat([1.0, 0.0], [25, 35])])
    z, p_value = armitage_trend(share, right)
    expected = chi2_contingency([[30, 10], [25, 35]], correction=False)
    assert z < 0
    assert z**2 == pytest.approx(expected.statistic)
    assert p_value == pytest.approx(expected.pvalue)


def test_growing_losses_curve_downwards():
    errors = np.tile([0, 1, 2, 4], 300)
    cost = 0.95 - 0.01 * errors**2
    right = (np.random.default_rng(2).random(1200) < cost).astype(float)
    found = curvature(np.repeat(np.arange(300), 4), errors, right)
    assert found is not None and found.low < -0.01 < found.high < 0.02
