"""The exam of a judge that also writes: does it favour its own answers beyond what they deserve?"""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.measure.exam import held_out_tasks
from headway.measure.utility import favour, favour_apart
from headway.stages import Domain, Report, Sample, require
from headway.stats import mean_over_tasks


@dataclass(frozen=True)
class Partiality:
    """`tasks` held-out tasks, tried by `author` and by others (`sample=Roles(...)`), judged by `judges` and the truth.

    The report has the author's `accuracy`, and of the first judge, which is the author's own, `deserved`, `undeserved`
    and `bias` (see `Favour`); with a second judge its bias towards the same author, `third bias`, and `bias apart`, the
    first's less the second's. The unit is the task.
    """

    domain: Domain
    sample: Sample
    judges: tuple[str, ...]
    tasks: int = 200
    truth: str = "tool"
    author: str = "solver"
    seed: int = 0

    def __post_init__(self) -> None:
        require(1 <= len(self.judges) <= 2, self, "judges", "the name of a judge, or of two")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.truth, *self.judges)

    def rests_on(self, metric: str) -> tuple[str, ...]:
        """All that it reads: every metric compares choices with them."""
        del metric
        return self.reads

    def questions(self) -> Tasks:
        """The same held-out tasks in every round."""
        return held_out_tasks(self.domain, self.tasks, self.seed)

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where the author wrote nothing."""
        verdicts = [attempts.verdict(judge).alias(judge) for judge in self.judges]
        rows = attempts.frame.select("task", "level", "author", attempts.verdict(self.truth).alias("right"), *verdicts)
        mine = rows.filter(pl.col("author") == self.author)
        if mine.is_empty():
            raise ValueError(f"no exam attempt is by {self.author!r}; sample that role, or name another author")
        by_task = mine.group_by("task", maintain_order=True).agg(
            pl.col("level").first(), n=pl.len(), right=pl.col("right").sum(), accuracy=pl.col("right").mean()
        )
        found = {"accuracy": mean_over_tasks(by_task["accuracy"].drop_nulls().to_numpy())}
        found |= vars(favour(rows, self.author, self.judges[0]))
        if len(self.judges) > 1:
            found["third bias"] = favour(rows, self.author, self.judges[1]).bias
            found["bias apart"] = favour_apart(rows, self.author, self.judges)
        return Report({name: one for name, one in found.items() if one is not None}, by_task)
