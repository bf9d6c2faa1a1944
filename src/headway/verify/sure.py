"""How sure the author was while it wrote: nothing is asked, the log-probability is in the table already."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast


@dataclass(frozen=True)
class Sure:
    """The probability that `role` gave to the whole text that it wrote, stop token included.

    For a greedy attempt this is the model's own estimate that no token is wrong, so its mean over a level is what
    a loop can see of the level's accuracy without any truth. Null for attempts by others, or without a
    log-probability. A model is surest of errors it has already learned from: it sees no systematic ones.
    """

    role: str = "solver"
    name: str = "sure"

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row."""
        sure = pl.col("logprob").exp().clip(0.0, 1.0)
        return attempts.frame.select(pl.when(pl.col("author") == self.role).then(sure).alias(self.name))[self.name]
