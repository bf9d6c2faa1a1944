"""What every reward is: a stage that gives each attempt a number."""

from typing import Protocol

import polars as pl

from headway.attempts import Attempts
from headway.stages import State


class Reward(Protocol):
    """One number a row, null where there is nothing to pay for; rewards add up."""

    @property
    def of(self) -> str | None:
        """The verdict that it pays for; None where it looks at none."""
        ...

    def __call__(self, attempts: Attempts, state: State) -> pl.Series: ...
