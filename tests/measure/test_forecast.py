"""The covariance that says whether a reward narrows: closed forms, and distributions that are tilted exactly."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.measure.forecast import forecasts, tilted_entropy

SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8)


def entropy(share: np.ndarray) -> float:
    return float(-(share * np.log(share)).sum())


def whole(
    share: np.ndarray, reward: np.ndarray, copies: int = 1000, domain: str = "d", task: str = "t"
) -> pl.DataFrame:
    """Attempts in exact proportion to their probabilities."""
    counts = np.round(share * copies).astype(int)
    assert counts.sum() == copies
    return pl.DataFrame(
        {
            "task": task,
            "domain": domain,
            "logprob": np.repeat(np.log(share), counts),
            "reward": np.repeat(reward, counts),
        }
    )


@given(SHARES, st.integers(0, 100))
def test_the_rate_is_that_of_an_exact_tilt(parts, seed):
    share = np.array(parts) / sum(parts)
    reward = np.random.default_rng(seed).normal(size=len(share))
    covariance = share @ (np.log(share) * reward) - (share @ np.log(share)) * (share @ reward)
    step = 1e-4
    tilted = [share * np.exp(tilt * reward) for tilt in (-step, step)]
    low, high = (entropy(one / one.sum()) for one in tilted)
    assert (high - low) / (2 * step) == pytest.approx(-covariance, abs=1e-6)


@given(SHARES, st.floats(-3.0, 3.0))
def test_the_whole_path_is_exact_where_all_that_can_be_written_is_known(parts, tilt):
    share = np.array(parts) / sum(parts)
    reward = np.arange(len(share)) % 3 - 1.0
    tilted = share * np.exp(tilt * reward)
    assert tilted_entropy(np.log(share), reward, tilt, share) == pytest.approx(entropy(tilted / tilted.sum()), abs=1e-9)


def test_a_reward_for_likely_texts_narrows_and_one_for_unlikely_texts_widens():
    """The reward a log p gives p^(1 + a b): dH/db = -a Var(log p)."""
    share = np.array([0.5, 0.3, 0.2])
    variance = share @ np.log(share) ** 2 - (share @ np.log(share)) ** 2
    found = {
        one.domain: one
        for one in forecasts(
            pl.concat(
                [
                    whole(share, sign * np.log(share), domain=name, task=f"{name}{number}")
                    for name, sign in (("typical", 1.0), ("rare", -2.0), ("alike", 0.0))
                    for number in range(3)
                ]
            )
        )
    }
    exact = variance * 1000 / 999  # unbiased
    assert found["typical"].change.value == pytest.approx(-exact) and found["typical"].verdict == "narrows"
    assert found["rare"].change.value == pytest.approx(2 * exact) and found["rare"].verdict == "widens"
    assert found["alike"].verdict == "cannot tell" and found["alike"].starved == 1.0
    assert found["typical"].correlation == pytest.approx(1.0) and found["alike"].correlation is None
    assert found["typical"].entropy.value == pytest.approx(entropy(share))
    assert found["typical"].change.n == 3 and found["typical"].attempts == 3000


def test_differences_between_tasks_are_not_mistaken_for_what_tuning_does():
    """Hard tasks have unlikely texts and low rewards; within each task the likely text is the unpaid one."""
    easy = pl.DataFrame({"task": "e", "domain": "d", "logprob": [-1.0, -2.0], "reward": [0.9, 1.0]})
    hard = pl.DataFrame({"task": "h", "domain": "d", "logprob": [-9.0, -10.0], "reward": [0.0, 0.1]})
    (found,) = forecasts(pl.concat([easy, hard]))
    assert found.change.value == pytest.approx(0.05)


def test_samples_estimate_it_without_bias():
    random = np.random.default_rng(0)
    share, reward = np.array([0.6, 0.25, 0.1, 0.05]), np.array([1.0, 0.0, 1.0, 0.0])
    exact = -(share @ (np.log(share) * reward) - (share @ np.log(share)) * (share @ reward))
    drawn = random.choice(4, size=(4000, 4), p=share)
    rows = pl.DataFrame(
        {
            "task": np.repeat(np.arange(4000), 4).astype(str),
            "domain": "d",
            "logprob": np.log(share)[drawn].ravel(),
            "reward": reward[drawn].ravel(),
        }
    )
    (found,) = forecasts(rows)
    assert abs(found.change.value - exact) < found.change.high - found.change.low, "four standard errors"
    assert found.verdict == "narrows"


def test_rows_that_say_too_little_are_left_out():
    rows = pl.DataFrame(
        {
            "task": ["a", "a", "b", "c", "c"],
            "domain": None,
            "logprob": [-1.0, None, -1.0, -1.0, -2.0],
            "reward": [1.0, 1.0, 1.0, 1.0, 0.0],
        },
        schema_overrides={"domain": pl.String},
    )
    (found,) = forecasts(rows)
    assert (found.domain, found.change.n, found.attempts) == ("", 1, 2)
    assert forecasts(rows.head(2)) == []
