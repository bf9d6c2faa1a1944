"""A number with its interval and n: the bootstrap over tasks, and paired tests over seeds.

Attempts at one task are not independent, so everything is first reduced to one number a task (or a
seed), and only those are resampled. SciPy is imported where it is used: it costs over a second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 1_000
DRAWS_AT_ONCE = 2_000_000
DRAWS_KEPT = 500_000
"""Draws of one bootstrap that are kept, counted, for the next values of that number: 8 bytes each."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, its 95 % interval and the number of independent units (tasks or seeds) behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.n}"


def mean_over_tasks(per_task: Sequence[float] | np.ndarray, *, seed: int = 0) -> Estimate | None:
    """The mean of one number a task, with a percentile bootstrap interval over tasks; None without tasks."""
    values = np.asarray(per_task, dtype=np.float64)
    if values.size == 0:
        return None
    means = _resampled_means(values, seed)
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(values.mean()), float(low), float(high), values.size)


def mean_with_bounds(values: np.ndarray, alpha: float) -> Estimate:
    """The mean and its two one-sided Student bounds, each missed with probability `alpha`; needs two values."""
    from scipy.special import stdtrit

    values = np.asarray(values, dtype=np.float64)
    half = float(stdtrit(values.size - 1, 1.0 - alpha) * values.std(ddof=1) / np.sqrt(values.size))
    mean = float(values.mean())
    return Estimate(mean, mean - half, mean + half, values.size)


def paired_difference(before: np.ndarray, after: np.ndarray, *, seed: int = 0) -> Estimate | None:
    """The mean of `after - before` over the same tasks in the same order, with its bootstrap interval."""
    before, after = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if before.shape != after.shape:
        raise ValueError(f"paired samples need one value a task each, got {before.size} and {after.size}")
    return mean_over_tasks(after - before, seed=seed)


def _resampled_means(values: np.ndarray, seed: int) -> np.ndarray:
    """Means of resamples of `values` with replacement, (RESAMPLES,), a few million draws at a time."""
    if values.size * RESAMPLES <= DRAWS_KEPT:
        # Taken from the first value, so that values which are all alike have means that are all alike to the last bit.
        return values[0] + _counts(values.size, seed) @ (values - values[0]) / values.size
    random = np.random.default_rng(seed)
    at_once = max(1, DRAWS_AT_ONCE // values.size)
    parts = []
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        parts.append(values[_draws(random, rows, values.size)].mean(axis=1))
    return np.concatenate(parts)


@lru_cache(maxsize=8)
def _counts(n: int, seed: int) -> np.ndarray:
    """How often each resample draws each of `n` values, (RESAMPLES, n): one exam has many columns of one length."""
    draws = _draws(np.random.default_rng(seed), RESAMPLES, n) + np.arange(RESAMPLES)[:, None] * n
    return np.bincount(draws.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n).astype(np.float64)


def _draws(random: np.random.Generator, rows: int, n: int) -> np.ndarray:
    """Indices of `n` values drawn with replacement, (rows, n)."""
    return random.integers(n, size=(rows, n), dtype=np.int32)


def statistic_over_tasks(
    statistic: Callable[..., float | None],
    tasks: np.ndarray | Sequence,
    *columns: np.ndarray,
    resamples: int = 200,
    seed: int = 0,
) -> Estimate | None:
    """`statistic(*columns)` with a percentile bootstrap interval over tasks: for what is no mean of a number a task.

    `tasks` names the task of every row; the rows of a task are drawn together. Resamples in which the statistic is None
    are left out. None where it is None on the rows themselves.
    """
    columns = tuple(np.asarray(column) for column in columns)
    value = statistic(*columns)
    if value is None:
        return None
    found = [
        again
        for rows in resampled_rows(tasks, resamples, seed)
        if (again := statistic(*(column[rows] for column in columns))) is not None
    ]
    low, high = np.quantile(found, (0.025, 0.975)) if found else (value, value)
    return Estimate(float(value), float(low), float(high), len(np.unique(np.asarray(tasks))))


def statistic_of_totals(
    statistic: Callable[[np.ndarray], np.ndarray], totals: np.ndarray, *, seed: int = 0
) -> Estimate | None:
    """A statistic of column totals over tasks, with a bootstrap interval: rates, ratios and correlations.

    `totals` has a row a task, (tasks, columns). `statistic` takes totals with the columns last and gives one number
    for each, NaN where it is not defined; such resamples are left out. None where it is not defined on all tasks.
    """
    totals = np.asarray(totals, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(totals.sum(0)))
        if not np.isfinite(value):
            return None
        found = statistic(_times_drawn(len(totals), seed) @ totals)
    low, high = np.quantile(found[np.isfinite(found)], (0.025, 0.975))
    return Estimate(value, float(low), float(high), len(totals))


@lru_cache(maxsize=4)
def _times_drawn(n: int, seed: int) -> np.ndarray:
    """How often each of `n` tasks is in each resample, (RESAMPLES, n): one audit asks for many statistics."""
    random = np.random.default_rng(seed)
    return random.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES).astype(np.float64)


def totals_by_task(tasks: ArrayLike, *columns: np.ndarray) -> np.ndarray:
    """The sum of each column over the rows of a task, (tasks, columns), tasks in the order of their names."""
    _, number = np.unique(np.asarray(tasks), return_inverse=True)
    return np.stack([np.bincount(number, np.asarray(column, dtype=np.float64)) for column in columns], axis=1)


def resampled_rows(tasks: np.ndarray | Sequence, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Indices of the rows of as many tasks, drawn with replacement, once for each resample."""
    _, number = np.unique(np.asarray(tasks), return_inverse=True)
    order = np.argsort(number, kind="stable")
    counts = np.bincount(number)
    starts = np.cumsum(counts) - counts
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        drawn = random.integers(len(counts), size=len(counts))
        lengths = counts[drawn]
        offset = np.repeat(starts[drawn] - (np.cumsum(lengths) - lengths), lengths)
        yield order[np.arange(lengths.sum()) + offset]


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A difference between two arms over the same seeds, and how surprising it is if the arms were alike."""

    difference: Estimate
    p_value: float
    """Two-sided exact sign-flip test over seeds; the smallest possible value with n seeds is 2 / 2^n."""

    def __str__(self) -> str:
        return f"{self.difference.value:+.3f} [{self.difference.low:+.3f}, {self.difference.high:+.3f}] " + (
            f"n={self.difference.n} p={self.p_value:.3f}"
        )


def paired_test(first: Sequence[float], second: Sequence[float]) -> PairedTest:
    """`second - first` over paired seeds: t interval, and the exact sign-flip (permutation) p-value.

    Raises ValueError for fewer than two pairs: one seed supports no claim.
    """
    gains = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    if gains.size < 2:
        raise ValueError(f"a paired test needs at least 2 seeds, got {gains.size}; run more seeds")
    return PairedTest(mean_with_bounds(gains, 0.025), sign_flip(gains))


def sign_flip(gains: np.ndarray) -> float:
    """Two-sided p-value of the mean under all sign flips: exact to 16 values, 65,536 fixed draws beyond."""
    n = gains.size
    if n <= 16:
        signs = np.array(list(product((-1.0, 1.0), repeat=n)))
    else:
        signs = np.random.default_rng(0).choice((-1.0, 1.0), size=(65_536, n))
        signs[0] = 1.0
    return float((np.abs(signs @ gains) >= abs(gains.sum()) * (1 - 1e-12)).mean())


def student(gains: np.ndarray) -> float:
    """Two-sided p-value of a mean of 0 by Student's t, as the interval of `mean_with_bounds` has it; needs two values.

    Sign flips have no p-value below 2 / 2^n, which few seeds cannot spare where many arms are compared.
    """
    from scipy.special import stdtr

    gains = np.asarray(gains, dtype=np.float64)
    if gains.size < 2:
        raise ValueError(f"a test over seeds needs at least 2 seeds, got {gains.size}; run more seeds")
    spread = float(gains.std(ddof=1))
    if spread == 0.0:
        return 1.0 if gains.mean() == 0.0 else 0.0
    return float(2.0 * stdtr(gains.size - 1, -abs(gains.mean()) * np.sqrt(gains.size) / spread))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values for being wrong about any of several tests at most as often as said (Holm 1979), in the given order."""
    order = np.argsort(p_values)
    steps = [p_values[place] * (len(p_values) - rank) for rank, place in enumerate(order)]
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted.tolist()


def trend(rows: Sequence[Sequence[float]]) -> float:
    """One-sided p-value that values rise along each row (Page's L over seeds x rounds, Page 1963)."""
    from scipy.stats import page_trend_test

    return float(page_trend_test(np.asarray(rows, dtype=np.float64)).pvalue)


def over_seeds_and_tasks(values: np.ndarray, *, seed: int = 0) -> Estimate | None:
    """The mean of `values`, (seeds, tasks), where every seed has the same tasks; None where nothing is known.

    The interval is a percentile bootstrap in which seeds and tasks are both drawn with replacement, so that neither is
    taken for the whole population; NaN is a task that says nothing with that seed. n is the number of tasks.
    """
    values = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(values)
    if not known.any():
        return None
    random = np.random.default_rng(seed)
    seeds, tasks = (random.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES).astype(float) for n in values.shape)
    total, count = (((seeds @ part) * tasks).sum(1) for part in (np.where(known, values, 0.0), known.astype(float)))
    means = total[count > 0] / count[count > 0]
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(values[known].mean()), float(low), float(high), int(known.any(axis=0).sum()))
