"""Corrections: at a few tasks somebody says what would have been right. Simulated, with the world's own answers."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.seeds import derived_seed
from headway.stages import Select, State, require

PARTS = 1 << 63


@dataclass(frozen=True)
class Corrected:
    """Another selection, in which the world's right answer stands for what was kept at the part `share` of all tasks.

    A correction weighs as much as what it replaces, so that no more is learned than without it. Which tasks, their
    names alone decide. This simulates users who correct what they happen to see: real ones choose what they correct.
    A task without a right answer is not corrected.
    """

    inner: Select
    share: float = 0.02

    def __post_init__(self) -> None:
        require(0.0 < self.share <= 1.0, self, "share", "more than 0 and at most 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection with 0 at the corrected tasks, then the corrections."""
        selected = self.inner(attempts, state)
        frame = selected.frame.with_columns(pl.col("weight").fill_null(0.0))
        answers = frame.filter((pl.col("weight") != 0.0) & pl.col("truth").is_not_null())
        seen = [task for task in answers["task"].unique().to_list() if self._corrects(task)]
        if not seen:
            return selected
        at_them = pl.col("task").is_in(seen)
        blank = [pl.lit(None).alias(name) for name in ("logprob", "tokens", "confidence", "finish", "verdicts")]
        corrections = (
            answers.filter(at_them)
            .with_columns(pl.col("weight").sum().over("task"))
            .unique("task", maintain_order=True)
            .with_columns(
                *blank,
                pl.format("corrected-{}-{}", pl.lit(state.round), "task").alias("id"),
                pl.lit(WORLD).alias("author"),
                pl.col("truth").alias("text"),
                pl.col("truth").alias("answer"),
            )
        )
        rest = Attempts(frame.with_columns(pl.when(at_them).then(0.0).otherwise(pl.col("weight")).alias("weight")))
        return Attempts.join([rest, Attempts(corrections)])

    def _corrects(self, task: str) -> bool:
        return derived_seed("corrected", task) < self.share * PARTS
