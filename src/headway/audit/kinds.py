"""Prompts of one kind: the same domain and level, where the log says so; measured apart, so that a mix can be held."""

import numpy as np
import polars as pl

from headway.audit.measures import measure_of

MOST_KINDS = 24
"""A finer division than this is left: by domain and level, then by domain, then not at all."""
NOT_APART = ("spread", "level")
"""What is the same for all prompts, or for all of one kind."""


def kinds_of(frame: pl.DataFrame) -> pl.DataFrame | None:
    """A row a task: `task` and `group`, such as `math, level 3`; None where the log names no kinds, or too many.

    A task is of the kind that its first rollout names; one without is of the kind `none named`.
    """
    tasks = frame.group_by("task").agg(pl.col("domain").drop_nulls().first(), pl.col("level").drop_nulls().first())
    level = pl.lit("level ") + pl.col("level").cast(pl.String).str.zfill(3)
    for parts in ((pl.col("domain"), level), (pl.col("domain"),), (level,)):
        named = tasks.select("task", group=pl.concat_str(parts, separator=", ", ignore_nulls=True))
        kinds = named["group"].replace("", None).n_unique()
        if named["group"].replace("", None).null_count() < named.height and kinds <= MOST_KINDS:
            return named.with_columns(pl.col("group").replace("", "none named"))
    return None


def by_kind(name: str, values: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame | None:
    """The rows of a measure at one step, a row a kind; None for what is not measured apart.

    `values` has the columns task and value. A single prompt has an interval of width 0.
    """
    from scipy.special import stdtrit

    if name in NOT_APART or measure_of(name).pairs_of_tasks:
        return None
    held = values.drop_nulls().join(kinds, on="task").sort("group", "value")
    found = held.group_by("group", maintain_order=True).agg(
        value=pl.col("value").mean(), spread=pl.col("value").std(), n=pl.len().cast(pl.Int64)
    )
    n = found["n"].to_numpy()
    half = stdtrit(np.maximum(n - 1, 1), 0.975) * found["spread"].fill_null(0.0).to_numpy() / np.sqrt(np.maximum(n, 1))
    return found.select(
        pl.lit(name).alias("measure"),
        "value",
        (pl.col("value") - half).alias("low"),
        (pl.col("value") + half).alias("high"),
        "n",
        "group",
    )


def in_words(group: str) -> str:
    """`math, level 003` as people write it."""
    head, level, number = group.rpartition("level ")
    return f"{head}{level}{int(number)}" if level and number.lstrip("-").isdigit() else group
