"""How clear a vote was: recorded beside it, because a vote that becomes clearer may be locking in."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.verify.vote import Vote


@dataclass(frozen=True)
class Margin:
    """The votes of a task's first answer minus those of its second, as a share of all that could be read.

    The same for every attempt at a task: it says how far to trust the vote there, not which attempt is right.
    """

    vote: Vote
    name: str = "margin"

    @property
    def reads(self) -> tuple[str, ...]:
        return self.vote.reads

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null at tasks without a vote that could be read."""
        counts = self.vote.counted(cast, attempts)
        margin = pl.when(pl.col("readable") > 0).then((pl.col("first") - pl.col("second")) / pl.col("readable"))
        by_task = counts.select("task", margin.alias(self.name))
        return attempts.frame.select("task").join(by_task, on="task", how="left", maintain_order="left")[self.name]
