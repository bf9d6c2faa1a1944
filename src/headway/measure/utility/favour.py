"""Whether a judge favours its own answers, split by the truth into what they deserve and what they do not.

To prefer one's own right answer to another's wrong one is no bias. The equal-opportunity form (arXiv:2410.21819)
asks whether right answers are recognised alike, whoever wrote them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.stats import Estimate, statistic_of_totals


@dataclass(frozen=True)
class Favour:
    """Of pairs of an own answer and another's, exactly one of them right; intervals over tasks with such pairs.

    deserved    how often the own answer is preferred where it is the right one
    undeserved  how often it is preferred where it is the wrong one
    bias        deserved - how often the other's is preferred where it is the right one: 0 is even-handed
    """

    deserved: Estimate | None
    undeserved: Estimate | None
    bias: Estimate | None


def favour(rows: pl.DataFrame, author: str, judge: str) -> Favour:
    """Of rows with `task`, `author`, `right` (1.0 or 0.0) and the judge's opinion; a tie counts a half."""
    totals = _totals(rows, author, judge)
    right, wrong = totals[:, 1] > 0.0, totals[:, 3] > 0.0
    return Favour(
        statistic_of_totals(lambda t: t[..., 0] / t[..., 1], totals[right]),
        statistic_of_totals(lambda t: t[..., 2] / t[..., 3], totals[wrong]),
        statistic_of_totals(_bias, totals[right | wrong]),
    )


def favour_apart(rows: pl.DataFrame, author: str, judges: Sequence[str]) -> Estimate | None:
    """The first judge's bias towards the author less the second's, on the same pairs of answers."""
    one, other = (_totals(rows, author, judge) for judge in judges)
    both = np.concatenate([one, other], axis=1)
    told = both[(both[:, [1, 3, 5, 7]] > 0.0).any(axis=1)]
    return statistic_of_totals(lambda t: _bias(t[..., :4]) - _bias(t[..., 4:]), told)


def _bias(totals: np.ndarray) -> np.ndarray:
    return totals[..., 0] / totals[..., 1] - (1.0 - totals[..., 2] / totals[..., 3])


def _totals(rows: pl.DataFrame, author: str, judge: str) -> np.ndarray:
    """A row a task, (tasks, 4): own preferred where right and whether there were such pairs, the same where wrong."""
    known = rows.select("task", "right", own=pl.col("author") == author, liked=pl.col(judge)).drop_nulls()
    mine, theirs = (known.filter(pl.col("own") == own).drop("own") for own in (True, False))
    pairs = mine.join(theirs, on="task", suffix="_other").filter(pl.col("right") != pl.col("right_other"))
    liked = (pl.col("liked") > pl.col("liked_other")).cast(pl.Float64) + 0.5 * (
        pl.col("liked") == pl.col("liked_other")
    ).cast(pl.Float64)
    by_task = (
        pairs.select("task", right=pl.col("right") == 1.0, liked=liked)
        .group_by("task")
        .agg(
            up=pl.col("liked").filter(pl.col("right")).mean(),
            down=pl.col("liked").filter(~pl.col("right")).mean(),
        )
    )
    whole = rows.select(pl.col("task").unique().sort()).join(by_task, on="task", how="left", maintain_order="left")
    up, down = whole["up"], whole["down"]
    columns = (up.fill_null(0.0), up.is_not_null(), down.fill_null(0.0), down.is_not_null())
    return np.stack([column.cast(pl.Float64).to_numpy() for column in columns], axis=1)
