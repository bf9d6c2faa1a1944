"""What the world would say: the upper bound of self-training."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts, Tasks
from headway.cast import Cast
from headway.stages import Domain


@dataclass(frozen=True)
class Told:
    """Each task answered with its truth, by `world`: what a loop would learn if every label it made were right.

    This is no self-improvement; it shows how far perfect labels would go.
    """

    domain: Domain

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """A row a task; ValueError where a task has no truth to tell."""
        if tasks["truth"].null_count():
            raise ValueError(f"{self.domain!r} has tasks without a truth, so the world has nothing to tell")
        return Attempts(
            tasks.frame.with_columns(
                pl.format("told-{}", "task").alias("id"),
                pl.lit(WORLD).alias("author"),
                pl.col("truth").alias("text"),
                pl.Series("answer", [self.domain.read(truth) for truth in tasks["truth"]], dtype=pl.String),
            )
        )
