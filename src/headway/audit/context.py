"""Conversations of several turns: how accurate a turn is by the share of errors that it was shown."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.measure.slopes import slope_through_origin
from headway.stats import Estimate, statistic_of_totals, statistic_over_tasks, totals_by_task

SHARES = ((0.0, "none"), (0.25, "up to a quarter"), (0.5, "up to a half"), (1.0, "more"))
"""Upper ends of the shares of errors that are told apart, and their names."""
CAVEAT = (
    "where nobody put the errors there, conversations with errors are also those whose writer was worse: what errors "
    "do by themselves is for `headway horizon`"
)


@dataclass(frozen=True)
class InContext:
    """Accuracy of turns after earlier ones, by how many of these were wrong; intervals over conversations.

    `by_share` has a name of `SHARES` each. `slope` is the change in accuracy from a context without errors to one of
    nothing else, compared at the same turn of the same step; None where errors never vary.
    """

    turns: int
    conversations: int
    by_share: tuple[tuple[str, Estimate], ...]
    slope: Estimate | None


def in_context(frame: pl.DataFrame) -> InContext | None:
    """Of rollouts with a conversation, a turn and a truth; None where there are no two turns of one.

    A log that says how many earlier turns were shown (`context`) and were wrong (`errors`) is taken at its word; else
    they are counted from the earlier turns of the same conversation that the log has.
    """
    rows = (
        frame.select("step", "conversation", "turn", "author", "context", "errors", "gold")
        .drop_nulls(["conversation", "turn", "gold"])
        .sort("step", "conversation", "turn", maintain_order=True)
    )
    one = ("step", "conversation", "author")
    wrong = (pl.col("gold") < 0.5).cast(pl.Int64)
    told = rows.with_columns(
        before=pl.col("context").fill_null(pl.int_range(pl.len()).over(one)),
        wrong=pl.col("errors").fill_null(wrong.cum_sum().over(one) - wrong),
    ).filter(pl.col("before") > 0)
    if told.is_empty():
        return None
    shared = told.with_columns(share=(pl.col("wrong") / pl.col("before")).clip(0.0, 1.0))
    found = []
    for low, (high, name) in zip((-1.0, *(high for high, _ in SHARES)), SHARES, strict=False):
        part = shared.filter((pl.col("share") > low) & (pl.col("share") <= high))
        # Not the mean of conversations' means: those that err early have few clean turns, and would count as much.
        totals = totals_by_task(part["conversation"].to_numpy(), part["gold"].to_numpy(), np.ones(part.height))
        estimate = statistic_of_totals(lambda both: both[..., 0] / both[..., 1], totals) if part.height else None
        found += [] if estimate is None else [(name, estimate)]
    centred = shared.select(
        "conversation", *((pl.col(name) - pl.col(name).mean().over("step", "turn")) for name in ("share", "gold"))
    )
    slope = statistic_over_tasks(slope_through_origin, *(centred[name].to_numpy() for name in centred.columns))
    return InContext(told.height, told["conversation"].n_unique(), tuple(found), slope)


def in_words(found: InContext) -> str:
    """What the slope says, in a sentence, with its caveat."""
    if found.slope is None:
        return f"Every context had the same share of errors, in {found.turns:,} turns."
    one = found.slope
    return (
        f"At the same turn, from no errors in the context to nothing else: {one.value:+.2f} [{one.low:+.2f}, "
        f"{one.high:+.2f}] over {found.conversations:,} conversations; {CAVEAT}."
    )
