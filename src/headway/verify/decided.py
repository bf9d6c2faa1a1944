"""A judge that says yes or no, and nothing where it is not sure enough."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.stages import Judge, require


@dataclass(frozen=True)
class Decided:
    """Another judge's verdict as 1 from `yes` on, as 0 up to `no`, and nothing in between: its band of uncertainty.

    With `yes` and `no` the same there is no band, and the number itself is a yes.
    """

    judge: Judge
    no: float = 0.3
    yes: float = 0.7
    name: str = "decided"

    def __post_init__(self) -> None:
        require(0.0 <= self.no <= 1.0, self, "no", "between 0 and 1")
        require(self.no <= self.yes <= 1.0, self, "yes", "between `no` and 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return self.judge.reads

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """1.0, 0.0 or null a row."""
        said = pl.col("said")
        decided = pl.when(said >= self.yes).then(1.0).when(said <= self.no).then(0.0)
        return pl.DataFrame({"said": self.judge(cast, attempts)}).select(decided.alias(self.name)).to_series()
