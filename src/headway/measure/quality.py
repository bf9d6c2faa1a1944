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


def right_counts(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `level`, `n` attempts of which `right` are right, and `accuracy`, in order of appearance.

    `judged` has the columns task, level and truth (1.0 right, 0.0 wrong, never null).
    """
    return judged.group_by("task", maintain_order=True).agg(
        pl.col("level").first(),
        n=pl.len(),
        right=pl.col("truth").sum(),
        accuracy=pl.col("truth").mean(),
    )


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
    rows = []
    scored = judged.filter(pl.col(score).is_not_null())
    for (task,), attempts in scored.group_by("task", maintain_order=True):
        values = np.sort(attempts[score].to_numpy())
        if not 1 <= k <= len(values):
            raise ValueError(f"best@{k} needs at least {k} scored attempts at every task, {task!r} has {len(values)}")
        below = np.arange(len(values))
        none_above = 1.0 - pass_at_k(len(values) - below, np.full(len(values), len(values)), k)
        rows.append((task, float(np.diff(none_above, append=1.0) @ values)))
    return pl.DataFrame(rows, schema={"task": judged.schema["task"], f"best@{k}": pl.Float64}, orient="row")


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
