"""Known utilities are found again, and what has none is not called coherent."""

import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from headway.measure.utility import (
    Pairs,
    agreement,
    coherence,
    expected_utility,
    favour,
    favour_apart,
    first_pairs,
    fitted,
    next_pairs,
    stakes,
    triads,
)
from headway.measure.utility.coherence import circles
from headway.measure.utility.pairing import pairs_in
from headway.measure.utility.shared import mean_over_shared
from headway.measure.utility.thurstone import _objective, means

N = 60


class Thurstonian:
    """A judge with these utilities, asked `replies` times in each order; `place` is added to what stands first."""

    def __init__(self, mean, spread, replies=10, place=0.0, seed=0):
        self.mean, self.spread, self.replies, self.place = mean, spread, replies, place
        self.random = np.random.default_rng(seed)

    def asked(self, pairs):
        first, second = np.array(pairs).reshape(-1, 2).T
        gap, noise = self.mean[first] - self.mean[second], np.hypot(self.spread[first], self.spread[second])
        return Pairs(
            first, second, self._replied((gap + self.place) / noise), self._replied((gap - self.place) / noise)
        )

    def _replied(self, gap):
        if self.replies is None:
            return ndtr(gap)
        return self.random.binomial(self.replies, ndtr(gap)) / self.replies


def audited(judge, n=N, edges=2.0, seed=0, spreads=True):
    """What an audit does: held-out triads, a first fit, then the pairs that say most."""
    random = np.random.default_rng(seed)
    held = triads(n, random)
    taken = [pair for triad in held.tolist() for pair in pairs_in(triad)]
    scored = judge.asked(taken)
    asked = first_pairs(n, taken, random)
    known = judge.asked(asked)
    wanted = round(edges * n * np.log2(n))
    while len(known) < wanted:
        degrees = np.bincount(known.members.ravel(), minlength=n)
        more = next_pairs(means(n, known), [*taken, *asked], degrees, min(n, wanted - len(known)), random)
        asked += more
        known = known.joined(judge.asked(more))
    utilities = fitted(n, known, spreads=spreads)
    return utilities, coherence(utilities, scored, held), scored


def correlation(one, other):
    from scipy.stats import spearmanr

    return spearmanr(one, other).statistic


@pytest.mark.parametrize("seed", [0, 1])
def test_known_utilities_and_spreads_are_found_again(seed):
    random = np.random.default_rng(seed)
    mean, spread = random.normal(size=N), random.choice([0.2, 0.8], size=N)
    utilities, found, scored = audited(Thurstonian(mean, spread, seed=seed), seed=seed)
    assert correlation(mean, utilities.mean) > 0.95
    assert correlation(spread, utilities.spread) > 0.4
    best = np.mean((mean[scored.first] > mean[scored.second]) == (scored.share > 0.5))
    assert found.accuracy is not None and abs(found.accuracy.value - best) < 0.05
    assert found.accuracy.low > 0.7


def test_a_coin_has_no_utilities_on_pairs_that_were_held_out():
    accuracies, cycles = [], []
    for seed in range(6):
        _, found, _ = audited(Thurstonian(np.zeros(N), np.ones(N), seed=seed), seed=seed)
        assert found.accuracy is not None and found.accuracy.low < 0.5 < found.accuracy.high
        accuracies.append(found.accuracy.value)
        cycles.append(found.cycle.value)
    assert np.mean(accuracies) == pytest.approx(0.5, abs=0.06)
    assert np.mean(cycles) == pytest.approx(0.25, abs=0.005)


def test_scoring_on_pairs_that_were_fitted_is_refused():
    judge = Thurstonian(np.zeros(9), np.ones(9))
    seen = judge.asked([(0, 1), (1, 2), (0, 2), (3, 4)])
    with pytest.raises(ValueError, match="fitted on 1 of the pairs"):
        coherence(fitted(9, seen), judge.asked([(0, 1), (5, 6)]), np.array([[0, 1, 2]]))


def test_the_cycle_probability_of_a_thurstonian_judge_is_the_published_one():
    """Spread .5 on normal utilities: about .051; a coin .25 exactly."""
    mean = ndtri((np.arange(300) + 0.5) / 300)
    held = triads(300, np.random.default_rng(0), rounds=40)
    pairs = [pair for triad in held.tolist() for pair in pairs_in(triad)]
    soft, _, _ = circles(Thurstonian(mean, np.full(300, 0.5), replies=None).asked(pairs), held)
    assert soft.mean() == pytest.approx(0.051, abs=0.006)
    soft, hard, _ = circles(Thurstonian(np.zeros(300), np.ones(300), replies=None).asked(pairs), held)
    assert np.all(soft == 0.25)
    assert not hard.any()  # ties go round neither way


@given(st.integers(3, 40), st.integers(0, 5))
def test_held_out_triads_share_no_pair_and_are_never_asked_for_the_fit(n, seed):
    random = np.random.default_rng(seed)
    held = [pair for triad in triads(n, random).tolist() for pair in pairs_in(triad)]
    assert len(set(held)) == len(held)
    asked = first_pairs(n, held, random)
    more = next_pairs(random.normal(size=n), [*held, *asked], np.ones(n), 2 * n, random)
    assert not set(held) & set(asked) and not (set(held) | set(asked)) & set(more)
    assert len(set(more)) == len(more) == min(2 * n, n * (n - 1) // 2 - len(held) - len(asked))


def test_choosing_pairs_says_more_than_drawing_them():
    gains = []
    for seed in range(6):
        mean = np.random.default_rng(seed).normal(size=N)
        judge = Thurstonian(mean, np.full(N, 0.4), replies=3, seed=seed)
        active, _, _ = audited(judge, edges=0.7, seed=seed, spreads=False)
        random = np.random.default_rng(100 + seed)
        first, second = np.triu_indices(N, 1)
        drawn = random.permutation(len(first))[: len(active.seen)]
        plain = fitted(N, judge.asked(list(zip(first[drawn], second[drawn], strict=True))), spreads=False)
        gains.append(correlation(mean, active.mean) - correlation(mean, plain.mean))
    assert np.mean(gains) > 0.0


def test_what_comes_from_the_place_cancels_in_the_share_and_is_reported():
    mean = np.random.default_rng(0).normal(size=N)
    fair, tilted = (Thurstonian(mean, np.full(N, 0.4), replies=None, place=place) for place in (0.0, 1.5))
    _, without, _ = audited(fair)
    utilities, found, _ = audited(tilted)
    assert correlation(mean, utilities.mean) > 0.95
    assert without.place.value == pytest.approx(0.0, abs=1e-12) and without.swayed.value == 0.0
    assert found.place.low > 0.25 and found.swayed.low > 0.5
    always_first = Pairs(np.array([0]), np.array([1]), np.array([1.0]), np.array([0.0]))
    assert always_first.share[0] == 0.5  # indifference, not a preference for either


def test_the_fit_is_the_optimum_and_agrees_with_a_library():
    mean = np.random.default_rng(5).normal(size=20)
    first, second = np.triu_indices(20, 1)
    pairs = Thurstonian(mean, np.full(20, 0.7), replies=1, seed=5).asked(list(zip(first, second, strict=True)))
    mine = means(20, pairs)
    _, slope = _objective(pairs, 20, 3.0)(np.concatenate([mine, np.zeros(20)]))
    assert np.abs(slope[:20]).max() < 1e-5
    step = 1e-5 * np.eye(40)[25]
    at = np.concatenate([mine, np.full(20, 0.1)])
    objective = _objective(pairs, 20, 3.0)
    assert (objective(at + step)[0] - objective(at - step)[0]) / 2e-5 == pytest.approx(objective(at)[1][25], rel=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        choix = pytest.importorskip("choix", reason="the peer choix is not installed (extra `peers`)")
    wins = [
        (i, j) if won else (j, i)
        for order in (pairs.straight, pairs.swapped)
        for i, j, won in zip(first, second, order, strict=True)
    ]
    doubled = Pairs(pairs.first, pairs.second, pairs.share, pairs.share)
    twice = means(20, doubled.joined(doubled))
    theirs, _ = choix.ep_pairwise(20, wins, alpha=1 / 9.0, model="probit")
    assert np.corrcoef(twice, theirs)[0, 1] > 0.999
    assert np.abs(twice - theirs).max() < 0.1  # a mode beside a mean


def test_a_lottery_is_worth_its_outcomes_to_one_who_reckons_so_and_not_to_another():
    random = np.random.default_rng(0)
    mean = np.concatenate([random.normal(size=30), np.zeros(20)])
    lotteries = {30 + k: tuple((int(one), 0.5) for one in random.choice(30, 2, replace=False)) for k in range(20)}
    for lottery, mixture in lotteries.items():
        mean[lottery] = sum(chance * mean[one] for one, chance in mixture)
    for seed, reckons in ((1, True), (2, False)):
        told = mean if reckons else np.concatenate([mean[:30], random.permutation(mean[30:])])
        utilities, _, _ = audited(Thurstonian(told, np.full(50, 0.3), seed=seed), n=50)
        found = expected_utility(utilities, lotteries)
        assert found is not None
        assert (found.gain.low > 0.0) is reckons
        assert (found.error.value < 0.3) is reckons
    with pytest.raises(ValueError, match=r"add up to 0\.9"):
        expected_utility(utilities, {0: ((1, 0.4), (2, 0.5)), 3: ((1, 1.0),)})


def test_intervals_of_pairs_that_share_outcomes_are_wide_enough():
    """Every outcome pushes all its pairs: taking pairs for independent would miss the mean most of the time."""
    random = np.random.default_rng(0)
    first, second = np.triu_indices(30, 1)
    members = np.stack([first, second], axis=1)
    missed = naive = 0
    for _ in range(300):
        push = random.normal(size=30)
        values = push[first] + push[second] + random.normal(size=len(first))
        found = mean_over_shared(members, values)
        missed += not found.low <= 0.0 <= found.high
        naive += abs(values.mean()) > 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    assert missed / 300 < 0.10
    assert naive / 300 > 0.5
    assert mean_over_shared(members[:0], values[:0]) is None
    always = mean_over_shared(members, np.ones(len(members)))
    assert always.value == 1.0 and 0.98 < always.low < 0.999


def test_own_answers_preferred_for_being_right_are_no_bias():
    def judged(bias, seed=0):
        random = np.random.default_rng(seed)
        rows = [
            {
                "task": f"t{task}",
                "author": author,
                "right": float(right),
                "judge": 2.0 * right + bias * (author == "me"),
            }
            for task in range(300)
            for author, right in (("me", random.random() < 0.7), ("you", random.random() < 0.3))
        ]
        frame = pl.DataFrame(rows)
        return frame.with_columns(judge=pl.col("judge") + pl.Series(random.normal(scale=1.2, size=frame.height)))

    fair, partial = favour(judged(0.0), "me", "judge"), favour(judged(1.5), "me", "judge")
    assert fair.deserved.n < 300 and fair.deserved.value > 0.75 and fair.bias.low < 0.0 < fair.bias.high
    assert partial.bias.low > 0.1 and partial.undeserved.value > fair.undeserved.value
    both = judged(1.5).with_columns(third=judged(0.0)["judge"])
    gap = favour_apart(both, "me", ("judge", "third"))
    assert gap.value == pytest.approx(partial.bias.value - favour(both, "me", "third").bias.value)
    assert favour(judged(0.0).filter(pl.col("author") == "me"), "me", "judge").bias is None


def test_what_hangs_on_an_event_is_told_apart_by_whom_it_happens_to():
    mean = np.array([1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 0.4, -0.6])
    pairs = Thurstonian(mean, np.full(8, 0.5), replies=None).asked([(i, j) for i in range(8) for j in range(i)])
    utilities = fitted(8, pairs)
    good = {("rest", "me"): 0, ("work", "me"): 2, ("rest", "you"): 4, ("work", "you"): 6}
    bad = {("rest", "me"): 1, ("work", "me"): 3, ("rest", "you"): 5, ("work", "you"): 7}
    found = stakes(utilities, good, bad, "me")
    assert found["me"].value > 2 * found["you"].value
    assert found["me less you"].value == pytest.approx(found["me"].value - found["you"].value)
    assert found["me less you"].n == 2


def test_two_contexts_agree_where_the_majorities_do():
    judge = Thurstonian(np.arange(6.0), np.full(6, 0.2), replies=None)
    pairs = [(0, 1), (2, 3), (4, 5)]
    other = judge.asked(pairs)
    turned = Pairs(other.second, other.first, 1.0 - other.straight, 1.0 - other.swapped)
    assert agreement(judge.asked(pairs), turned).value == 1.0
    backwards = Thurstonian(-np.arange(6.0), np.full(6, 0.2), replies=None).asked(pairs)
    assert agreement(other, backwards).value == 0.0
    assert agreement(other, judge.asked([(0, 5)])) is None
