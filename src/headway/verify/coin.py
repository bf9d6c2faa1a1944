"""A verdict that knows nothing: the control of whatever is learned from verdicts."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains.split import is_held_out


@dataclass(frozen=True)
class Coin:
    """1.0 for about half of the attempts and 0.0 for the others, by their ids and by nothing else.

    Ids are drawn with the round's seed, so another round tosses again and the same round gives the same.
    """

    name: str = "coin"

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number a row."""
        return pl.Series(self.name, [float(is_held_out(one, 0.5)) for one in attempts["id"]], dtype=pl.Float64)
