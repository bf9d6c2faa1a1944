"""Judges in order of trust: each is heard only where those before it have nothing to say."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.stages import Judge, require
from headway.verify.logic import opinions, read_by


@dataclass(frozen=True)
class FirstOf:
    """The verdict of the first of `judges` that has one: an outside check where it reaches, and another beyond.

    It reads what any of them reads: with the solver at the end of the list, the loop is circular again.
    """

    judges: tuple[Judge, ...]
    name: str = "first"

    def __post_init__(self) -> None:
        require(len(self.judges) >= 2, self, "judges", "two or more judges, the most trusted first")

    @property
    def reads(self) -> tuple[str, ...]:
        return read_by(self.judges)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null where none of them has anything to say."""
        said = opinions(self.judges, cast, attempts)
        return said.select(pl.coalesce(said.columns).alias(self.name)).to_series()
