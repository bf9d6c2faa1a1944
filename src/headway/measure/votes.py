"""Majority votes as labels: how clear they are, how often right, and whether they have locked in."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from headway.measure.majority import answer_counts
from headway.measure.slopes import slope_over_rounds
from headway.stats import Estimate


def vote_health(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `margin`, `label_right`, `none_wins` and `turnout`.

    `margin` is the share of votes of the first answer minus that of the second, in [0, 1], null without a vote;
    `label_right` whether the most frequent answer is right (ties count their members equally), null where `truth` is
    unknown, so that it is measured on the sample that has gold answers; `none_wins` is 1 where more attempts are
    unreadable than give any one answer, so that a vote that counted them would elect nothing; `turnout` is the share of
    readable attempts.
    """
    counts = answer_counts(judged).with_columns(pl.col("n").cast(pl.Float64))
    readable = pl.col("answer").is_not_null()
    votes = pl.col("n").filter(readable)
    winners = readable & (pl.col("n") == votes.max())
    first, second = (votes.sort(descending=True).get(place, null_on_oob=True) for place in (0, 1))
    return counts.group_by("task", maintain_order=True).agg(
        margin=(first - second.fill_null(0.0)) / votes.sum(),
        label_right=pl.when(votes.len() > 0)
        .then(pl.col("truth").filter(winners).mean())
        .when(pl.col("truth").is_not_null().any())
        .then(0.0),
        none_wins=(pl.col("n").filter(~readable).sum() > first.fill_null(0.0)).cast(pl.Float64),
        turnout=votes.sum() / pl.col("n").sum(),
    )


@dataclass(frozen=True)
class LockIn:
    """Slopes a round of the margin and of the labels' accuracy, and whether one surely rises while the other falls."""

    margin: Estimate | None
    label_right: Estimate | None
    found: bool | None
    """None where there is no gold sample to tell by: a rising margin alone is what learning looks like, too."""


def lock_in(rounds: Sequence[pl.DataFrame], *, seed: int = 0) -> LockIn:
    """Whether votes become clearer while their labels become wrong (arXiv:2505.21444); rounds are judged frames."""
    health = [vote_health(judged) for judged in rounds]
    margin = slope_over_rounds(health, "margin", seed=seed)
    label_right = slope_over_rounds(health, "label_right", seed=seed)
    if margin is None or label_right is None:
        return LockIn(margin, label_right, None)
    return LockIn(margin, label_right, margin.low > 0.0 and label_right.high < 0.0)
