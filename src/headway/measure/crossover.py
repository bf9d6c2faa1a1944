"""The k at which a later policy's pass@k falls below an earlier one's: better at one attempt, worse at many."""

from dataclasses import dataclass

import numpy as np

from headway.measure.quality import pass_at_k


@dataclass(frozen=True)
class Crossover:
    """The smallest k at which the later policy's pass@k is below the earlier one's, with its bootstrap interval.

    `share` is the part of resamples (of seeds, or of tasks) in which the curves cross at all.
    """

    k: int
    low: int
    high: int
    share: float

    def __str__(self) -> str:
        return f"from k={self.k} [{self.low}, {self.high}] on, in {self.share:.0%} of resamples"


def pass_curve(right: np.ndarray, attempts: np.ndarray) -> np.ndarray:
    """pass@k for k = 1, 2, ... up to the fewest attempts at a task, (tasks, k)."""
    ks = range(1, int(np.min(attempts)) + 1)
    return np.stack([pass_at_k(right, attempts, k) for k in ks], axis=1)


def crossover(old: np.ndarray, new: np.ndarray, *, resamples: int = 1000, seed: int = 0) -> Crossover | None:
    """Where the mean pass@k of `new` crosses that of `old`: not below at k=1, below at some k after; else None.

    Both are (units, k), as `pass_curve` makes them; the same units (tasks, or seeds) in the same order, which are what
    is resampled. ValueError where the units differ in number.
    """
    if len(old) != len(new):
        raise ValueError(f"a crossover is between two policies on the same tasks, got {len(old)} and {len(new)}")
    ks = min(old.shape[1], new.shape[1])
    old, new = old[:, :ks], new[:, :ks]
    point = _first_below(old.mean(0), new.mean(0))
    if point is None:
        return None
    random = np.random.default_rng(seed)
    draws = random.integers(len(old), size=(resamples, len(old)))
    found = [k for draw in draws if (k := _first_below(old[draw].mean(0), new[draw].mean(0))) is not None]
    low, high = np.quantile(found, (0.025, 0.975), method="nearest") if found else (point, point)
    return Crossover(point, int(low), int(high), len(found) / resamples)


def _first_below(old: np.ndarray, new: np.ndarray) -> int | None:
    below = np.flatnonzero(new < old)
    return int(below[0]) + 1 if len(below) and below[0] > 0 else None
