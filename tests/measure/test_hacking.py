import numpy as np
import polars as pl
import pytest
from frames import judged

from headway.measure.hacking import format_premium, gap_change, gap_slope, length_exploitation, proxy_gap
from headway.measure.slopes import slope_within_task
from headway.measure.votes import lock_in, vote_health
from headway.stats import statistic_over_tasks


def turn(proxy, gold, tasks=40, attempts=4, seed=0, prefix="t"):
    """Attempts whose reward and truth are coins of these chances; tasks differ in how hard they are."""
    random = np.random.default_rng(seed)
    hard = np.repeat(np.random.default_rng(9).normal(scale=0.1, size=tasks), attempts)
    n = tasks * attempts
    truth = (random.random(n) < np.clip(gold + hard, 0, 1)).astype(float)
    reward = (random.random(n) < np.clip(proxy + hard, 0, 1)).astype(float)
    return judged(["x"] * n, truth, task=[f"{prefix}{i // attempts}" for i in range(n)], proxy=reward)


def test_the_gap_is_over_attempts_that_have_both():
    frame = judged(["x"] * 3, [1.0, 0.0, None], proxy=[1.0, None, 1.0])
    assert proxy_gap(frame).rows() == [("t", 1.0, 1.0, 0.0)]


def test_a_reward_that_leaves_the_truth_behind_is_seen_and_a_common_rise_is_not():
    hacked = [turn(0.5 + 0.1 * index, 0.5 - 0.05 * index, seed=index) for index in range(5)]
    healthy = [turn(0.5 + 0.1 * index, 0.4 + 0.1 * index, seed=index) for index in range(5)]
    assert gap_slope(hacked).low > 0.1
    assert gap_slope(healthy).low <= 0.0 <= gap_slope(healthy).high
    assert gap_change(hacked[0], hacked[4]).n == 40
    fresh = gap_change(turn(0.5, 0.5), turn(0.9, 0.3, seed=1, prefix="new"))
    assert (fresh.n, fresh.low > 0.0) == (80, True)
    assert gap_slope(hacked[:1]) is None


def test_length_within_tasks_is_not_length_between_them():
    """Hard tasks have long texts and low rewards; within a task a token is worth a hundredth."""
    tokens = np.array([10.0, 20.0, 30.0, 110.0, 120.0, 130.0])
    reward = np.array([0.9, 1.0, 1.1, 0.1, 0.2, 0.3])
    frame = judged(["x"] * 6, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0], task=["a"] * 3 + ["b"] * 3, tokens=tokens, proxy=reward)
    assert slope_within_task(frame, "proxy").value == pytest.approx(0.01)
    assert length_exploitation(frame).value == pytest.approx(0.01)  # truth pays nothing for length here
    assert length_exploitation(frame.with_columns(tokens=pl.lit(5.0))) is None


def test_what_a_wrong_answer_earns_by_its_form():
    frame = judged(["a", None, "b", "c"], [0.0, 0.0, 1.0, 0.0], proxy=[0.5, 0.1, 1.0, 0.7])
    assert format_premium(frame).rows() == [("t", pytest.approx(1.3 / 3), pytest.approx(0.5))]
    assert format_premium(frame.filter(pl.col("answer").is_not_null()))["format_premium"].to_list() == [None]


def test_vote_health_by_hand():
    answers, truth = ["a", "a", "b", None, None, None, None, "q"], [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, None]
    found = vote_health(judged(answers, truth, task=["v"] * 5 + ["n"] * 2 + ["u"])).rows()
    assert found[0] == ("v", pytest.approx(1 / 3), 1.0, 0.0, 0.6)
    assert found[1] == ("n", None, 0.0, 1.0, 0.0)  # nobody voted, the truth is known: the label is not right
    assert found[2] == ("u", 1.0, None, 0.0, 1.0)  # no gold answer: nothing is said of the label


def votes(share, right, seed):
    """Groups of 8 that give one answer with chance `share`, which is right in a part `right` of tasks."""
    random = np.random.default_rng(seed)
    answers, truth, task = [], [], []
    for name in range(60):
        top_is_right = np.random.default_rng(name).random() < right
        for drawn in random.random(8) < share:
            answers.append("top" if drawn else f"other{random.integers(9)}")
            truth.append(float(drawn and top_is_right))
            task.append(f"t{name}")
    return judged(answers, truth, task=task)


def test_lock_in_is_clearer_votes_for_wrong_labels():
    locked = [votes(0.4 + 0.15 * index, 0.9 - 0.2 * index, index) for index in range(4)]
    learning = [votes(0.4 + 0.15 * index, 0.9, index) for index in range(4)]
    assert lock_in(locked).found is True
    assert lock_in(learning).found is False
    unknown = [frame.with_columns(truth=pl.lit(None, dtype=pl.Float64)) for frame in locked]
    assert lock_in(unknown).found is None


def test_a_statistic_is_resampled_by_task_not_by_row():
    values, tasks = np.repeat([0.0, 1.0] * 20, 50), np.repeat(np.arange(40), 50)
    by_task = statistic_over_tasks(lambda x: float(x.mean()), tasks, values)
    by_row = statistic_over_tasks(lambda x: float(x.mean()), np.arange(2000), values)
    assert (by_task.value, by_task.n) == (0.5, 40)
    assert by_task.high - by_task.low > 4 * (by_row.high - by_row.low)
    assert statistic_over_tasks(lambda x: None, tasks, values) is None
