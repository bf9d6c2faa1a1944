"""The exam of what a model says of itself: is stated confidence true, and does it tell right from wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.measure.confidence import agreement
from headway.measure.majority import majority
from headway.measure.quality import add_pass_at_k, right_counts
from headway.measure.reliability import calibration_error
from headway.measure.selective import auroc
from headway.measure.weighted import weighted_vote
from headway.stages import Domain, Report, Sample, require
from headway.stats import Estimate, mean_over_tasks, statistic_over_tasks

RESAMPLES = 60
"""For the intervals of what is no mean over tasks: an exam has many, in every round."""
EXTREME = 0.01
"""A confidence this near to 0 or 1 is extreme."""
PER_TASK = ("accuracy", "self_score", "brier", "stated", "valid", "extreme", "vote", "weighted", "weighted_gain")


@dataclass(frozen=True)
class Calibration:
    """`tasks` held-out tasks of `domain` and as many of each domain `elsewhere`, attempted as `sample` says.

    Means over tasks: accuracy, pass@k, self_score (mean stated confidence), brier, stated (share that states one),
    valid, extreme (share within .01 of 0 or 1: a rise is the alarm of a gamed score), vote (is the majority right),
    weighted (is it when votes count by confidence) and weighted_gain. Over all attempts, with an interval over tasks:
    ece (ten bins of equal width), auroc, values (how many confidences are in use: the exponential of their entropy),
    and agreement_ece, the same error of how often a task's other attempts agree. What is measured elsewhere has the
    domain's name behind it, and is not in the rows by task.
    ECE alone can be fooled by a constant: read it beside auroc and values.
    """

    domain: Domain
    sample: Sample
    elsewhere: tuple[Domain, ...] = ()
    tasks: int = 500
    truth: str = "tool"
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.tasks >= 2, self, "tasks", "a whole number of at least 2")
        names = [domain.name for domain in (self.domain, *self.elsewhere)]
        require(len(set(names)) == len(names), self, "elsewhere", "domains of different names")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.truth,)

    def rests_on(self, metric: str) -> tuple[str, ...]:
        return (self.truth,)

    def questions(self) -> Tasks:
        """The held-out tasks of all domains, the same in every round."""
        return asked_of((self.domain, *self.elsewhere), self.tasks, self.seed)

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where the truth of a domain is unknown for every attempt."""
        judged = self.judged(attempts)
        estimates: dict[str, Estimate] = {}
        tables = []
        for domain in (self.domain, *self.elsewhere):
            found, by_task = examined(judged.filter(pl.col("domain") == domain.name), domain.name)
            suffix = "" if domain == self.domain else f"/{domain.name}"
            shown = (name for name in found if not suffix or not name.startswith("pass@"))
            estimates |= {f"{name}{suffix}": found[name] for name in shown}
            tables.append(by_task)
        return Report(estimates, tables[0])

    def judged(self, attempts: Attempts) -> pl.DataFrame:
        """The attempts whose truth is known, in the columns that are measured."""
        columns = ("task", "domain", "level", "answer", "confidence", "tokens")
        return attempts.frame.select(*columns, truth=attempts.verdict(self.truth)).filter(pl.col("truth").is_not_null())


def examined(judged: pl.DataFrame, domain: str) -> tuple[dict[str, Estimate], pl.DataFrame]:
    """The estimates in one domain, and a row a task."""
    if judged.is_empty():
        raise ValueError(f"no attempt in {domain!r} has a verdict, so nothing can be said of confidence there")
    said = pl.col("confidence")
    rows = judged.with_columns(
        brier=(said - pl.col("truth")) ** 2, extreme=((said - 0.5).abs() >= 0.5 - EXTREME).cast(pl.Float64)
    )
    stated = rows.group_by("task", maintain_order=True).agg(
        self_score=said.mean(),
        brier=pl.col("brier").mean(),
        stated=said.is_not_null().mean(),
        valid=pl.col("answer").is_not_null().mean(),
        extreme=pl.col("extreme").mean(),
    )
    n = int(judged.group_by("task").len()["len"].min())  # type: ignore[arg-type]
    by_task = add_pass_at_k(right_counts(judged), [k for k in (1, 2, 4, 8, 16, 32) if k <= n])
    for table in (stated, majority(judged).rename({"majority": "vote"}), weighted_vote(judged)):
        by_task = by_task.join(table, on="task", how="left", maintain_order="left")
    by_task = by_task.with_columns(weighted_gain=pl.col("weighted") - pl.col("vote"))
    names = [name for name in by_task.columns if name in PER_TASK or name.startswith("pass@")]
    means = {name: mean_over_tasks(by_task[name].drop_nulls().to_numpy()) for name in names}
    found = {**means, **_pooled(judged)}
    return {name: estimate for name, estimate in found.items() if estimate is not None}, by_task


def _pooled(judged: pl.DataFrame) -> dict[str, Estimate | None]:
    """What is no mean over tasks."""
    known = judged.filter(pl.col("confidence").is_not_null())
    agreed = judged.with_columns(agreement=agreement(judged)).filter(pl.col("agreement").is_not_null())
    found: dict[str, Estimate | None] = {}
    if len(known):
        columns = (known["task"].to_numpy(), known["confidence"].to_numpy(), known["truth"].to_numpy())
        found |= {
            "ece": statistic_over_tasks(_ece, *columns, resamples=RESAMPLES),
            "auroc": statistic_over_tasks(auroc, *columns, resamples=RESAMPLES),
            "values": statistic_over_tasks(in_use, columns[0], columns[1], resamples=RESAMPLES),
        }
    if len(agreed):
        columns = (agreed["task"].to_numpy(), agreed["agreement"].to_numpy(), agreed["truth"].to_numpy())
        found |= {
            "agreement_ece": statistic_over_tasks(_ece, *columns, resamples=RESAMPLES),
        }
    return found


def _ece(confidence: np.ndarray, right: np.ndarray) -> float:
    return calibration_error(confidence, right, bins=10)


def in_use(confidence: np.ndarray) -> float:
    """How many different confidences are in use: the exponential of their entropy, 1 for a constant."""
    _, counts = np.unique(confidence, return_counts=True)
    share = counts / counts.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


@lru_cache(maxsize=4)
def asked_of(domains: Sequence[Domain], tasks: int, seed: int) -> Tasks:
    """Held-out tasks of several domains: the same in every round, and slow to draw."""
    drawn = [domain.tasks(tasks, seed, held_out=True).frame for domain in domains]
    return Tasks(pl.concat(drawn, how="diagonal_relaxed"))
