"""Paid for being right, for being readable, and for being brief."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import State, require


@dataclass(frozen=True)
class Correct:
    """`weight` times the verdict of the judge `of`; null where it has none."""

    of: str = "tool"
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [0, `weight`] a row."""
        return self.weight * attempts.verdict(self.of)


@dataclass(frozen=True)
class Readable:
    """`weight` for an attempt with an answer that can be read, and with `confidence` also a confidence."""

    weight: float = 0.1
    confidence: bool = False

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")

    @property
    def of(self) -> None:
        """No verdict is read."""
        return None

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """0 or `weight` a row."""
        good = attempts["answer"].is_not_null()
        if self.confidence:
            good &= attempts["confidence"].is_not_null()
        return self.weight * good.cast(pl.Float64)


@dataclass(frozen=True)
class Brevity:
    """Nothing up to `free` tokens, then down in a straight line to -`weight` at `most` (DAPO, arXiv:2503.14476)."""

    free: int
    most: int
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.free >= 0, self, "free", "0 or a whole number")
        require(self.most > self.free, self, "most", "a whole number above `free`")
        require(self.weight > 0.0, self, "weight", "more than 0")

    @property
    def of(self) -> None:
        """No verdict is read."""
        return None

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [-`weight`, 0] a row; null where the length is not known."""
        over = (attempts["tokens"].cast(pl.Float64) - self.free) / (self.most - self.free)
        return -self.weight * over.clip(0.0, 1.0)
