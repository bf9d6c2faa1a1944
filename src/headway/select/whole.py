"""Whole conversations: learned if every turn of it is right, and otherwise not at all."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, field_names
from headway.domains.chained import conversation
from headway.stages import State, require


@dataclass(frozen=True)
class Whole:
    """Weight 1 for every turn of a chain in which the judge `of` puts all turns at `floor` or above."""

    of: str
    floor: float = 0.5

    def __post_init__(self) -> None:
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """ValueError where attempts are no turns of chains; a turn without that verdict spoils its chain."""
        if "chain" not in field_names(attempts.frame, "traits"):
            raise ValueError("Whole selects conversations, but these attempts have no trait `chain`; sample with Chain")
        rows = attempts.frame.select(
            conversation=conversation(),
            good=(attempts.verdict(self.of) >= self.floor).fill_null(False),
        )
        return attempts.weighing(rows.select(pl.col("good").all().over("conversation").cast(pl.Float64)).to_series())
