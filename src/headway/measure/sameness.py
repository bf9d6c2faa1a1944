"""How often two attempts say the same: unbiased at any number of attempts, so that rounds of any size compare.

The chance that two draws agree is the Simpson index. Its estimate from pairs needs no common sample size,
unlike a count of different answers, which is rarefied instead.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from headway.measure.quality import pass_at_k


def same_pairs(said: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `same`, the share of pairs of its attempts that say the same, in [0, 1].

    `said` has the columns task and said; null agrees with nothing, but is an attempt. Tasks with one
    attempt are left out.
    """
    counts = said.group_by("task", "said").len("times")
    agreeing = pl.when(pl.col("said").is_not_null()).then(pl.col("times") * (pl.col("times") - 1)).otherwise(0)
    summed = counts.group_by("task").agg(agreeing=agreeing.sum(), n=pl.col("times").sum())
    return summed.filter(pl.col("n") > 1).select("task", same=pl.col("agreeing") / (pl.col("n") * (pl.col("n") - 1)))


def same_across(said: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `same`, the chance that one of its attempts says what an attempt at another task says.

    `said` has the columns task and said; null agrees with nothing. The mean over tasks is a U-statistic of
    pairs of tasks: its standard error is twice that of independent values (Hoeffding 1948).
    """
    within = said.group_by("task", "said").len("mine")
    sizes = within.group_by("task").agg(n=pl.col("mine").sum())
    everyone = int(sizes["n"].sum())
    joined = within.with_columns(others=pl.col("mine").sum().over("said") - pl.col("mine")).join(sizes, on="task")
    meeting = pl.when(pl.col("said").is_not_null()).then(pl.col("mine") * pl.col("others")).otherwise(0)
    return (
        joined.group_by("task")
        .agg(met=meeting.sum(), n=pl.col("n").first())
        .filter(pl.col("n") < everyone)
        .select("task", same=pl.col("met") / (pl.col("n") * (everyone - pl.col("n"))))
    )


def distinct_at_k(said: pl.DataFrame, ks: Sequence[int]) -> pl.DataFrame:
    """A row a task: `task` and for every k the expected number of different answers among k of its attempts.

    `said` has the columns task and said; null is an attempt that adds no answer. This is rarefaction
    (Hurlbert 1971): the sum over answers of the chance that k attempts hold it. Null where a task has fewer than k.
    """
    counts = said.group_by("task", "said").len("times").with_columns(n=pl.col("times").sum().over("task"))
    answered = counts["said"].is_not_null().to_numpy()
    times, n = counts["times"].to_numpy(), counts["n"].to_numpy()
    columns = []
    for k in ks:
        enough = n >= k
        held = np.full(len(n), np.nan)
        held[enough] = pass_at_k(times[enough], n[enough], k) * answered[enough]
        columns.append(pl.Series(f"@{k}", held, nan_to_null=True))
    summed = [pl.when(pl.col("n").first() >= k).then(pl.col(f"@{k}").sum()).alias(f"@{k}") for k in ks]
    return counts.select("task", "n", *columns).group_by("task").agg(summed)
