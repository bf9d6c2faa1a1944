"""What confidence is paid for: the table of rewards, the closed forms, and the trap of a rule that spans too much."""

import math

import numpy as np
import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.select import Advantage
from headway.select.rewards import Brevity, Brier, Correct, LogScore, Readable, Spherical
from headway.select.rewards.safety import safety, worth
from headway.stages import State

STATE = State(1, 0, Cast({}))
RULES = (Brier(), LogScore(weight=1.0, clip=1e-3), Spherical())


def table(*rows: tuple[str, float | None, float | None]) -> Attempts:
    """Attempts from (task, verdict, confidence)."""
    return Attempts.of(
        [
            {"task": task, "domain": "d", "level": 0, "prompt": task, "id": str(n), "author": "solver", "text": "x",
             "answer": "x", "tokens": 4, "confidence": said, "verdicts": {"tool": right}}
            for n, (task, right, said) in enumerate(rows)
        ]
    )  # fmt: skip


def rlcr(right: float, said: float | None) -> float:
    attempts = table(("t", right, said))
    return (Correct()(attempts, STATE) + Brier()(attempts, STATE))[0]


@pytest.mark.parametrize(
    ("right", "said", "reward"),
    [(1, 1.0, 1.0), (1, 0.5, 0.75), (1, 0.0, 0.0), (0, 0.0, 0.0), (0, 0.5, -0.25), (0, 1.0, -1.0)],
)
def test_the_reward_table_of_rlcr(right, said, reward):
    assert rlcr(right, said) == pytest.approx(reward)


def test_silence_never_pays():
    assert rlcr(1, None) == 0.0 and rlcr(0, None) == -1.0


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("chance", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_saying_the_true_chance_pays_best(rule, chance):
    said = np.linspace(0.0, 1.0, 101)
    one = np.ones_like(said)
    mean = chance * rule.score(said, one) + (1 - chance) * rule.score(said, 0 * one)
    assert said[np.argmax(mean)] == pytest.approx(chance, abs=1e-9)


def test_what_the_best_confidence_is_worth():
    """p^2 under Brier, p - H(p) under the log score."""
    chance = np.linspace(0.01, 0.99, 99)
    assert worth(1.0, [Brier()], chance) == pytest.approx(chance**2)
    entropy = -chance * np.log(chance) - (1 - chance) * np.log(1 - chance)
    assert worth(1.0, [LogScore(weight=1.0, clip=1e-9)], chance) == pytest.approx(chance - entropy)


def test_below_which_chance_being_wrong_pays_more():
    assert safety([Correct(weight=0.25), Brier(weight=0.75)]).paid_to_be_wrong_below == pytest.approx(2 / 3, abs=1e-4)
    assert safety([Correct(), LogScore(weight=1.0, clip=1e-9)]).paid_to_be_wrong_below == pytest.approx(
        0.64842, abs=1e-4
    )
    assert safety([Brier()]).paid_to_be_wrong_below == pytest.approx(1.0, abs=1e-4), "nothing is paid for being right"
    for good in ([Correct(), Brier()], [Correct(), Spherical()], [Correct(), Readable()], [Readable()]):
        assert safety(good).safe and safety(good).paid_to_be_wrong_below == 0.0


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_correctness_that_weighs_the_span_is_just_enough(rule):
    chance = np.linspace(0.0, 1.0, 2001)
    assert (np.diff(worth(rule.span, [rule], chance)) >= -1e-12).all()
    assert (np.diff(worth(0.99 * rule.span, [rule], chance)) < 0).any()


def test_weights_that_pay_for_being_wrong_are_refused_with_the_number():
    with pytest.raises(ValueError, match=r"chance below 0\.500 .* give Correct a weight of at least 1"):
        Advantage((Correct(weight=0.5), Brier()))
    with pytest.raises(ValueError, match=r"chance below 0\.6.* at least 4\.59"):
        Advantage((Correct(), LogScore(weight=1.0)))
    Advantage((Correct(), LogScore(weight=1.0)), force=True)
    Advantage((Correct(weight=5.0), LogScore(weight=1.0)))


@pytest.mark.parametrize(("rule", "answers"), [(Brier(), "best"), (LogScore(weight=1.0, clip=0.001), "wrong")])
def test_the_log_trap_in_an_exact_bandit(rule, answers):
    """A policy over (an answer that is right in 4 of 10 cases | a wrong one) x confidence, by exact gradient ascent."""
    said = np.linspace(0.0, 1.0, 11)
    one = np.ones_like(said)
    reward = (
        np.stack([p + p * rule.score(said, one) + (1 - p) * rule.score(said, 0 * one) for p in (0.4, 0.0)])
        * rule.weight
    )
    logits = np.zeros_like(reward)
    for _ in range(20_000):
        policy = np.exp(logits - logits.max())
        policy /= policy.sum()
        logits += 0.5 * policy * (reward - (policy * reward).sum())
    chosen = np.unravel_index(policy.argmax(), policy.shape)
    assert policy.max() > 0.95
    assert (chosen[0], said[chosen[1]]) == ((0, pytest.approx(0.4)) if answers == "best" else (1, 0.0))


def test_weights_are_what_is_paid_above_siblings():
    rows = table(("t", 1, 1.0), ("t", 0, 0.5), ("t", None, 1.0), ("u", 1, 1.0), ("u", 1, 1.0))
    assert Advantage((Correct(), Brier()))(rows, STATE)["weight"].to_list() == pytest.approx([0.625, -0.625, 0, 0, 0])
    scaled = Advantage(scale="group")(rows, STATE)["weight"].to_list()
    assert scaled == pytest.approx([0.5 / (math.sqrt(0.5) + 1e-4), -0.5 / (math.sqrt(0.5) + 1e-4), 0, 0, 0])


def test_the_other_rewards():
    rows = table(("t", 1, None), ("t", 1, 0.5))
    assert Readable(0.2, confidence=True)(rows, STATE).to_list() == [0.0, 0.2]
    assert Brevity(free=2, most=6, weight=2.0)(rows, STATE).to_list() == [-1.0, -1.0]


def test_two_verdicts_in_one_sum_are_refused():
    with pytest.raises(ValueError, match="one and the same verdict"):
        Advantage((Correct(of="tool"), Brier(of="self")))
