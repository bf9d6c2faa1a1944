"""Slopes with an interval over tasks: of a measure over rounds, and of an outcome within tasks."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from headway.stats import Estimate, statistic_over_tasks


def slope_over_rounds(rounds: Sequence[pl.DataFrame], column: str, *, seed: int = 0) -> Estimate | None:
    """The least-squares slope of a by-task column over rounds, in its unit a round; two rounds give their difference.

    Each round is a frame with `task` and the column; nulls are left out. A task's rows of all rounds are drawn
    together, so that the same tasks in every round make it a paired comparison, and fresh tasks an unpaired one. None
    where fewer than two rounds have a value.
    """
    rows = pl.concat(
        frame.select("task", value=pl.col(column).cast(pl.Float64), turn=pl.lit(float(turn)))
        for turn, frame in enumerate(rounds)
    ).drop_nulls()
    if rows.is_empty():
        return None
    return statistic_over_tasks(
        slope, rows["task"].to_numpy(), rows["turn"].to_numpy(), rows["value"].to_numpy(), seed=seed
    )


def slope_within_task(
    judged: pl.DataFrame, outcome: str | pl.Expr, on: str = "tokens", *, seed: int = 0
) -> Estimate | None:
    """How much an attempt's outcome rises with another column, compared with attempts at the same task only.

    In the outcome's unit over the column's; the slope of both after their task's mean is taken off, with a bootstrap
    interval over tasks. Rows with a null are left out. None where no task has two different values.
    """
    value = pl.col(outcome) if isinstance(outcome, str) else outcome
    rows = judged.select("task", x=pl.col(on).cast(pl.Float64), y=value.cast(pl.Float64)).drop_nulls()
    centred = rows.select("task", (pl.col("x", "y") - pl.col("x", "y").mean().over("task")))
    return statistic_over_tasks(
        slope_through_origin, centred["task"].to_numpy(), centred["x"].to_numpy(), centred["y"].to_numpy(), seed=seed
    )


def slope(x: np.ndarray, y: np.ndarray) -> float | None:
    """The least-squares slope of y on x; None where x does not vary."""
    return slope_through_origin(x - x.mean(), y - y.mean())


def slope_through_origin(x: np.ndarray, y: np.ndarray) -> float | None:
    """The same of values that are centred already."""
    square = float(x @ x)
    return float(x @ y) / square if square > 1e-12 * max(len(x), 1) else None
