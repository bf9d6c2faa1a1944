"""What people wrote instead is learned beside what was selected."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.people import corrections, read_log
from headway.stages import Domain, Select, State, require


@dataclass(frozen=True)
class Amended:
    """Another selection, and beside it every correction by people to tasks of the training half, `weight` each.

    The same corrections are learned in every round. The log grows; `lines` takes only its first so many, so that a run
    resumed later is the same run. A round in which nothing else is selected learns from the corrections alone.
    """

    inner: Select
    domain: Domain
    log: str
    lines: int | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.lines is None or self.lines >= 0, self, "lines", "None, or a whole number")
        require(self.weight > 0.0, self, "weight", "more than 0")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection first, then the corrections that it did not replay already."""
        selected = self.inner(attempts, state)
        written = corrections(read_log(self.log, self.lines), self.domain.read)
        if written is None:
            return selected
        new = written.filter(~pl.col("id").is_in(selected["id"].implode()))
        return Attempts.join([selected, new.weighing(np.full(len(new), self.weight))])
