"""A measure by level, domain or any other property of tasks."""

import polars as pl

from headway.stats import Estimate, mean_over_tasks


def over_groups(by_task: pl.DataFrame, column: str, key: pl.Series | str) -> dict[object, Estimate]:
    """The mean over tasks of `column` in every group of tasks, in the order of the groups' names.

    `by_task` has a row a task; `key` is its column that names the group, or a series with one value a task. Tasks
    without a value or without a group are left out.
    """
    named = by_task.with_columns(group=pl.col(key) if isinstance(key, str) else key)
    found = {}
    for group in named["group"].drop_nulls().unique().sort().to_list():
        estimate = mean_over_tasks(named.filter(pl.col("group") == group)[column].drop_nulls().to_numpy())
        if estimate is not None:
            found[group] = estimate
    return found
