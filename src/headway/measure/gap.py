"""The generation-verification gap: how much better attempts are after a judge has filtered them (arXiv:2412.02674).

u is what is true of an attempt, in [0, 1], and J_x its mean over the attempts at task x. A filter turns the judge's
opinions of these attempts into weights w, and the gap at x is sum(w u) / sum(w) - J_x = Cov(w, u) / E[w]. Truth is
read by these sums alone: no filter sees it, and where a filter is chosen among several by its gap, the gap that is
reported comes from tasks that had no part in the choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from headway.measure.calibration import separation
from headway.measure.filters import AtLeast, Filter, Top
from headway.stats import Estimate, mean_over_tasks

FILTERS: tuple[Filter, ...] = (
    *(Top(share) for share in (0.125, 0.25, 0.5)),
    *(AtLeast(floor) for floor in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)),
)
FOLDS = 5


@dataclass(frozen=True)
class Gap:
    """What a judge's filter would do to attempts that are there already. Means over tasks, with 95 % intervals."""

    filter: Filter
    """The filter to use; where there were several, the one with the largest gap over all tasks."""
    attempts: int
    accuracy: Estimate
    gap: Estimate
    relative: Estimate | None
    """Mean over tasks of the gap divided by 1 - J_x; None where every task is always right."""
    ceiling: Estimate
    """What a perfect judge that keeps only right attempts would add, over tasks: pass@n minus accuracy."""
    auc: Estimate | None
    """Area under the ROC curve within tasks; None without a task that has right and wrong attempts."""
    by_task: pl.DataFrame = field(repr=False)
    """See `gap_by_task`, with `filter`, the place in the list of the filter that the task's numbers come from."""


def measured_gap(
    judged: pl.DataFrame,
    filters: Sequence[Filter] = FILTERS,
    opinion: str = "opinion",
    *,
    folds: int = FOLDS,
    seed: int = 0,
) -> Gap:
    """The gap by one judge. `judged` has a row an attempt: `task`, `truth` (never null) and the opinion's column.

    With several filters the tasks are split into `folds`, and each fold's numbers come from the filter that is best
    on the other folds. ValueError where there are fewer than two tasks, or one attempt at each.
    """
    refuse_too_few(judged)
    tables = [gap_by_task(judged, keep, opinion) for keep in filters]
    gains = np.stack([table["gap"].to_numpy() for table in tables], axis=1)
    chosen = chosen_elsewhere(gains, folds, seed)
    by_task = _picked(tables, chosen)
    seen = separation(judged, opinion)["verdict_auc"].to_numpy()
    needed = {name: mean_over_tasks(by_task[name].to_numpy()) for name in ("accuracy", "gap", "ceiling")}
    assert all(needed.values())
    return Gap(
        filters[int(gains.mean(axis=0).argmax())],
        judged.height,
        relative=mean_over_tasks(by_task["relative"].drop_nulls().to_numpy()),
        auc=mean_over_tasks(seen),
        by_task=by_task,
        **needed,  # type: ignore[arg-type]
    )


def gap_by_task(judged: pl.DataFrame, keep: Filter, opinion: str = "opinion") -> pl.DataFrame:
    """A row a task, in order of appearance: `task`, `n`, `accuracy`, `filtered`, `gap`, `relative` and `ceiling`.

    `filtered` is the accuracy after the filter. `relative` is the gap divided by 1 - accuracy, null at accuracy 1.
    """
    weight = keep.weights(judged, opinion)
    table = (
        judged.select("task", "truth", weight)
        .rename({weight.name: "weight"})
        .group_by("task", maintain_order=True)
        .agg(
            n=pl.len(),
            accuracy=pl.col("truth").mean(),
            filtered=(pl.col("truth") * pl.col("weight")).sum() / pl.col("weight").sum(),
            ceiling=pl.col("truth").max() - pl.col("truth").mean(),
        )
    )
    left = 1.0 - pl.col("accuracy")
    gap = pl.col("filtered") - pl.col("accuracy")
    return table.select(
        "task",
        "n",
        "accuracy",
        "filtered",
        gap.alias("gap"),
        pl.when(left > 0).then(gap / left).alias("relative"),
        "ceiling",
    )


def gap_matrix(
    judged: pl.DataFrame, opinions: Sequence[str], filters: Sequence[Filter] = FILTERS
) -> dict[tuple[str, str], Gap]:
    """The gap of every generator (the column `author`) by every verifier (the columns `opinions`)."""
    authors = judged["author"].unique(maintain_order=True).to_list()
    return {
        (author, opinion): measured_gap(judged.filter(pl.col("author") == author), filters, opinion)
        for author in authors
        for opinion in opinions
    }


def chosen_elsewhere(gains: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """For every task the filter with the largest mean gain over the tasks of the other folds, (tasks,).

    `gains` is (tasks, filters). At a tie the first filter is taken, so that the order of filters is a preference.
    """
    tasks, filters = gains.shape
    if filters == 1:
        return np.zeros(tasks, dtype=np.int64)
    folds = min(folds, tasks)
    fold = np.random.default_rng(seed).permutation(tasks) % folds
    best = np.array([gains[fold != one].mean(axis=0).argmax() for one in range(folds)])
    return best[fold]


def refuse_too_few(judged: pl.DataFrame) -> None:
    """ValueError where no gap can be measured, and what to do about it."""
    if judged["truth"].null_count():
        raise ValueError(f"{judged['truth'].null_count()} attempts have no truth; leave them out, or check them first")
    counts = judged.group_by("task").len()["len"].to_numpy()
    if len(counts) < 2:
        raise ValueError(f"a gap needs at least 2 tasks, and there is {len(counts)}; the interval is over tasks")
    if counts.max() < 2:
        raise ValueError(
            "every task has only one attempt, and a filter needs several to choose among; "
            "sample each task several times (8 is a good start)"
        )


def _picked(tables: Sequence[pl.DataFrame], chosen: np.ndarray) -> pl.DataFrame:
    """Of every task the row from the table that was chosen for it."""
    place = pl.Series("filter", chosen)
    whole = pl.concat([table.with_row_index("at").with_columns(place) for table in tables])
    number = np.repeat(np.arange(len(tables)), len(chosen))
    return whole.filter(pl.Series(number) == whole["filter"]).sort("at").drop("at")
