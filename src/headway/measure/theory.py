"""What a loop comes to when nothing but its rule is known: closed forms to hold a run against.

They are of whole populations and single answers, not of language models; the tests check them against simulated
loops. Diversity is Simpson's: the chance that two draws differ, 1 - sum p^2.
"""

import math

import numpy as np


def filtered(accuracy: float, accepts_right: float, accepts_wrong: float) -> float | None:
    """The share right among what a judge accepts: J t / (J t + (1 - J) f). None where it accepts nothing."""
    right = accuracy * accepts_right
    accepted = right + (1.0 - accuracy) * accepts_wrong
    return right / accepted if accepted > 0.0 else None


def filter_gain(accuracy: float, accepts_right: float, accepts_wrong: float) -> float | None:
    """What filtering gains: J (1 - J) (t - f) / (J t + (1 - J) f), above 0 exactly where t > f (Youden's index)."""
    better = filtered(accuracy, accepts_right, accepts_wrong)
    return None if better is None else better - accuracy


def effective_number(judges: int, correlation: float | np.ndarray) -> float | np.ndarray:
    """How many independent judges are worth as much as `judges` with this mean correlation of errors.

    n / (1 + (n - 1) r), the variance of a mean; a correlation below 0 counts as 0, so it is never more than n.
    """
    return judges / (1.0 + (judges - 1) * np.clip(correlation, 0.0, 1.0))


def diversity_left(samples: int, rounds: int) -> float:
    """The share of diversity that is left when each round is learned from `samples` draws alone: (1 - 1/n)^t.

    No selection at all: this is drift (Wright 1931), and an answer that is seldom drawn is the first to go.
    """
    return (1.0 - 1.0 / samples) ** rounds


def diversity_held(samples: int, real: float, diversity: float) -> float:
    """Where diversity ends when the part `real` of each round's draws comes from the first population for ever."""
    same = 1.0 - diversity
    fresh = 1.0 - 1.0 / samples
    return 1.0 - (1.0 / samples + fresh * (2.0 * real * (1.0 - real) + real**2) * same) / (
        1.0 - fresh * (1.0 - real) ** 2
    )


def curated(shares: np.ndarray, reward: np.ndarray, rounds: float) -> np.ndarray:
    """A population after that many rounds of keeping in proportion to e^reward: p e^(t r), scaled (arXiv:2407.09499).

    Answers of equal reward keep their ratio: selection alone deletes no tie, only drift does.
    """
    tilted = shares * np.exp(rounds * (reward - reward.max()))
    return tilted / tilted.sum()


def farthest(real: float) -> float:
    """KL(first || now) that can never be exceeded with the part `real` of the first mixed in each round [nats]."""
    return math.log(1.0 / real)


def regression_error_replaced(rounds: int, noise: float, dimensions: int, samples: int) -> float:
    """Test error of least squares that learns each round from its own last labels alone: grows without end.

    Round n of n s^2 d / (T - d - 1), `noise` the variance of a label (arXiv:2404.01413).
    """
    return rounds * noise * dimensions / (samples - dimensions - 1)


def regression_error_accumulated(noise: float, dimensions: int, samples: int) -> float:
    """A bound on the same where every earlier round is learned as well: s^2 d / (T - d - 1) pi^2 / 6, for ever."""
    return regression_error_replaced(1, noise, dimensions, samples) * math.pi**2 / 6.0


def best_of_divergence(attempts: int) -> float:
    """KL of keeping the best of n from the policy itself: log n - (n - 1) / n [nats], where no two tie."""
    return math.log(attempts) - (attempts - 1) / attempts
