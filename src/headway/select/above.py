"""Rejection sampling: every attempt that one verdict puts at or above a floor."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class Above:
    """Weight 1 where the judge `of` says at least `floor`, for the first `keep` such attempts at a task."""

    of: str
    floor: float = 0.5
    keep: int = 4

    def __post_init__(self) -> None:
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")
        require(self.keep >= 1, self, "keep", "a whole number of at least 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """An attempt without that verdict is never kept."""
        rows = attempts.frame.select("task", good=(attempts.verdict(self.of) >= self.floor).fill_null(False))
        within = pl.col("good").cast(pl.Int64).cum_sum().over("task") <= self.keep
        return attempts.weighing(rows.select((pl.col("good") & within).cast(pl.Float64)).to_series())
