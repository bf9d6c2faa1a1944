"""Only levels that pass are learned: from the easiest on, up to the first that does not."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import Select, State, require


@dataclass(frozen=True)
class Unbroken:
    """Another selection, at the levels below the first one that does not pass; the `least` easiest are kept anyway.

    A level passes when its tasks reach the share `passed`: of the verdict `by`, or with None of tasks of which
    the inner selection keeps something.
    """

    inner: Select
    passed: float = 0.9
    by: str | None = None
    least: int = 0

    def __post_init__(self) -> None:
        require(0.0 < self.passed <= 1.0, self, "passed", "more than 0 and at most 1")
        require(self.least >= 0, self, "least", "0 or a whole number")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Attempts at the levels that are not reached weigh 0."""
        selected = self.inner(attempts, state)
        asked = selected.filter(selected["id"].is_in(attempts["id"].implode()))
        levels = asked.passing(self.by)
        below = (levels["share"] >= self.passed).cast(int).cum_prod().sum()
        learned = levels["level"][: max(below, self.least)]
        lost = pl.col("id").is_in(asked["id"].implode()) & ~pl.col("level").is_in(learned.implode())
        weight = pl.when(lost).then(0.0).otherwise(pl.col("weight"))
        return selected.weighing(selected.frame.select(weight).to_series())
