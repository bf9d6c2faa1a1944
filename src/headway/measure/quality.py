"""How often the answer is right: one attempt, any of k, the majority."""

from collections.abc import Sequence

import numpy as np
import polars as pl


def pass_at_k(right: np.ndarray, attempts: np.ndarray, k: int) -> np.ndarray:
    """The chance that k of a task's attempts hold a right one, 1 - C(n-c, k) / C(n, k) (unbiased, arXiv:2107.03374).

    `right` and `attempts` count per task; ValueError where a task has fewer than `k` attempts.
    """
    right, attempts = np.asarray(right, dtype=np.float64), np.asarray(attempts, dtype=np.float64)
    if k < 1 or (attempts < k).any():
        raise ValueError(f"pass@{k} needs at least {k} attempts at every task, the fewest are {attempts.min():.0f}")
    none_right = np.ones_like(right)
    for drawn in range(k):
        none_right *= np.clip(attempts - right - drawn, 0.0, None) / (attempts - drawn)
    return 1.0 - none_right


RIGHT_COUNTS = {
    "level": pl.col("level").first(),
    "n": pl.len(),
    "right": pl.col("truth").sum(),
    "accuracy": pl.col("truth").mean(),
}
"""What `right_counts` says of a task."""


def right_counts(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `level`, `n` attempts of which `right` are right, and `accuracy`, in order of appearance.

    `judged` has the columns task, level and truth (1.0 right, 0.0 wrong, never null).
    """
    return judged.group_by("task", maintain_order=True).agg(**RIGHT_COUNTS)


def add_pass_at_k(by_task: pl.DataFrame, ks: Sequence[int]) -> pl.DataFrame:
    """`by_task` with a column pass@k for every k that all tasks have attempts enough for."""
    right, attempts = by_task["right"].to_numpy(), by_task["n"].to_numpy()
    fewest = int(attempts.min()) if len(attempts) else 0
    return by_task.with_columns(pl.Series(f"pass@{k}", pass_at_k(right, attempts, k)) for k in ks if k <= fewest)


def pass_hat_k(right: np.ndarray, attempts: np.ndarray, k: int) -> np.ndarray:
    """The chance that k of a task's attempts are all right, C(c, k) / C(n, k), "pass^k" (unbiased, arXiv:2406.12045).

    `right` and `attempts` count per task; ValueError where a task has fewer than `k` attempts.
    """
    attempts = np.asarray(attempts, dtype=np.float64)
    return 1.0 - pass_at_k(attempts - np.asarray(right, dtype=np.float64), attempts, k)


def best_at_k(judged: pl.DataFrame, k: int, score: str = "proxy") -> pl.DataFrame:
    """A row a task: `task` and `best@k`, the expected largest `score` of k of its attempts, in the score's unit.

    The exact mean over all draws of k without replacement (a U-statistic, unbiased); on scores of
    0 and 1 it is pass@k. Attempts without a score are left out; ValueError where fewer than k are left.
    """
    scored = judged.filter(pl.col(score).is_not_null()).select(
        "task",
        pl.col(score).cast(pl.Float64),
        below=pl.col(score).rank("ordinal").over("task").cast(pl.Float64) - 1.0,
        n=pl.len().over("task").cast(pl.Float64),
    )
    n, below = scored["n"].to_numpy(), scored["below"].to_numpy()
    if len(n) and not 1 <= k <= n.min():
        raise ValueError(f"best@{k} needs at least {k} scored attempts at every task, the fewest are {n.min():.0f}")
    is_best = pass_at_k(n - below, n, k) - pass_at_k(n - below - 1.0, n, k) if len(n) else n
    weighted = scored.with_columns((pl.col(score) * is_best).alias(f"best@{k}"))
    return weighted.group_by("task", maintain_order=True).agg(pl.col(f"best@{k}").sum())


def group_shares(by_task: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `all_right`, `all_wrong` and `mixed`, of which one is 1; their means are shares of groups.

    Only mixed groups teach a trainer that compares the attempts of a group. `by_task` is what `right_counts` makes.
    """
    right, n = pl.col("right"), pl.col("n")
    return by_task.select(
        "task",
        all_right=(right == n).cast(pl.Float64),
        all_wrong=(right == 0).cast(pl.Float64),
        mixed=((right > 0) & (right < n)).cast(pl.Float64),
    )
