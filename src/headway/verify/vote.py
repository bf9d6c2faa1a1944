"""The siblings' majority: self-consistency, used as a label (TTRL, arXiv:2504.16084)."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import Cast, require


@dataclass(frozen=True)
class Vote:
    """1.0 where an answer has strictly more votes than any other answer at its task, else 0.0.

    An unreadable attempt (answer null) has no vote and never wins; at a tie, and where nobody could
    be read, nobody has an opinion. With `share` the winner also needs the votes of that share of the
    attempts, unreadable ones included; otherwise nobody wins. `reads` the role whose attempts vote.
    """

    name: str = "vote"
    role: str = "solver"
    share: float = 0.0

    def __post_init__(self) -> None:
        require(0.0 <= self.share <= 1.0, self, "share", "between 0 and 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in {0, 1} a row, null at ties."""
        votes = (
            attempts.frame.filter(pl.col("answer").is_not_null())
            .group_by("task", "answer")
            .len("votes")
            .with_columns(most=pl.col("votes").max().over("task"))
            .with_columns(tied=(pl.col("votes") == pl.col("most")).sum().over("task"))
        )
        winners = votes.filter((pl.col("votes") == pl.col("most")) & (pl.col("tied") == 1))
        joined = attempts.frame.select("task", "answer", siblings=pl.len().over("task")).join(
            winners.select("task", "votes", won="answer"), on="task", how="left", maintain_order="left"
        )
        enough = pl.col("votes") >= self.share * pl.col("siblings") - 1e-9
        won = ((pl.col("answer") == pl.col("won")) & enough).fill_null(False).cast(pl.Float64)
        return joined.select(pl.when(pl.col("won").is_not_null()).then(won).alias(self.name))[self.name]
