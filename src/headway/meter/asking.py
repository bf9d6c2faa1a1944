"""Asking a model: tasks, attempts, opinions and truth, in parts, the first of which say what the rest will cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.loop import judge
from headway.sample import Each
from headway.seeds import derived_seed
from headway.stages import Domain, Judge, require
from headway.verify import Tool

PARTS = 10
"""A domain's tasks are asked in this many parts after the first few, and progress is shown after each."""
LEAST = 4
"""Tasks in a part, at least."""
PILOTS = 2
"""Parts that are asked before the cost is said: the first few pay for all that only first calls cost."""


@dataclass(frozen=True)
class Part:
    """Some of a domain's tasks, attempted and judged."""

    attempts: Attempts
    tasks: int
    seconds: float

    @property
    def tokens(self) -> int:
        """Tokens written; those that a server does not count are left out."""
        return int(self.attempts["tokens"].sum() or 0)


@dataclass(frozen=True)
class Cost:
    """What a measurement takes."""

    attempts: int
    tokens: int
    seconds: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.attempts + other.attempts, self.tokens + other.tokens, self.seconds + other.seconds)


@dataclass(frozen=True)
class Asking:
    """`tasks` tasks of a domain, tried as `sample` says, and judged by `judges` beside the world.

    `name` is what the `domain` column says: two variants of one domain need two names.
    """

    domain: Domain
    sample: Each
    judges: tuple[Judge, ...]
    tasks: int = 100
    seed: int = 0
    name: str | None = None

    def __post_init__(self) -> None:
        require(self.tasks >= 2, self, "tasks", "a whole number of at least 2")
        require(self.sample.attempts >= 2, self.sample, "attempts", "at least 2, or there is nothing to choose among")
        require(self.sample.temperature > 0.0, self.sample, "temperature", "more than 0: greedy attempts are all alike")

    def parts(self, cast: Cast) -> Iterator[Part]:
        """Every part as it is done. An attempt does not depend on how the tasks are parted."""
        asked = self.questions()
        for rows in parted(len(asked), self.seed):
            yield self._part(cast, Tasks(asked.frame[rows]))

    def _part(self, cast: Cast, tasks: Tasks) -> Part:
        begun = monotonic()
        tried = self.sample(cast, tasks, derived_seed(self.seed, repr(self.domain)))  # ids differ between variants
        judged = judge((Tool(self.domain), *self.judges), cast, tried)
        return Part(judged, len(tasks), monotonic() - begun)

    def questions(self) -> Tasks:
        """Held-out tasks first: what a loop would learn on others. A file that has too few gives the rest as well."""
        asked = self.domain.tasks(self.tasks, self.seed, held_out=True)
        if len(asked) < self.tasks:
            rest = self.domain.tasks(self.tasks - len(asked), self.seed)
            asked = Tasks(pl.concat([asked.frame, rest.frame], how="diagonal_relaxed"))
        named = asked.frame if self.name is None else asked.frame.with_columns(domain=pl.lit(self.name))
        return Tasks(named)

    def cost(self, pilots: Sequence[Part], tasks: int) -> Cost:
        """What all `tasks` take, if those that are not asked yet are as the last of the `pilots`."""
        last, done = pilots[-1], sum(part.tasks for part in pilots)
        times = (tasks - done) / last.tasks
        rest = Cost((tasks - done) * self.sample.attempts, round(last.tokens * times), last.seconds * times)
        return spent(pilots) + rest


def parted(tasks: int, seed: int) -> list[np.ndarray]:
    """Indices of the tasks in random order, so that pilots are like the rest: a twentieth ahead, then equal parts."""
    parts = max(1, min(PARTS, tasks // LEAST))
    order = np.random.default_rng(seed).permutation(tasks)
    ahead = max(1, tasks // (2 * PARTS))
    return [order[:ahead], *np.array_split(order[ahead:], parts)]


def spent(parts: Sequence[Part]) -> Cost:
    """What was really spent."""
    costs = [Cost(len(part.attempts), part.tokens, part.seconds) for part in parts]
    return sum(costs, Cost(0, 0, 0.0))
