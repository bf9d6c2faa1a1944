"""The exam: held-out tasks, the same in every round, and everything that is measured on them."""

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.measure.calibration import OVERCLAIM, separation
from headway.measure.diversity import DISTINCT_ANSWERS
from headway.measure.drift import FORM
from headway.measure.groups import over_groups
from headway.measure.majority import majority
from headway.measure.quality import RIGHT_COUNTS, add_pass_at_k
from headway.stages import Domain, Report, Sample, require
from headway.stats import Estimate, mean_over_tasks

NOT_MEASURED = ("task", "level", "n", "right")
BY_OPINION = ("self_score", "overclaim", "verdict_auc")
BY_TEXT = ("distinct", "valid", "tokens")


@dataclass(frozen=True)
class Exam:
    """`tasks` held-out tasks of a domain, attempted as `sample` says.

    The verdict named `truth` says what is right; `opinion` is the verdict that is compared with it,
    None for no such comparison. The report's estimates are means over tasks: accuracy (also for
    every level, `accuracy/3`), pass@k for every k of `ks`, maj@n, distinct_right, distinct, valid (share
    of readable attempts), tokens, self_score, overclaim and verdict_auc.
    """

    domain: Domain
    sample: Sample
    tasks: int = 200
    ks: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    truth: str = "tool"
    opinion: str | None = "self"
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.tasks >= 2, self, "tasks", "a whole number of at least 2")
        require(all(k >= 1 for k in self.ks), self, "ks", "whole numbers of at least 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.truth,) if self.opinion is None else (self.truth, self.opinion)

    def rests_on(self, metric: str) -> tuple[str, ...]:
        """The truth, the opinion as well where the metric is one of opinions, and nothing where it counts texts."""
        return () if metric in BY_TEXT else self.reads if metric in BY_OPINION else (self.truth,)

    def questions(self) -> Tasks:
        """The held-out tasks; they depend on this exam's seed only."""
        return held_out_tasks(self.domain, self.tasks, self.seed)

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where the truth is unknown for every attempt: then nothing can be measured."""
        judged = self._judged(attempts)
        if judged.is_empty():
            raise ValueError(
                f"the judge {self.truth!r} has no verdict on any of the {len(attempts)} exam attempts; "
                f"give answers or a checker, or name another judge in measure.truth"
            )
        tasks = judged.group_by("task", maintain_order=True).agg(
            **RIGHT_COUNTS, **DISTINCT_ANSWERS, **FORM, **OVERCLAIM
        )
        most = int(tasks["n"].max())  # type: ignore[arg-type]
        by_task = add_pass_at_k(tasks.select("task", *RIGHT_COUNTS), self.ks).hstack(
            [
                majority(judged)["majority"].alias(f"maj@{most}"),  # of the same tasks, in the same order
                *tasks.select(*DISTINCT_ANSWERS, *FORM, *(OVERCLAIM if self.opinion is not None else ())),
            ]
        )
        if self.opinion is not None:
            by_task = by_task.join(separation(judged), on="task", how="left", maintain_order="left")
        return Report(estimates(by_task), by_task)

    def _judged(self, attempts: Attempts) -> pl.DataFrame:
        """The attempts whose truth is known, in the columns that the measures read."""
        opinion = pl.lit(None, dtype=pl.Float64) if self.opinion is None else attempts.verdict(self.opinion)
        return attempts.frame.select(
            "task",
            "level",
            "answer",
            pl.col("tokens").cast(pl.Float64),
            truth=attempts.verdict(self.truth),
            opinion=opinion,
        ).filter(pl.col("truth").is_not_null())


@lru_cache(maxsize=4)
def held_out_tasks(domain: Domain, tasks: int, seed: int) -> Tasks:
    """The domain's held-out tasks: the same in every round, and slow to draw."""
    return domain.tasks(tasks, seed, held_out=True)


def estimates(by_task: pl.DataFrame) -> dict[str, Estimate]:
    """The mean over tasks of every column, and accuracy by level where there are several levels."""
    columns = [name for name in by_task.columns if name not in NOT_MEASURED]
    found = {name: mean_over_tasks(_known(by_task[name]).to_numpy()) for name in columns}
    if by_task["level"].n_unique() > 1:
        found |= {f"accuracy/{level}": mean for level, mean in over_groups(by_task, "accuracy", "level").items()}
    return {name: estimate for name, estimate in found.items() if estimate is not None}


def _known(values: pl.Series) -> pl.Series:
    """Those that are not null; most columns have no others, and looking is cheaper than leaving them out."""
    return values.drop_nulls() if values.null_count() else values
