"""Pairs that prefer the rare good answer to the common bad one."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class DivPO:
    """Weight 1 for the rarest attempt at each task that `of` puts at or above `floor`, -1 for the commonest below it.

    Rare and common are by how many attempts give the answer, then by log-probability (arXiv:2501.18101). `pairs` is how
    many of each a task gives, no answer twice. A task with nothing on one side teaches nothing. For `Prefer`.
    """

    of: str
    floor: float = 0.5
    pairs: int = 1

    def __post_init__(self) -> None:
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")
        require(self.pairs >= 1, self, "pairs", "a whole number of at least 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """An attempt without that verdict is on neither side; one that cannot be read is an answer of its own kind."""
        rows = (
            attempts.frame.select("id", "task", "answer", "logprob", verdict=attempts.verdict(self.of))
            .with_row_index("row")
            .filter(pl.col("verdict").is_not_null())
            .with_columns(siblings=pl.len().over("task", "answer"), good=pl.col("verdict") >= self.floor)
        )
        rare = rows.filter("good").sort("siblings", "logprob", "row", nulls_last=True)
        common = rows.filter(~pl.col("good")).sort("siblings", "logprob", "row", descending=[True, True, False])
        sides = pl.concat([self._first(rare, 1.0), self._first(common, -1.0)])
        both = sides.filter(pl.col("weight").n_unique().over("task") == 2)
        joined = attempts.frame.select("id").join(both, on="id", how="left", maintain_order="left")
        return attempts.weighing(joined["weight"].fill_null(0.0))

    def _first(self, ordered: pl.DataFrame, weight: float) -> pl.DataFrame:
        """The first attempt of each of the first `pairs` answers at every task."""
        answers = ordered.unique(["task", "answer"], keep="first", maintain_order=True)
        chosen = answers.filter(pl.int_range(pl.len()).over("task") < self.pairs)
        return chosen.select("id", "task", weight=pl.lit(weight))
