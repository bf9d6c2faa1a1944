"""Saying that there is no difference worth having, and how many tasks it would take to say anything."""

import math
from dataclasses import dataclass

import numpy as np

from headway.stats import Estimate, mean_with_bounds

ALPHA = 0.05
POWER = 0.8


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests that a mean lies within `margin` of zero (TOST, Schuirmann 1987)."""

    mean: Estimate
    """The mean, and its two one-sided 95 % bounds: together a 90 % interval."""
    margin: float
    p_value: float
    """The larger of the two one-sided p-values."""

    @property
    def holds(self) -> bool:
        """Whether a mean of at least the margin, on either side, is refuted at 5 %."""
        return self.p_value < ALPHA


def equivalent(values: np.ndarray, margin: float) -> Equivalence:
    """Whether the mean of one number a task (or a seed) is zero to within `margin`; needs two values."""
    from scipy.special import stdtr

    values = np.asarray(values, dtype=np.float64)
    mean = mean_with_bounds(values, ALPHA)
    error = values.std(ddof=1) / math.sqrt(values.size)
    if error == 0.0:
        return Equivalence(mean, margin, 0.0 if abs(mean.value) < margin else 1.0)
    return Equivalence(mean, margin, float(stdtr(values.size - 1, (abs(mean.value) - margin) / error)))


def tasks_to_settle(values: np.ndarray, margin: float) -> int:
    """Tasks that would settle a mean between 0 and `margin`, if it and the spread stay as they are here.

    The fewer of those that show with 80 % power that it is above 0 (two-sided 5 %), and those that show that it is
    below the margin (one-sided 5 %).
    """
    from scipy.special import ndtri

    values = np.asarray(values, dtype=np.float64)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    distances = [(mean, 1 - ALPHA / 2), (margin - mean, 1 - ALPHA)]
    needed = [(float(ndtri(sure) + ndtri(POWER)) * spread / far) ** 2 for far, sure in distances if far > 0.0]
    return max(2, math.ceil(min(needed)))
