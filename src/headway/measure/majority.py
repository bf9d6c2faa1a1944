"""The answer that most attempts give: how often it is right, over all attempts or over draws of k."""

from collections.abc import Sequence
from functools import lru_cache
from math import comb

import numpy as np
import polars as pl


def majority(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `majority`, the share right among its most frequent answers.

    Unreadable attempts do not vote; a tie counts its members equally; a task without votes gets 0.
    """
    readable = pl.col("answer").is_not_null()
    most = pl.col("n").filter(readable).max()
    winners = pl.col("truth").filter(readable & (pl.col("n") == most))
    return answer_counts(judged).group_by("task", maintain_order=True).agg(majority=winners.mean().fill_null(0.0))


def majority_at_k(judged: pl.DataFrame, k: int) -> pl.DataFrame:
    """A row a task: `task` and `maj@k`, the chance that the majority of k of its attempts is right, in [0, 1].

    The exact mean over all draws of k attempts without replacement, so that it is unbiased at any
    number of attempts; with k equal to that number it is `majority`. ValueError where a task has
    fewer than k attempts.
    """
    readable = pl.col("answer").is_not_null()
    votes = answer_counts(judged).sort("n", "truth", maintain_order=True)
    groups = votes.group_by("task").agg(
        counts=pl.col("n").filter(readable),
        right=pl.col("truth").filter(readable),
        silent=pl.col("n").filter(~readable).sum(),
    )
    chances = [
        chance_of_right_majority(tuple(counts), tuple(right), silent, k)
        for counts, right, silent in groups.select("counts", "right", "silent").iter_rows()
    ]
    found = groups.select("task", pl.Series(f"maj@{k}", chances, dtype=pl.Float64))
    return judged.select("task").unique(maintain_order=True).join(found, on="task", how="left", maintain_order="left")


def answer_counts(judged: pl.DataFrame) -> pl.DataFrame:
    """A row for each answer of each task: `task`, `answer` (null: unreadable), `n` attempts, mean `truth`."""
    return judged.group_by("task", "answer", maintain_order=True).agg(n=pl.len(), truth=pl.col("truth").mean())


@lru_cache(maxsize=100_000)
def chance_of_right_majority(counts: tuple[int, ...], right: tuple[float, ...], silent: int, k: int) -> float:
    """The chance that the most frequent answer of k drawn attempts is right; ties are settled by lot.

    `counts` are attempts an answer, `right` its truth, `silent` the attempts that do not vote. Answer a wins with v
    votes and t equals with chance 1 / (t + 1), which is the integral of x^t over [0, 1]: so the sum over all draws is
    the integral of a polynomial in x, which Gauss-Legendre nodes give exactly.
    """
    attempts = sum(counts) + silent
    if not 1 <= k <= attempts:
        raise ValueError(f"maj@{k} needs at least {k} attempts at every task, one has {attempts}")
    total = 0.0
    for votes in range(1, min(k, max(counts, default=0)) + 1):
        nodes, weights = np.polynomial.legendre.leggauss(k // votes // 2 + 1)
        nodes, weights = (nodes + 1.0) / 2.0, weights / 2.0
        for winner, count in enumerate(counts):
            if count >= votes and right[winner] > 0.0:
                others = [*counts[:winner], *counts[winner + 1 :]]
                ways = _ways(others, silent, votes, k - votes, nodes) @ weights
                total += right[winner] * comb(count, votes) * float(ways)
    return total / comb(attempts, k)


def _ways(others: Sequence[int], silent: int, votes: int, rest: int, nodes: np.ndarray) -> np.ndarray:
    """Ways to draw `rest` attempts with at most `votes` of any other answer, a factor of the node for each equal."""
    ways = np.zeros((rest + 1, len(nodes)))
    ways[: silent + 1] = np.array([comb(silent, drawn) for drawn in range(min(silent, rest) + 1)])[:, None]
    for count in others:
        factors = [comb(count, drawn) for drawn in range(min(count, votes, rest) + 1)]
        made = np.zeros_like(ways)
        for drawn, factor in enumerate(factors):
            tie = nodes if drawn == votes else 1.0
            made[drawn:] += factor * tie * ways[: rest + 1 - drawn]
        ways = made
    return ways[rest]
