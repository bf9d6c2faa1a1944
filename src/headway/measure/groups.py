"""A measure by level, domain or any other property of tasks."""

import polars as pl

from headway.stats import Estimate, mean_over_tasks


def over_groups(by_task: pl.DataFrame, column: str, key: pl.Series | str) -> dict[object, Estimate]:
    """The mean over tasks of `column` in every group of tasks, in the order of the groups' names.

    `by_task` has a row a task; `key` is its column that names the group, or a series with one value a task. Tasks
    without a value or without a group are left out.
    """
    named = by_task.select(value=column, group=pl.col(key) if isinstance(key, str) else key).drop_nulls()
    groups = named.group_by("group").agg("value").sort("group")
    found = {}
    for group, values in zip(groups["group"].to_list(), groups["value"], strict=True):
        estimate = mean_over_tasks(values.to_numpy())
        if estimate is not None:
            found[group] = estimate
    return found
