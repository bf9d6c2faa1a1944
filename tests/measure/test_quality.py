from collections import Counter
from itertools import combinations
from math import comb

import numpy as np
import polars as pl
import pytest
from frames import judged
from hypothesis import given
from hypothesis import strategies as st

from headway.measure.crossover import crossover, pass_curve
from headway.measure.groups import over_groups
from headway.measure.majority import majority, majority_at_k
from headway.measure.quality import best_at_k, group_shares, pass_at_k, pass_hat_k, right_counts


@given(st.integers(1, 8), st.data())
def test_pass_hat_k_is_the_share_of_subsets_that_are_all_right(n, data):
    right, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    assert pass_hat_k(np.array([right]), np.array([n]), k)[0] == pytest.approx(comb(right, k) / comb(n, k))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=7), st.data())
def test_best_at_k_is_the_mean_of_the_best_over_all_draws(scores, data):
    k = data.draw(st.integers(1, len(scores)))
    draws = [max(drawn) for drawn in combinations(scores, k)]
    frame = judged(["a"] * len(scores), [0.0] * len(scores), proxy=[float(score) for score in scores])
    assert best_at_k(frame, k)[f"best@{k}"][0] == pytest.approx(np.mean(draws))


def test_best_at_k_of_zeros_and_ones_is_pass_at_k():
    frame = judged(["a"] * 10, [1.0] * 3 + [0.0] * 7)
    assert best_at_k(frame, 5, score="truth")["best@5"][0] == pytest.approx(pass_at_k([3], [10], 5)[0])


@given(st.lists(st.sampled_from(["a", "b", "c", "d", None]), min_size=1, max_size=8), st.data())
def test_maj_at_k_is_the_mean_majority_over_all_draws(answers, data):
    k = data.draw(st.integers(1, len(answers)))
    truth = [float(answer in ("a", "c")) for answer in answers]
    draws = [share_of_right_winners(drawn) for drawn in combinations(answers, k)]
    assert majority_at_k(judged(answers, truth), k)[f"maj@{k}"][0] == pytest.approx(np.mean(draws), abs=1e-12)


def share_of_right_winners(answers):
    votes = Counter(answer for answer in answers if answer is not None)
    winners = [answer for answer, n in votes.items() if n == max(votes.values())]
    return sum(answer in ("a", "c") for answer in winners) / len(winners) if winners else 0.0


def test_maj_at_k_of_all_attempts_is_the_majority():
    frame = judged(["a", "b", "b", None, "c", "c", "d"], [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    assert majority_at_k(frame, 7)["maj@7"].to_list() == majority(frame)["majority"].to_list() == [0.5]


def test_maj_at_k_with_too_few_attempts_is_an_error():
    with pytest.raises(ValueError, match="maj@3 needs at least 3 attempts"):
        majority_at_k(judged(["a", "b"], [1.0, 0.0]), 3)


def test_group_shares_say_which_groups_can_teach():
    frame = judged(["x"] * 6, [1.0, 1.0, 0.0, 0.0, 1.0, 0.0], task=["a", "a", "b", "b", "c", "c"])
    shares = group_shares(right_counts(frame))
    assert shares.rows() == [("a", 1.0, 0.0, 0.0), ("b", 0.0, 1.0, 0.0), ("c", 0.0, 0.0, 1.0)]


def test_a_narrowed_policy_crosses_and_an_unchanged_one_does_not():
    spread = pass_curve(np.full(50, 2), np.full(50, 8))
    narrow = pass_curve(np.repeat([8, 0], [15, 35]), np.full(50, 8))  # .3 of the tasks always, the others never
    found = crossover(spread, narrow)
    assert found is not None
    assert (found.k, found.share > 0.5) == (2, True)
    assert found.low <= found.k <= found.high
    assert crossover(spread, spread) is None
    with pytest.raises(ValueError, match="the same tasks, got 50 and 40"):
        crossover(spread, narrow[:40])


def test_groups_have_a_mean_over_their_own_tasks():
    by_task = pl.DataFrame({"task": list("abcd"), "accuracy": [1.0, 0.0, 0.5, None], "level": [2, 2, 1, 3]})
    found = over_groups(by_task, "accuracy", "level")
    assert [(level, mean.value, mean.n) for level, mean in found.items()] == [(1, 0.5, 1), (2, 0.5, 2)]
    assert list(over_groups(by_task, "accuracy", pl.Series(["x", None, "x", "y"]))) == ["x"]
