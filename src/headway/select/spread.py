"""Quality and difference: the best of every niche, and no niche twice."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class Spread:
    """One attempt for each distinct answer that the judge `of` puts at or above `floor`, at most `keep` a task.

    A niche is an answer in the domain's canonical form. Where a task has more niches than `keep`, the
    rarest answers go first: common ones have weight enough in the model already.
    """

    of: str
    floor: float = 0.5
    keep: int = 4

    def __post_init__(self) -> None:
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")
        require(self.keep >= 1, self, "keep", "a whole number of at least 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """An attempt without that verdict, or without a readable answer, is never kept."""
        good = (
            attempts.frame.select("id", "task", "answer", verdict=attempts.verdict(self.of))
            .with_row_index("row")
            .filter((pl.col("verdict") >= self.floor) & pl.col("answer").is_not_null())
            .with_columns(siblings=pl.len().over("task", "answer"))
            .sort("verdict", "row", descending=[True, False])
        )
        niches = good.unique(["task", "answer"], keep="first", maintain_order=True).sort("siblings", "row")
        kept = niches.filter(pl.int_range(pl.len()).over("task") < self.keep)
        return attempts.weighing(attempts["id"].is_in(kept["id"].implode()).cast(pl.Float64))
