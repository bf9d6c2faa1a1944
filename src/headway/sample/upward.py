"""Level by level, as far up as an answer is worth writing."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.stages import Sample, require


@dataclass(frozen=True)
class Upward:
    """Another way to sample, the easiest level first, until one at which the author is lost; the rest is not asked.

    It is lost where the mean probability of its whole texts is under `below`: by what it says itself, not by truth.
    An exam of a loop that climbs then costs what it reaches, and not what it might once reach.
    """

    inner: Sample
    below: float = 0.02

    def __post_init__(self) -> None:
        require(0.0 <= self.below < 1.0, self, "below", "at least 0 and less than 1")

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Attempts at all levels up to that one, which is in them too."""
        asked = []
        for level in tasks["level"].unique().sort():
            asked.append(self.inner(cast, tasks.filter(pl.col("level") == level), seed))
            if np.exp(asked[-1]["logprob"].to_numpy()).mean() < self.below:
                break
        return Attempts.join(asked)
