"""The scorecard of an anchor: what is known of a judge before it speaks, and what an audit of its word shows.

An audit is a sample of whole tasks for which the truth is known. Selection works within a task, so what decides is
how a judge orders the attempts of one task; and a judge is good or bad on this policy's attempts only, so all of it is
found anew in every round.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.measure.blind_spot import blind_spot
from headway.measure.calibration import separation
from headway.stats import Estimate, mean_over_tasks, statistic_of_totals, totals_by_task

AUDITED = 200
"""Tasks of an audit, unless told otherwise: with 16 attempts each the accept rates are known to about .03."""


@dataclass(frozen=True)
class Anchor:
    """A judge before it speaks: its name, whose weights it `reads`, and which of those training changes."""

    name: str
    reads: tuple[str, ...]
    writable: tuple[str, ...]
    """The roles that it reads and training changes: through these the loop can move its own ruler."""
    chosen: bool
    """Whether selection goes by it."""
    ages: tuple[int, ...]
    """By round: how many rounds old the oldest weights were that it read when it judged that round's attempts; 0 for
    the world, which is always as it is now, and for round 0, which has no attempts but those of its exam."""


@dataclass(frozen=True)
class Scorecard:
    """What an audit of one judge in one round found; None where the audited attempts cannot tell."""

    anchor: Anchor
    round: int
    tasks: int
    """Tasks that were audited."""
    coverage: Estimate
    """The share of audited attempts of which it has something to say."""
    accuracy: Estimate | None
    """Of the attempts it speaks of, before any filter: J."""
    accepts_right: Estimate | None
    """The true positive rate at the floor: t."""
    accepts_wrong: Estimate | None
    """The false positive rate at the floor: f."""
    auc: Estimate | None
    """Within a task: .5 cannot tell this policy's right attempts from its wrong ones."""
    blind_spot: Estimate | None
    predicted: Estimate | None
    """What accepting at the floor would gain in accuracy, by J, t and f (see `theory.filter_gain`)."""
    realised: Estimate | None
    """What selection did gain: the share right of what was kept minus that of all attempts, where it chose by this."""
    questions: int
    """What it costs: different answers that it was asked about in this round, audited or not."""

    @property
    def age(self) -> int | None:
        """How old its weights were in this round, in rounds."""
        return self.anchor.ages[self.round] if self.round < len(self.anchor.ages) else None


@dataclass(frozen=True)
class Audit:
    """How a round is audited: at most `tasks` tasks, drawn with the seed; a verdict of at least `floor` accepts."""

    tasks: int = AUDITED
    floor: float = 0.5
    seed: int = 0

    def __call__(self, judged: pl.DataFrame, anchor: Anchor, turn: int) -> Scorecard | None:
        """The scorecard of one judge from the attempts of one round; None where the truth of none is known.

        `judged` has `task`, `answer`, `truth` and `opinion` (null where unknown), `logprob` and `weight`.
        """
        known = judged.filter(pl.col("truth").is_not_null())
        if known.is_empty():
            return None
        audited = sample_of_tasks(known, self.tasks, self.seed)
        spoken = audited.filter(pl.col("opinion").is_not_null())
        totals = self._totals(spoken)
        told = pl.col("opinion").is_not_null() & pl.col("answer").is_not_null()
        return Scorecard(
            anchor=anchor,
            round=turn,
            tasks=audited["task"].n_unique(),
            coverage=self._share(audited["task"], audited["opinion"].is_not_null().to_numpy()),
            accuracy=self._of(totals, lambda sums: sums[..., 0] / (sums[..., 0] + sums[..., 1])),
            accepts_right=self._of(totals, lambda sums: sums[..., 2] / sums[..., 0]),
            accepts_wrong=self._of(totals, lambda sums: sums[..., 3] / sums[..., 1]),
            auc=mean_over_tasks(separation(spoken)["verdict_auc"].to_numpy(), seed=self.seed),
            blind_spot=blind_spot(audited, seed=self.seed),
            predicted=self._of(totals, _filter_gain),
            realised=selection_gain(known, seed=self.seed) if anchor.chosen else None,
            questions=judged.filter(told).select("task", "answer").unique().height,
        )

    def _totals(self, spoken: pl.DataFrame) -> np.ndarray:
        """By task: attempts that are right, that are wrong, and of each those that are accepted, (tasks, 4)."""
        right = (spoken["truth"] == 1.0).to_numpy().astype(np.float64)
        accepted = (spoken["opinion"] >= self.floor).to_numpy()
        return totals_by_task(spoken["task"], right, 1.0 - right, right * accepted, (1.0 - right) * accepted)

    def _of(self, totals: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray]) -> Estimate | None:
        return statistic_of_totals(statistic, totals, seed=self.seed) if len(totals) else None

    def _share(self, tasks: pl.Series, holds: np.ndarray) -> Estimate:
        totals = totals_by_task(tasks, holds, np.ones(len(holds)))
        found = statistic_of_totals(lambda sums: sums[..., 0] / sums[..., 1], totals, seed=self.seed)
        assert found is not None
        return found


USUAL = Audit()


def _filter_gain(sums: np.ndarray) -> np.ndarray:
    """What keeping all that is accepted gains; `theory.filter_gain` of these rates."""
    right, wrong, accepted_right, accepted_wrong = (sums[..., place] for place in range(4))
    return accepted_right / (accepted_right + accepted_wrong) - right / (right + wrong)


def sample_of_tasks(judged: pl.DataFrame, tasks: int, seed: int) -> pl.DataFrame:
    """The rows of at most that many tasks, drawn evenly, in their order."""
    names = judged["task"].unique().sort()
    drawn = np.random.default_rng(seed).permutation(len(names))[:tasks]
    return judged.filter(pl.col("task").is_in(names[np.sort(drawn)].implode()))


def selection_gain(judged: pl.DataFrame, *, seed: int = 0) -> Estimate | None:
    """The share right of what has a positive weight minus that of all attempts; None where nothing was kept."""
    right = (judged["truth"] == 1.0).to_numpy().astype(np.float64)
    kept = (judged["weight"].fill_null(0.0) > 0.0).to_numpy().astype(np.float64)
    totals = totals_by_task(judged["task"], right * kept, kept, right, np.ones(len(right)))
    return statistic_of_totals(
        lambda sums: sums[..., 0] / sums[..., 1] - sums[..., 2] / sums[..., 3], totals, seed=seed
    )
