"""A part of what another selection keeps: for arms of a study that may learn from as many rows only."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.stages import Select, State, require


@dataclass(frozen=True)
class Part:
    """Another selection, of which the part `share` of the kept rows stays, drawn evenly; the others weigh 0."""

    inner: Select
    share: float

    def __post_init__(self) -> None:
        require(0.0 < self.share <= 1.0, self, "share", "more than 0 and at most 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Nothing that the inner selection left out comes back."""
        selected = self.inner(attempts, state)
        learned = np.flatnonzero(selected.frame.select(pl.col("weight").fill_null(0.0) != 0.0).to_series().to_numpy())
        random = np.random.default_rng(state.seed_for("part"))
        dropped = random.permutation(learned)[round(self.share * len(learned)) :]
        weights = selected["weight"].to_numpy().copy()
        weights[dropped] = 0.0
        return selected.weighing(weights)
