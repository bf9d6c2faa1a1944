"""Attempts at the temperature that a pilot finds best: exploration that is measured and not guessed."""

from dataclasses import dataclass, replace

import polars as pl

from headway.attempts import WORLD, Attempts, Tasks
from headway.balance import balance_score
from headway.cast import Cast
from headway.sample.each import Each
from headway.seeds import derived_seed
from headway.stages import Judge, require


@dataclass(frozen=True)
class Tuned:
    """`sample` at that one of `temperatures` whose attempts at the first `tasks` tasks have the best balance score.

    `judge`, which has to read the world, says what is right; all attempts count as kept, and `wanted` different right
    answers a task are enough. The pilot is drawn anew in every round and is not learned from. With 0 `tasks` there is
    none, and `sample` is as it stands: a gate's lever can begin it. The trait `temperature` says what was chosen.
    """

    sample: Each
    judge: Judge
    temperatures: tuple[float, ...] = (0.6, 0.8, 1.0, 1.2)
    tasks: int = 40
    wanted: int = 4

    def __post_init__(self) -> None:
        require(self.judge.reads == (WORLD,), self, "judge", "a judge that reads the world alone, such as Tool")
        require(len(self.temperatures) >= 2, self, "temperatures", "two or more")
        require(self.tasks >= 0, self, "tasks", "0 for no pilot, or a whole number")
        require(self.wanted >= 1, self, "wanted", "a whole number of at least 1")

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """As `sample`, with the trait; of temperatures that are equally good the lowest."""
        chosen = self.best(cast, tasks, seed) if self.tasks else self.sample.temperature
        attempts = replace(self.sample, temperature=chosen)(cast, tasks, seed)
        chose = pl.lit(chosen).alias("temperature")
        traits = attempts.frame.schema["traits"]
        named = pl.col("traits").struct.with_fields(chose) if isinstance(traits, pl.Struct) else pl.struct(chose)
        return Attempts(attempts.frame.with_columns(named.alias("traits")))

    def best(self, cast: Cast, tasks: Tasks, seed: int) -> float:
        """The temperature whose pilot has the highest score."""
        pilot = Tasks(tasks.frame.head(self.tasks))
        scores = {one: self._score(cast, pilot, one, seed) for one in sorted(self.temperatures)}
        return max(scores, key=lambda one: scores[one])

    def _score(self, cast: Cast, pilot: Tasks, temperature: float, seed: int) -> float:
        tried = replace(self.sample, temperature=temperature)(cast, pilot, derived_seed(seed, "pilot"))
        rows = tried.frame.select("task", "answer", kept=pl.lit(True), right=self.judge(cast, tried) >= 0.5)
        return balance_score(rows, self.wanted)
