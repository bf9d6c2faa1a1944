"""The exam of a plan that is carried out turn by turn, in several ways side by side."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.domains.chained import Chained, conversation
from headway.measure.exam import held_out_tasks
from headway.measure.horizon import horizon_over_chains, right_prefixes
from headway.stages import Report, Sample, require
from headway.stats import Estimate, mean_over_tasks


@dataclass(frozen=True)
class Execution:
    """`tasks` held-out plans, sampled as `sample` says (`Probes`); `truth` names the verdict that counts.

    The report has `accuracy` (steps that go on rightly from the model's own last answer), `prefix` (share of whole
    conversations), `horizon` (turns at .5 success) and `accuracy/7` for turn 7, all of the probe `own`; and
    `right/NAME` for every other probe, the share right of its rows. The unit is the plan.
    """

    domain: Chained
    sample: Sample
    tasks: int = 200
    truth: str = "tool"
    own: str = "own"
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.tasks >= 2, self, "tasks", "a whole number of at least 2")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.truth,)

    def rests_on(self, metric: str) -> tuple[str, ...]:
        return (self.truth,)

    def questions(self) -> Tasks:
        """The same held-out plans in every round."""
        return held_out_tasks(self.domain, self.tasks, self.seed)

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where no row is of the probe `own`."""
        rows = turns(attempts, self.truth)
        own = rows.filter(pl.col("probe") == self.own)
        if own.is_empty():
            raise ValueError(f"no exam attempt is of the probe {self.own!r}; sample it, or name another in measure.own")
        found = {"accuracy": _share(own), **_by_turn(own)}
        prefixes = right_prefixes(own)
        found["prefix"] = _share(prefixes.with_columns(right=pl.col("whole").cast(pl.Float64)))
        found["horizon"] = horizon_over_chains(prefixes)
        for name in rows["probe"].unique(maintain_order=True):
            if name != self.own:
                found[f"right/{name}"] = _share(rows.filter(pl.col("probe") == name))
        estimates = {name: estimate for name, estimate in found.items() if estimate is not None}
        by_task = own.group_by(task="chain", maintain_order=True).agg(
            level=pl.lit(self.domain.turns), n=pl.len(), right=pl.col("right").sum(), accuracy=pl.col("right").mean()
        )
        return Report(estimates, by_task)


def turns(attempts: Attempts, truth: str = "tool") -> pl.DataFrame:
    """A row a turn: `chain`, `conversation`, `probe`, `turn`, `context`, `errors` and `right`."""
    trait = pl.col("traits").struct.field
    return attempts.frame.select(
        chain=trait("chain"),
        conversation=conversation(),
        probe=trait("probe"),
        turn=trait("turn"),
        context=trait("context"),
        errors=trait("errors"),
        right=attempts.verdict(truth),
    ).filter(pl.col("right").is_not_null())


def _share(rows: pl.DataFrame) -> Estimate | None:
    """The mean over chains of the share right."""
    return mean_over_tasks(rows.group_by("chain", maintain_order=True).agg(pl.col("right").mean())["right"].to_numpy())


def _by_turn(own: pl.DataFrame) -> dict[str, Estimate | None]:
    return {
        f"accuracy/{turn}": _share(own.filter(pl.col("turn") == turn)) for turn in own["turn"].unique().sort().to_list()
    }
