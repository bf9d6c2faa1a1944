"""The gap in closed form, as an identity on random rows, and under the faults that would flatter it."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.measure.equivalence import equivalent, tasks_to_settle
from headway.measure.filters import AtLeast, Tilt, Top
from headway.measure.gap import chosen_elsewhere, gap_by_task, gap_matrix, measured_gap
from headway.measure.worth import foretold, worth
from headway.stats import Estimate

scores = st.one_of(st.none(), st.integers(0, 6).map(lambda n: n / 6))
attempts = st.lists(st.tuples(scores, st.sampled_from([0.0, 0.25, 1.0])), min_size=2, max_size=12)
filters = st.sampled_from([Top(0.25), Top(0.5), Top(1.0), AtLeast(0.5), AtLeast(0.9), Tilt(0.1), Tilt(1.0)])


def rows(*tasks, author="solver"):
    """A frame from one list of (opinion, truth) a task."""
    flat = [(f"t{i}", *one) for i, task in enumerate(tasks) for one in task]
    schema = {"task": pl.String, "opinion": pl.Float64, "truth": pl.Float64}
    return pl.DataFrame(flat, schema=schema, orient="row").with_columns(author=pl.lit(author))


def binary(right_kept, right_lost, wrong_kept, wrong_lost):
    return [(1.0, 1.0)] * right_kept + [(0.0, 1.0)] * right_lost + [(1.0, 0.0)] * wrong_kept + [(0.0, 0.0)] * wrong_lost


def test_a_filter_with_known_error_rates_in_closed_form():
    # J = .4; 90 % of right and 20 % of wrong attempts pass: .36 / .48 = .75
    table = gap_by_task(rows(binary(36, 4, 12, 48)), AtLeast(0.5))
    assert table.row(0, named=True) == pytest.approx(
        {"task": "t0", "n": 100, "accuracy": 0.4, "filtered": 0.75, "gap": 0.35, "relative": 0.35 / 0.6, "ceiling": 0.6}
    )


@given(attempts, filters)
@settings(max_examples=200)
def test_the_gap_is_the_covariance_of_weight_and_truth_over_the_mean_weight(task, keep):
    frame = rows(task)
    weight, truth = keep.weights(frame).to_numpy(), frame["truth"].to_numpy()
    assert (weight >= 0.0).all()
    assert weight.sum() > 0.0
    found = gap_by_task(frame, keep)["gap"][0]
    assert found == pytest.approx(np.cov(weight, truth, bias=True)[0, 1] / weight.mean(), abs=1e-12)
    assert found <= gap_by_task(frame, keep)["ceiling"][0] + 1e-12  # no filter beats a perfect judge


@given(attempts, filters, st.randoms(use_true_random=False))
def test_no_filter_sees_the_truth_nor_the_order(task, keep, draws):
    frame = rows(task)
    other = frame.with_columns(truth=1.0 - pl.col("truth"))
    assert keep.weights(frame).equals(keep.weights(other))
    shuffled = list(task)
    draws.shuffle(shuffled)
    assert gap_by_task(rows(shuffled), keep)["gap"][0] == pytest.approx(gap_by_task(frame, keep)["gap"][0], abs=1e-12)


@given(attempts, st.sampled_from([0.125, 0.25, 0.5, 1.0]))
def test_top_keeps_its_share_whatever_ties_there_are(task, share):
    assert Top(share).weights(rows(task)).sum() == pytest.approx(share * len(task))


def test_top_breaks_ties_as_best_does_on_average():
    # Of 4 attempts 2 are kept: the .9 surely, and one of the two .5, of which one is right.
    frame = rows([(0.9, 0.0), (0.5, 1.0), (0.5, 0.0), (0.1, 0.0)])
    assert Top(0.5).weights(frame).to_list() == [1.0, 0.5, 0.5, 0.0]
    assert gap_by_task(frame, Top(0.5))["filtered"][0] == pytest.approx(0.25)


def test_a_judge_with_nothing_to_say_leaves_a_task_as_it_is():
    frame = rows([(None, 1.0), (None, 0.0)], [(0.2, 1.0), (0.1, 0.0)])
    for keep in (Top(0.5), AtLeast(0.5), Tilt(0.1)):
        assert gap_by_task(frame, keep)["gap"][0] == 0.0
    assert gap_by_task(frame, AtLeast(0.5))["gap"][1] == 0.0  # nothing passes
    assert gap_by_task(rows([(None, 1.0), (0.0, 0.0)]), Top(0.5))["gap"][0] == -0.5  # silence ranks last


def test_the_relative_gap_is_a_mean_of_ratios_and_not_a_ratio_of_means():
    # The ratios are 1 and 0; the ratio of means is .5 / (1 - .25) = 1/3.
    frame = rows([(1.0, 1.0), (0.0, 0.0)], [(1.0, 0.0), (0.0, 0.0)], [(1.0, 1.0), (0.0, 1.0)])
    found = measured_gap(frame, [Top(0.5)])
    assert found.relative.value == pytest.approx(0.5)  # the task that is always right is left out
    assert found.relative.n == 2
    assert found.gap.value == pytest.approx(0.5 / 3)


def noise(tasks, seed, informative=0.0):
    random = np.random.default_rng(seed)
    truth = (random.random((tasks, 8)) < 0.3).astype(float)
    opinion = np.clip(random.random((tasks, 8)) * (1 - informative) + informative * truth, 0, 1)
    return rows(*(list(zip(o, u, strict=True)) for o, u in zip(opinion.tolist(), truth.tolist(), strict=True)))


def test_a_filter_that_is_chosen_on_the_tasks_it_is_reported_on_flatters_itself_and_ours_is_not():
    """A judge that knows nothing: the best of 15 filters in sample is above 0 on average, ours is not."""
    many = [Top(share / 8) for share in range(1, 8)] + [AtLeast(floor / 10) for floor in range(2, 10)]
    ours, flattered = [], []
    for seed in range(30):
        frame = noise(20, seed)
        ours.append(measured_gap(frame, many, seed=seed).gap.value)
        flattered.append(max(gap_by_task(frame, keep)["gap"].mean() for keep in many))
    error = np.std(ours, ddof=1) / math.sqrt(len(ours))
    assert np.mean(flattered) > 0.02
    assert abs(np.mean(ours)) < 3 * error


def test_the_choice_for_a_task_does_not_depend_on_that_task():
    gains = np.random.default_rng(0).normal(size=(40, 5))
    before = chosen_elsewhere(gains, 5, seed=3)
    for task in range(40):
        changed = gains.copy()
        changed[task] = [9.0, -9.0, 9.0, -9.0, 9.0]
        assert chosen_elsewhere(changed, 5, seed=3)[task] == before[task]


def test_between_task_knowledge_is_no_gap():
    """A judge that only knows hard tasks from easy ones."""
    frame = rows(*[[(0.9, 1.0), (0.9, 1.0), (0.9, 0.0)]] * 5, *[[(0.1, 0.0), (0.1, 0.0), (0.1, 1.0)]] * 5)
    found = measured_gap(frame, [Top(1 / 3)])
    assert found.gap.value == pytest.approx(0.0)
    assert found.auc.value == 0.5


def test_generators_by_verifiers():
    good = noise(30, 0, informative=0.9).rename({"opinion": "own"})
    both = pl.concat([good, good.with_columns(author=pl.lit("other"), truth=1.0 - pl.col("truth"))])
    both = both.with_columns(blind=pl.lit(0.5))
    found = gap_matrix(both, ["own", "blind"], [Top(0.25)])
    assert found["solver", "own"].gap.low > 0.3
    assert found["other", "own"].gap.high < 0.0
    assert {pair: cell.gap.value for pair, cell in found.items() if "blind" in pair} == pytest.approx(
        {("solver", "blind"): 0.0, ("other", "blind"): 0.0}
    )


def test_equivalence_is_shown_by_many_tasks_and_not_by_few():
    random = np.random.default_rng(0)
    assert not equivalent(random.normal(0, 0.2, 100), 0.01).holds  # no difference seen, and none excluded
    assert equivalent(random.normal(0, 0.2, 10_000), 0.01).holds
    assert not equivalent(random.normal(0.02, 0.2, 10_000), 0.01).holds


def test_equivalence_as_two_t_tests_and_at_its_nominal_rate():
    from scipy.stats import ttest_1samp

    values = np.random.default_rng(1).normal(0.003, 0.05, 200)
    upper = ttest_1samp(values, 0.01, alternative="less").pvalue
    lower = ttest_1samp(values, -0.01, alternative="greater").pvalue
    assert equivalent(values, 0.01).p_value == pytest.approx(max(upper, lower))
    random = np.random.default_rng(2)
    wrongly = np.mean([equivalent(random.normal(0.01, 0.05, 400), 0.01).holds for _ in range(1000)])
    assert 0.03 < wrongly < 0.07


def test_as_many_tasks_as_were_asked_for_settle_it_four_times_in_five():
    mean, spread, margin = 0.02, 0.2, 0.01
    pilot = np.random.default_rng(3).normal(size=200)
    needed = tasks_to_settle((pilot - pilot.mean()) / pilot.std(ddof=1) * spread + mean, margin)
    assert needed == math.ceil(((1.959964 + 0.841621) * spread / mean) ** 2)
    random = np.random.default_rng(4)
    draws = random.normal(mean, spread, (2000, needed))
    shown = draws.mean(1) / (draws.std(1, ddof=1) / math.sqrt(needed)) > 1.96
    assert 0.77 < shown.mean() < 0.83


@pytest.mark.parametrize(
    ("frame", "decision"),
    [
        (noise(300, 0, informative=0.9), "go"),
        (noise(20_000, 1), "needs an anchor"),  # right and wrong attempts, and a judge that cannot tell them apart
        (rows(*[[(0.9, 0.0), (0.1, 0.0)]] * 400), "no-go"),  # never right: nothing to select, by anybody
        (rows(*[[(0.9, 1.0), (0.1, 1.0)]] * 400), "no-go"),  # always right
        (rows(*[[(0.9, 0.0), (0.1, 0.0)]] * 20), "cannot tell"),  # never right in 40 attempts is not never
        (noise(20, 2), "cannot tell"),
    ],
)
def test_the_decision(frame, decision):
    found = worth(measured_gap(frame, [Top(0.25)]))
    assert found.decision == decision
    assert (found.tasks_needed is not None) == (decision == "cannot tell")
    if found.tasks_needed is not None:
        assert found.tasks_needed > frame["task"].n_unique()


def test_a_round_is_foretold_a_share_of_the_gap_and_never_less_sure_than_either():
    share = Estimate(0.25, 0.1, 0.5, 10)
    gap = measured_gap(noise(300, 0, informative=0.9), [Top(0.25)])
    found = foretold(gap, share)
    assert found.value == pytest.approx(gap.gap.value / 4)
    assert (found.low, found.high) == pytest.approx((gap.gap.low / 10, gap.gap.high / 2))
    down = foretold(replace(gap, gap=Estimate(-0.1, -0.2, 0.1, 300)), share)
    assert (down.low, down.high) == pytest.approx((-0.1, 0.05))


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (rows([(0.5, 1.0)], [(0.5, 0.0)]), "only one attempt"),
        (rows([(0.5, 1.0), (0.2, 0.0)]), "at least 2 tasks"),
        (rows([(0.5, None), (0.2, 0.0)], [(0.5, 1.0), (0.2, 0.0)]), "no truth"),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(frame, sentence):
    with pytest.raises(ValueError, match=sentence):
        measured_gap(frame)
