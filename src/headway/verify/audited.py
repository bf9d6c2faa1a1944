"""A judge that is asked about some tasks only, because its word is dear."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.seeds import derived_seed
from headway.stages import Judge, require

PARTS = 1 << 63


@dataclass(frozen=True)
class Audited:
    """Another judge, asked about the part `share` of all tasks and silent on the rest.

    Which tasks, their names alone decide, so the loop has no say in it: whole tasks, so that attempts can be compared
    within one. Another `draw` takes other tasks.
    """

    judge: Judge
    share: float = 0.1
    draw: int = 0
    name: str = "audited"

    def __post_init__(self) -> None:
        require(0.0 < self.share <= 1.0, self, "share", "more than 0 and at most 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return self.judge.reads

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null at tasks that are not audited."""
        tasks = attempts["task"].unique().to_list()
        chosen = [task for task in tasks if derived_seed("audited", self.draw, task) < self.share * PARTS]
        asked = attempts["task"].is_in(chosen)
        verdicts = pl.Series(self.name, [None] * len(attempts), dtype=pl.Float64)
        if not asked.any():
            return verdicts
        said = self.judge(cast, attempts.filter(asked))
        return verdicts.scatter(asked.arg_true(), said)
