"""Whether a lottery is worth what its outcomes are worth on average."""

from dataclasses import dataclass

import numpy as np

from headway.measure.utility.thurstone import Utilities
from headway.stats import Estimate, mean_over_tasks, paired_difference

Mixture = tuple[tuple[int, float], ...]
"""The outcomes of a lottery, each with its chance; the chances add up to 1."""


@dataclass(frozen=True)
class Expected:
    """How far lotteries are from their expected utility, in standard deviations of utility; intervals over lotteries.

    error     mean |U(lottery) - expected utility|
    shuffled  the same with the expected utility of another lottery: what knowing nothing of its outcomes would give
    gain      shuffled - error: above 0 where utilities of lotteries follow those of their outcomes
    """

    error: Estimate
    shuffled: Estimate
    gain: Estimate


def expected_utility(utilities: Utilities, lotteries: dict[int, Mixture]) -> Expected | None:
    """Of lotteries by their outcome's number; None for fewer than two. ValueError where chances do not add up to 1."""
    for lottery, mixture in lotteries.items():
        if abs(sum(chance for _, chance in mixture) - 1.0) > 1e-6:
            raise ValueError(f"the chances of lottery {lottery} add up to {sum(c for _, c in mixture):g}, not to 1")
    if len(lotteries) < 2:
        return None
    worth = utilities.mean[list(lotteries)]
    expected = np.array([sum(chance * utilities.mean[one] for one, chance in mix) for mix in lotteries.values()])
    error = np.abs(worth - expected)
    # Against every other lottery, exactly, rather than one shuffle by luck.
    others = np.abs(worth[:, None] - expected[None, :])
    shuffled = (others.sum(1) - np.diag(others)) / (len(worth) - 1)
    found = mean_over_tasks(error), mean_over_tasks(shuffled), paired_difference(error, shuffled)
    return Expected(*found)  # type: ignore[arg-type]  (two lotteries or more)
