"""Judges joined by and and or, where each of them may have nothing to say.

The logic is Kleene's strong one, carried over to [0, 1]: and is the least, or the greatest, and a member without a
verdict may stand for any number. So `AllOf` is known without it only where another member says 0, and `AnyOf` only
where another says 1; otherwise the whole has nothing to say either.

| | 1 | nothing | 0 |
|---|---|---|---|
| all of it and 1 | 1 | nothing | 0 |
| all of it and nothing | nothing | nothing | 0 |
| all of it and 0 | 0 | 0 | 0 |
| any of it and 1 | 1 | 1 | 1 |
| any of it and nothing | 1 | nothing | nothing |
| any of it and 0 | 1 | nothing | 0 |

A graded opinion is hardly ever exactly 0 or 1: put it into `Decided`, which says from where on it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.stages import Judge, require


@dataclass(frozen=True)
class AllOf:
    """Right as far as every one of `judges` says so: the least of their verdicts (and-ensemble, arXiv:2412.02674)."""

    judges: tuple[Judge, ...]
    name: str = "all"

    def __post_init__(self) -> None:
        require(len(self.judges) >= 1, self, "judges", "one or more judges")

    @property
    def reads(self) -> tuple[str, ...]:
        return read_by(self.judges)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null where a member has nothing to say and no other says 0."""
        said = opinions(self.judges, cast, attempts)
        least = pl.min_horizontal(said.columns)
        return said.select(_settled(said, least, 0.0).alias(self.name)).to_series()


@dataclass(frozen=True)
class AnyOf:
    """Right as far as one of `judges` says so: the greatest of their verdicts."""

    judges: tuple[Judge, ...]
    name: str = "any"

    def __post_init__(self) -> None:
        require(len(self.judges) >= 1, self, "judges", "one or more judges")

    @property
    def reads(self) -> tuple[str, ...]:
        return read_by(self.judges)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null where a member has nothing to say and no other says 1."""
        said = opinions(self.judges, cast, attempts)
        greatest = pl.max_horizontal(said.columns)
        return said.select(_settled(said, greatest, 1.0).alias(self.name)).to_series()


def read_by(judges: Sequence[Judge]) -> tuple[str, ...]:
    """Everything that one of the judges reads, each once."""
    return tuple(dict.fromkeys(role for judge in judges for role in judge.reads))


def opinions(judges: Sequence[Judge], cast: Cast, attempts: Attempts) -> pl.DataFrame:
    """A column a judge, a row an attempt."""
    return pl.DataFrame([judge(cast, attempts).alias(str(place)) for place, judge in enumerate(judges)])


def _settled(said: pl.DataFrame, value: pl.Expr, decisive: float) -> pl.Expr:
    """`value` where every member has spoken or the value can no longer change; null elsewhere."""
    return pl.when(pl.all_horizontal(pl.col(said.columns).is_not_null()) | (value == decisive)).then(value)
