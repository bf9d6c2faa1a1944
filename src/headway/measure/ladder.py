"""The exam of a loop that climbs: each length on its own, and how far up the answers hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.domains.levelled import Levelled
from headway.measure.groups import over_groups
from headway.seeds import derived_seed
from headway.stages import Report, Sample, require
from headway.stats import Estimate, mean_over_tasks


@dataclass(frozen=True)
class Ladder:
    """`tasks` held-out tasks at each of `levels`, attempted as `sample` says; `truth` names the verdict that counts.

    The report's estimates are accuracy, `accuracy/12` for level 12 and so on, valid (share of readable answers),
    and `stopped`, the share of attempts that ended by themselves. An answer that never stops is wrong.
    """

    domain: Levelled
    sample: Sample
    levels: tuple[int, ...]
    tasks: int = 200
    truth: str = "tool"
    seed: int = 0

    def __post_init__(self) -> None:
        require(len(self.levels) >= 1, self, "levels", "one or more levels")
        require(list(self.levels) == sorted(set(self.levels)), self, "levels", "different levels, the easiest first")
        require(self.tasks >= 2, self, "tasks", "a whole number of at least 2")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.truth,)

    def rests_on(self, metric: str) -> tuple[str, ...]:
        return (self.truth,)

    def questions(self) -> Tasks:
        """The same held-out tasks in every round."""
        return rungs(self.domain, self.levels, self.tasks, self.seed)

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where the truth is unknown for every attempt."""
        rows = attempts.frame.select(
            "task",
            "level",
            right=attempts.verdict(self.truth) * (pl.col("finish") == "stop").cast(pl.Float64),
            valid=pl.col("answer").is_not_null().cast(pl.Float64),
            stopped=(pl.col("finish") == "stop").cast(pl.Float64),
        ).filter(pl.col("right").is_not_null())
        if rows.is_empty():
            raise ValueError(f"the judge {self.truth!r} has no verdict on any of the {len(attempts)} exam attempts")
        by_task = rows.group_by("task", maintain_order=True).agg(
            pl.col("level").first(),
            n=pl.len(),
            right=pl.col("right").sum(),
            accuracy=pl.col("right").mean(),
            valid=pl.col("valid").mean(),
            stopped=pl.col("stopped").mean(),
        )
        return Report(_estimates(by_task), by_task)


def _estimates(by_task: pl.DataFrame) -> dict[str, Estimate]:
    found = {name: mean_over_tasks(by_task[name].to_numpy()) for name in ("accuracy", "valid", "stopped")}
    found |= {f"accuracy/{level}": mean for level, mean in over_groups(by_task, "accuracy", "level").items()}
    return {name: estimate for name, estimate in found.items() if estimate is not None}


@lru_cache(maxsize=4)
def rungs(domain: Levelled, levels: tuple[int, ...], tasks: int, seed: int) -> Tasks:
    """The held-out tasks of an exam: the same in every round, and slow to draw."""
    drawn = [domain.at(level, tasks, derived_seed(seed, level), held_out=True).frame for level in levels]
    return Tasks(pl.concat(drawn, how="diagonal_relaxed"))


def by_level(report: Report) -> dict[int, Estimate]:
    """The accuracy of each level in a report, the easiest first."""
    return {
        int(name.removeprefix("accuracy/")): estimate
        for name, estimate in report.estimates.items()
        if name.startswith("accuracy/")
    }


def frontier(accuracy: Mapping[int, float], at_least: float = 0.95) -> int:
    """The largest level up to which every examined one is at least that accurate; 0 where the easiest is not."""
    reached = 0
    for level, share in sorted(accuracy.items()):
        if share < at_least:
            break
        reached = level
    return reached
