import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.stats import (
    holm,
    mean_over_tasks,
    mean_with_bounds,
    paired_difference,
    paired_test,
    sign_flip,
    statistic_of_totals,
    statistic_over_tasks,
    student,
    totals_by_task,
    trend,
)


def test_no_tasks_is_absence_not_zero():
    assert mean_over_tasks([]) is None


def test_the_bootstrap_interval_is_near_the_normal_one():
    values = np.random.default_rng(0).normal(0.5, 0.1, size=400)
    found = mean_over_tasks(values)
    half = 1.96 * values.std() / 20
    assert found is not None
    assert found.low == pytest.approx(values.mean() - half, abs=0.002)
    assert found.high == pytest.approx(values.mean() + half, abs=0.002)


def test_the_bootstrap_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(1)
    inside = 0
    for _ in range(400):
        found = mean_over_tasks(random.binomial(8, 0.3, size=60) / 8)
        assert found is not None
        inside += found.low <= 0.3 <= found.high
    assert 0.91 <= inside / 400 <= 0.98


def test_paired_samples_need_the_same_tasks():
    with pytest.raises(ValueError, match="one value a task each, got 2 and 3"):
        paired_difference(np.zeros(2), np.zeros(3))


def test_sign_flips_in_closed_form():
    assert sign_flip(np.array([1.0, 2.0, 3.0])) == pytest.approx(2 / 8)
    assert sign_flip(np.array([1.0, -1.0])) == 1.0
    assert paired_test([0.0] * 8, [0.1] * 8).p_value == pytest.approx(2 / 256)


def test_one_seed_supports_no_claim():
    with pytest.raises(ValueError, match="at least 2 seeds"):
        paired_test([1.0], [2.0])


def test_bounds_in_closed_form():
    found = mean_with_bounds(np.array([1.0, 2.0, 3.0]), 0.05)
    assert found.value - found.low == pytest.approx(2.919986 / np.sqrt(3), rel=1e-5)  # Student t, 2 degrees, 95 %


def test_trend_sees_a_rise_and_not_a_fall():
    rows = np.tile(np.arange(6.0), (5, 1))
    assert trend(rows) < 1e-4
    assert trend(-rows) > 0.99


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12))
def test_sign_flip_p_is_a_probability_and_symmetric(gains):
    p = sign_flip(np.array(gains))
    assert 0 < p <= 1
    assert p == sign_flip(-np.array(gains))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_lies_between_none_and_all_of_the_correction(p_values):
    adjusted = holm(p_values)
    ordered = [adjusted[place] for place in np.argsort(p_values, kind="stable")]
    assert ordered == sorted(ordered)
    for raw, found in zip(p_values, adjusted, strict=True):
        assert min(1.0, raw) <= found <= min(1.0, raw * len(p_values)) + 1e-12


def test_holm_by_hand_and_student_as_scipy_has_it():
    from scipy.stats import ttest_1samp

    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    gains = np.array([0.1, 0.3, 0.2, 0.25, 0.05])
    assert student(gains) == pytest.approx(ttest_1samp(gains, 0.0).pvalue)
    assert (student(np.zeros(3)), student(np.ones(3))) == (1.0, 0.0)
    with pytest.raises(ValueError, match="at least 2 seeds"):
        student(np.array([0.1]))


def test_a_statistic_of_totals_is_the_ratio_of_sums_and_its_interval_that_of_drawn_tasks():
    random = np.random.default_rng(0)
    tasks = np.repeat(np.arange(200), 8)
    hits = random.random(1600) < np.repeat(random.random(200), 8)
    totals = totals_by_task(tasks, hits, np.ones(1600))
    found = statistic_of_totals(lambda sums: sums[..., 0] / sums[..., 1], totals)
    slow = statistic_over_tasks(lambda rows: float(rows.mean()), tasks, hits.astype(float), resamples=1000)
    assert (found.value, found.n) == (pytest.approx(slow.value), 200)
    assert (found.low, found.high) == pytest.approx((slow.low, slow.high), abs=0.01)
    assert statistic_of_totals(lambda sums: sums[..., 0] / sums[..., 1], np.zeros((3, 2))) is None
