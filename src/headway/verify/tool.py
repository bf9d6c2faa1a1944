"""The world's own check: no weights are read."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.stages import Domain
from headway.verify.distinct import Distinct


@dataclass(frozen=True)
class Tool:
    """The domain checks every answer; this is the only kind of judge that may look at `truth`."""

    domain: Domain
    name: str = "tool"

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """1.0 right, 0.0 wrong (an unreadable answer is wrong), null where the domain cannot tell.

        Equal answers to one task are checked once.
        """
        distinct = Distinct.of(attempts, "answer")
        columns = (distinct.rows[name].to_list() for name in ("prompt", "truth", "said"))
        return distinct.spread(self.name, [self.domain.check(*one) for one in zip(*columns, strict=True)])
