"""Equal attempts at one task are judged once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import Attempts


@dataclass(frozen=True)
class Distinct:
    """The different things said at each task, in order of appearance, and where each was said."""

    rows: pl.DataFrame
    """`task`, `said` and the `prompt` and `truth` of the task; `places` is the list of the attempts that said it."""
    attempts: int

    @classmethod
    def of(cls, attempts: Attempts, said: Literal["answer", "text"]) -> "Distinct":
        """`said` names the column that is compared; null, an unreadable answer, is one of the things said."""
        rows = (
            attempts.frame.select("task", "prompt", "truth", said=said, places=pl.int_range(pl.len()))
            .group_by("task", "said", maintain_order=True)
            .agg(pl.col("prompt", "truth").first(), pl.col("places"))
        )
        return cls(rows, len(attempts))

    @property
    def readable(self) -> "Distinct":
        """Without what is null."""
        return Distinct(self.rows.filter(pl.col("said").is_not_null()), self.attempts)

    def spread(self, name: str, verdicts: Sequence[float | None] | np.ndarray) -> pl.Series:
        """One verdict for each row of `rows` as one for each attempt, null for attempts that are in no row."""
        found = self.rows.select("places", verdict=pl.Series(verdicts, dtype=pl.Float64)).explode("places")
        return (
            pl.repeat(None, self.attempts, dtype=pl.Float64, eager=True)
            .scatter(found["places"], found["verdict"])
            .alias(name)
        )
