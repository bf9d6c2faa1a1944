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


def majority(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `majority`, the share right among its most frequent answers.

    Unreadable attempts do not vote; a tie counts its members equally; a task without votes gets 0.
    """
    votes = judged.group_by("task", "answer", maintain_order=True).agg(n=pl.len(), truth=pl.col("truth").mean())
    readable = votes.filter(pl.col("answer").is_not_null())
    winners = readable.filter(pl.col("n") == pl.col("n").max().over("task"))
    shares = winners.group_by("task", maintain_order=True).agg(majority=pl.col("truth").mean())
    tasks = judged.select("task").unique(maintain_order=True)
    return tasks.join(shares, on="task", how="left", maintain_order="left").with_columns(
        pl.col("majority").fill_null(0.0)
    )
