"""Selection that looks at nothing: the control that separates drift from selection."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class Random:
    """Weight 1 for `keep` attempts at each task, drawn evenly with the round's seed."""

    keep: int = 4

    def __post_init__(self) -> None:
        require(self.keep >= 1, self, "keep", "a whole number of at least 1")

    @property
    def of(self) -> None:
        """No verdict is optimised."""
        return None

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Every attempt has the same chance, whatever anybody thinks of it."""
        draw = np.random.default_rng(state.seed_for("select")).random(len(attempts))
        rows = attempts.frame.select("task", draw=pl.Series(draw))
        rank = pl.col("draw").rank("ordinal").over("task")
        return attempts.weighing(rows.select((rank <= self.keep).cast(pl.Float64)).to_series())
