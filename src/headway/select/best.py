"""Quality alone: the best few of every task by one verdict."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class Best:
    """Weight 1 for the `keep` attempts at each task that the judge `of` thinks best; equals in the order sampled."""

    of: str
    keep: int = 4

    def __post_init__(self) -> None:
        require(self.keep >= 1, self, "keep", "a whole number of at least 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """An attempt without that verdict is never kept."""
        rows = attempts.frame.select("task", verdict=attempts.verdict(self.of))
        rank = pl.col("verdict").rank("ordinal", descending=True).over("task")
        return attempts.weighing(rows.select((rank <= self.keep).fill_null(False).cast(pl.Float64)).to_series())
