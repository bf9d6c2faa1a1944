"""The world's own check: no weights are read."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.stages import Cast, Domain


@dataclass(frozen=True)
class Tool:
    """The domain checks every answer; this is the only kind of judge that may look at `truth`."""

    domain: Domain
    name: str = "tool"

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """1.0 right, 0.0 wrong (an unreadable answer is wrong), null where the domain cannot tell."""
        known: dict[tuple[str, str | None], float | None] = {}
        verdicts = []
        columns = (attempts[name].to_list() for name in ("task", "prompt", "truth", "answer"))
        for task, prompt, truth, answer in zip(*columns, strict=True):
            key = (task, answer)
            if key not in known:
                known[key] = self.domain.check(prompt, truth, answer)
            verdicts.append(known[key])
        return pl.Series(self.name, verdicts, dtype=pl.Float64)
