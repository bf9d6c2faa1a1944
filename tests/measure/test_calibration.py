from itertools import pairwise

import numpy as np
import pytest
from frames import judged
from hypothesis import given
from hypothesis import strategies as st

from headway.measure.bins import binned
from headway.measure.brier import brier, murphy
from headway.measure.calibration import separation
from headway.measure.confidence import agreement, token_probability
from headway.measure.reliability import calibration_error, reliability_curve, squared_calibration_error
from headway.measure.selective import auroc, selective_accuracy

rows = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=40)


@given(rows, st.sampled_from([None, 1, 4, 15]), st.sampled_from(["width", "mass"]))
def test_the_decomposition_sums_to_the_brier_score(pairs, bins, equal):
    confidence, right = np.array(pairs, dtype=float).T
    found = murphy(confidence, right, bins=bins, equal=equal)
    assert found.reliability - found.resolution + found.uncertainty + found.within == pytest.approx(found.brier)
    assert found.brier == brier(confidence, right)


def test_the_decomposition_in_closed_form():
    confidence, right = np.array([0.8] * 4 + [0.2] * 4), np.array([1, 1, 0, 0, 0, 0, 0, 0], dtype=float)
    found = murphy(confidence, right)
    assert found.reliability == pytest.approx((0.3**2 + 0.2**2) / 2)
    assert found.resolution == pytest.approx(0.25**2)
    assert found.uncertainty == pytest.approx(0.25 * 0.75)
    constant = murphy(np.full(8, 0.25), right)
    assert (constant.reliability, constant.resolution) == (0.0, 0.0)  # calibrated, and knows nothing


def test_calibration_error_in_closed_form():
    confidence, right = np.array([0.95, 0.95, 0.15, 0.15]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(confidence, right, bins=10) == pytest.approx((0.45 + 0.15) / 2)
    assert calibration_error(confidence, right, bins=1) == pytest.approx(0.3)


def test_calibration_error_is_bin_by_bin_the_definition():
    random = np.random.default_rng(0)
    confidence = random.random(500)
    right = (random.random(500) < confidence**2).astype(float)
    expected, edges = 0.0, np.linspace(0.0, 1.0, 16)
    for low, high in pairwise(edges):
        inside = (confidence > low) & (confidence <= high)
        expected += abs(confidence[inside].mean() - right[inside].mean()) * inside.mean()
    assert calibration_error(confidence, right) == pytest.approx(expected)


def test_debiasing_takes_off_what_chance_adds():
    random = np.random.default_rng(0)
    plain, debiased, squared = [], [], []
    for _ in range(40):
        confidence = random.random(300)
        right = (random.random(300) < confidence).astype(float)  # perfectly calibrated
        plain.append(calibration_error(confidence, right, equal="mass"))
        debiased.append(calibration_error(confidence, right, equal="mass", debiased=True))
        squared.append(squared_calibration_error(confidence, right))
    assert np.mean(plain) > 0.05
    assert np.mean(debiased) < 0.7 * np.mean(plain)
    assert abs(np.mean(squared)) < 3 * np.std(squared) / np.sqrt(40)
    off = calibration_error(np.full(300, 0.9), (np.arange(300) < 150).astype(float), debiased=True)
    assert off == pytest.approx(0.4, abs=1e-6)  # far from calibrated there is nothing to take off
    assert squared_calibration_error(np.full(300, 0.9), (np.arange(300) < 150).astype(float)) == pytest.approx(
        0.16, abs=1e-3
    )


def test_bins_hold_their_upper_end_and_equal_values_together():
    assert binned(np.array([0.0, 0.1, 0.1001, 1.0]), 10).tolist() == [0, 0, 1, 9]
    assert len(set(binned(np.array([0.5] * 9 + [0.7]), 5, "mass")[:9].tolist())) == 1
    with pytest.raises(ValueError, match=r"confidence is 1\.5 in row 1"):
        binned(np.array([0.5, 1.5]), 10)


def test_the_curve_has_its_interval_over_tasks():
    confidence, right = np.array([0.9, 0.9, 0.1, 0.1] * 25), np.array([1.0, 0.0, 0.0, 0.0] * 25)
    same = reliability_curve(confidence, right, [f"t{i // 4}" for i in range(100)], bins=2)
    assert same["confidence"].to_list() == pytest.approx([0.1, 0.9])
    assert same.select("right", "n").rows() == [(0.0, 50), (0.5, 50)]
    assert same["low"].to_list() == same["high"].to_list() == [0.0, 0.5]  # every task is alike: nothing to resample
    mixed = reliability_curve(confidence, right, [f"t{i}" for i in range(100)], bins=2)
    assert mixed["low"][1] < 0.45 < 0.55 < mixed["high"][1]


@given(rows)
def test_auroc_is_the_share_of_pairs_in_order(pairs):
    good = [confidence for confidence, right in pairs if right]
    bad = [confidence for confidence, right in pairs if not right]
    found = auroc(np.array([c for c, _ in pairs]), np.array([r for _, r in pairs]))
    if not good or not bad:
        assert found is None
    else:
        ordered = sum((high > low) + 0.5 * (high == low) for high in good for low in bad)
        assert found == pytest.approx(ordered / len(good) / len(bad))


def test_a_judge_that_only_knows_hard_tasks_separates_nothing_within_them():
    task, truth = ["easy"] * 4 + ["hard"] * 4, [1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    frame = judged(["x"] * 8, truth, [0.9] * 4 + [0.1] * 4, task)
    assert auroc(frame["opinion"].to_numpy(), frame["truth"].to_numpy()) == 0.75
    assert separation(frame)["verdict_auc"].to_list() == [0.5, 0.5]


def test_selective_accuracy_answers_the_surest_first():
    found = selective_accuracy(np.array([0.9, 0.9, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    assert found.rows() == [(0.9, 0.5, 1.0), (0.5, 0.75, pytest.approx(2 / 3)), (0.1, 1.0, 0.5)]


def test_agreement_leaves_the_attempt_itself_out():
    found = agreement(judged(["a", "a", "b", None, "c"], [0.0] * 5, task=["t"] * 4 + ["lone"]))
    assert found.to_list() == [0.5, 0.5, 0.0, None, None]


def test_token_probability_is_a_geometric_mean():
    frame = judged(["a", "b"], [1.0, 1.0], logprob=[np.log(0.25), None], tokens=[2.0, 2.0])
    assert token_probability(frame).to_list() == [pytest.approx(0.5), None]
