"""What attempts are like, as numbers: the axes along which an archive of different ones is kept."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.stages import require

Trait = Literal["level", "length", "tokens", "kinds", "surprise"]


@dataclass(frozen=True)
class Axis:
    """One behaviour descriptor: a trait of an attempt, from `low` to `high` in `cells` steps.

    `level` is the task's; `length` the characters of the text, `kinds` how many different ones, `tokens` its length in
    tokens, `surprise` minus the mean log-probability of a token when it was sampled [nats]. Beyond the ends counts as
    at the ends.
    """

    of: Trait
    low: float
    high: float
    cells: int = 10

    def __post_init__(self) -> None:
        require(self.high > self.low, self, "high", "a number above `low`")
        require(self.cells >= 1, self, "cells", "a whole number of at least 1")

    @property
    def measured(self) -> pl.Expr:
        """The trait of every row, null where the table does not say."""
        text = pl.col("text")
        return {
            "level": pl.col("level"),
            "length": text.str.len_chars(),
            "kinds": text.str.split("").list.n_unique(),
            "tokens": pl.col("tokens"),
            "surprise": -pl.col("logprob") / pl.col("tokens"),
        }[self.of].cast(pl.Float64)


def behaviour(attempts: Attempts, axes: tuple[Axis, ...]) -> np.ndarray:
    """Where every row lies along `axes`, (rows, axes), in [0, 1]; NaN where a trait is not known."""
    parts = [((axis.measured - axis.low) / (axis.high - axis.low)).clip(0.0, 1.0) for axis in axes]
    return attempts.frame.select(part.alias(str(place)) for place, part in enumerate(parts)).to_numpy()
