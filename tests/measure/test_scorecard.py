"""The audit of a judge against closed forms, and closed forms against simulated loops."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headway.measure import theory
from headway.measure.blind_spot import blind_spot, effective_judges, shared_errors
from headway.measure.scorecard import Anchor, Audit, sample_of_tasks

RATE = st.floats(0.01, 0.99)
SELF = Anchor("self", ("solver",), ("solver",), True, (0, 0, 0))


def audited(tasks=400, attempts=16, accuracy=0.4, right=0.9, wrong=0.2, seed=0):
    """Attempts whose judge accepts right ones with one chance and wrong ones with another."""
    random = np.random.default_rng(seed)
    truth = (random.random(tasks * attempts) < accuracy).astype(float)
    accepts = random.random(len(truth)) < np.where(truth == 1.0, right, wrong)
    return pl.DataFrame(
        {
            "task": np.repeat([f"t{index}" for index in range(tasks)], attempts),
            "answer": [str(index) for index in range(len(truth))],
            "truth": truth,
            "opinion": accepts.astype(float),
            "logprob": -random.random(len(truth)),
            "weight": accepts.astype(float),
        }
    )


def test_the_filter_gain_of_the_textbook_case():
    assert theory.filtered(0.4, 0.9, 0.2) == pytest.approx(0.75)
    assert theory.filter_gain(0.4, 0.9, 0.2) == pytest.approx(0.35)
    assert theory.filter_gain(0.4, 0.9, 0.2) / (1 - 0.4) == pytest.approx(0.583333, abs=1e-6)
    assert theory.filter_gain(0.5, 0.0, 0.0) is None


@given(RATE, RATE, RATE)
def test_a_filter_helps_exactly_where_it_accepts_more_of_what_is_right(accuracy, right, wrong):
    assume(abs(right - wrong) > 1e-6)
    gain = theory.filter_gain(accuracy, right, wrong)
    assert (gain > 0) == (right > wrong)
    assert theory.filtered(accuracy, right, wrong) == pytest.approx(accuracy + gain)
    accepted = accuracy * right + (1 - accuracy) * wrong
    assert gain == pytest.approx(accuracy * (1 - accuracy) * (right - wrong) / accepted, abs=1e-12)


@given(st.integers(1, 20), st.floats(0, 1))
def test_the_effective_number_lies_between_one_and_all(judges, correlation):
    found = theory.effective_number(judges, correlation)
    assert 1.0 - 1e-12 <= found <= judges
    assert theory.effective_number(judges, 0.0) == judges
    assert theory.effective_number(judges, 1.0) == pytest.approx(1.0)


def test_the_scorecard_finds_the_rates_that_were_put_in_and_predicts_what_selection_gained():
    found = Audit(tasks=400)(audited(), SELF, 1)
    assert found.accepts_right.low < 0.9 < found.accepts_right.high
    assert found.accepts_wrong.low < 0.2 < found.accepts_wrong.high
    assert found.predicted.low < 0.35 < found.predicted.high
    rates = (found.accuracy.value, found.accepts_right.value, found.accepts_wrong.value)
    assert found.predicted.value == pytest.approx(theory.filter_gain(*rates))
    assert found.realised.value == pytest.approx(found.predicted.value, abs=1e-9), "all that was accepted was kept"
    assert found.auc.value == pytest.approx(0.85, abs=0.02), "with ties a half: (t - f + 1) / 2"
    assert found.coverage.value == 1.0
    assert abs(found.blind_spot.value) < 0.05
    assert found.questions == 400 * 16
    assert found.age == 0


def test_intervals_cover_what_was_put_in_as_often_as_they_say():
    cards = [Audit()(audited(tasks=60, seed=seed), SELF, 1) for seed in range(40)]
    for name, value in (("accepts_right", 0.9), ("accepts_wrong", 0.2), ("predicted", 0.35)):
        covered = [vars(card)[name].low <= value <= vars(card)[name].high for card in cards]
        assert sum(covered) >= 33, name  # 95 % of 40 is 38; fewer than 33 has a chance of about .001


def test_an_audit_is_of_whole_tasks_of_the_size_asked_for_and_of_what_is_known():
    table = audited(tasks=50).with_columns(truth=pl.when(pl.col("task") == "t0").then(None).otherwise("truth"))
    found = Audit(tasks=20)(table, SELF, 1)
    assert found.tasks == 20
    assert sample_of_tasks(table, 20, 3).group_by("task").len()["len"].to_list() == [16] * 20
    assert Audit()(table.with_columns(truth=pl.lit(None, dtype=pl.Float64)), SELF, 1) is None
    silent = Audit()(table.with_columns(opinion=pl.lit(None, dtype=pl.Float64)), SELF, 1)
    assert silent.coverage.value == 0.0
    assert silent.accepts_right is silent.predicted is silent.auc is silent.blind_spot is None
    assert silent.questions == 0


def test_a_judge_that_likes_what_the_policy_likes_has_a_blind_spot_whatever_the_truth():
    random = np.random.default_rng(0)
    truth = np.tile([1.0, 0.0], 800)
    logprob = random.normal(size=1600) + truth  # the policy is surer of what is right, which is no blind spot
    base = pl.DataFrame({"task": np.repeat(np.arange(100).astype(str), 16), "truth": truth, "logprob": logprob})
    liking = base.with_columns(opinion=pl.Series(0.6 * (logprob - truth) + 0.8 * random.normal(size=1600)))
    assert blind_spot(liking).value == pytest.approx(0.6, abs=0.06)
    knowing = base.with_columns(opinion=pl.Series(truth + 0.1 * random.normal(size=1600)))
    assert abs(blind_spot(knowing).value) < 0.06
    assert blind_spot(base.with_columns(opinion="truth")) is None, "a judge without errors shares none"


@pytest.mark.parametrize(("shared", "expected"), [(0.0, 3.0), (0.5, 1.5), (1.0, 1.0)])
def test_judges_that_share_their_errors_are_worth_fewer(shared, expected):
    random = np.random.default_rng(1)
    common = random.normal(size=6400)
    errors = [np.sqrt(shared) * common + np.sqrt(1 - shared) * random.normal(size=6400) for _ in range(3)]
    table = pl.DataFrame(
        {"task": np.repeat(np.arange(400).astype(str), 16), "truth": np.tile([1.0, 0.0], 3200)}
        | {name: 0.2 * error for name, error in zip("abc", errors, strict=True)}
    )
    assert effective_judges(table, ["a", "b", "c"]).value == pytest.approx(expected, abs=0.1)
    assert shared_errors(table, "a", "b").value == pytest.approx(shared, abs=0.04)
    tool = table.with_columns(tool="truth")
    assert effective_judges(tool, ["a", "tool"]) is None
    assert effective_judges(tool, ["a", "b", "tool"]).value <= 2.0


# -- theory against simulated loops -----------------------------------------------------------------


def test_drift_without_selection_loses_diversity_at_the_rate_of_its_samples():
    random = np.random.default_rng(0)
    shares = np.full((4000, 20), 1 / 20)
    for turn in range(1, 31):
        shares = random.multinomial(50, shares) / 50
        if turn in (10, 30):
            left = (1 - (shares**2).sum(1)).mean() / 0.95
            assert left == pytest.approx(theory.diversity_left(50, turn), abs=0.01)
    assert [round(theory.diversity_left(50, t), 3) for t in (10, 30, 60)] == [0.817, 0.545, 0.298]


def test_a_share_of_the_first_population_holds_diversity_for_ever():
    assert theory.diversity_held(50, 0.2, 0.95) == pytest.approx(0.8990, abs=5e-5)
    random = np.random.default_rng(0)
    shares = np.full((2000, 20), 1 / 20)
    for _ in range(60):
        shares = random.multinomial(50, 0.8 * shares + 0.2 / 20) / 50
    # The population that is sampled is the mixture; its own draws have the diversity of the formula.
    assert (1 - (shares**2).sum(1)).mean() == pytest.approx(theory.diversity_held(50, 0.2, 0.95), abs=0.004)


@given(st.lists(st.tuples(RATE, st.floats(-3, 3)), min_size=2, max_size=8), st.integers(1, 20))
def test_curation_tilts_and_keeps_the_ratio_of_ties(rows, rounds):
    shares, reward = (np.array(column) for column in zip(*rows, strict=True))
    shares = np.concatenate([shares, shares[:1] / 3])
    shares, reward = shares / shares.sum(), np.concatenate([reward, reward[:1]])
    step = shares
    for _ in range(rounds):
        step = step * np.exp(reward) / (step * np.exp(reward)).sum()
    np.testing.assert_allclose(theory.curated(shares, reward, rounds), step, rtol=1e-9, atol=1e-300)
    if step[0] > 1e-200:
        assert step[0] / step[-1] == pytest.approx(3.0)
    assert step @ reward >= shares @ reward - 1e-9


@given(st.floats(0.01, 0.9), st.integers(1, 30), st.integers(0, 1000))
def test_what_is_mixed_in_bounds_how_far_a_loop_can_go(real, rounds, seed):
    random = np.random.default_rng(seed)
    first = random.dirichlet(np.ones(6))
    reward, now = random.normal(size=6) * 3, first
    for _ in range(rounds):
        now = (1 - real) * theory.curated(now, reward, 1) + real * first
        assert (first * np.log(first / now)).sum() <= theory.farthest(real) + 1e-9


def test_replacing_grows_the_error_and_accumulating_bounds_it():
    noise, dimensions, samples, loops = 1.0, 10, 100, 200
    random = np.random.default_rng(0)
    errors = {"replace": [], "accumulate": []}
    for _ in range(loops):
        for kind, found in errors.items():
            xs, ys, weights, line = [], [], np.zeros(dimensions), []
            for _ in range(5):
                x = random.normal(size=(samples, dimensions))
                y = x @ weights + noise * random.normal(size=samples)
                xs, ys = ([*xs, x], [*ys, y]) if kind == "accumulate" else ([x], [y])
                weights = np.linalg.lstsq(np.concatenate(xs), np.concatenate(ys), rcond=None)[0]
                line.append(weights @ weights)
            found.append(line)
    replaced, accumulated = (np.mean(errors[kind], axis=0) for kind in ("replace", "accumulate"))
    for rounds in (1, 5):
        expected = theory.regression_error_replaced(rounds, noise, dimensions, samples)
        assert replaced[rounds - 1] == pytest.approx(expected, rel=0.1)
    assert theory.regression_error_replaced(1, 1, 10, 100) == pytest.approx(0.1124, abs=1e-4)
    assert theory.regression_error_accumulated(1, 10, 100) == pytest.approx(0.1848, abs=1e-4)
    assert (accumulated <= theory.regression_error_accumulated(noise, dimensions, samples)).all()


@pytest.mark.parametrize(("attempts", "expected"), [(2, 0.1931), (8, 1.2044), (64, 3.1745)])
def test_the_divergence_of_the_best_of_n(attempts, expected):
    assert theory.best_of_divergence(attempts) == pytest.approx(expected, abs=1e-4)
    share = np.linspace(0, 1, 200_001)[1:]
    density = attempts * share ** (attempts - 1)
    kl = np.trapezoid(density * np.log(np.maximum(density, 1e-300)), share)
    assert kl == pytest.approx(expected, abs=1e-3)
    assert math.isclose(theory.best_of_divergence(1), 0.0)
