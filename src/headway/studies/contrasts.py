"""Two sets of reports held against each other: over seeds where there are several, else over exam tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headway.measure.crossover import Crossover, crossover, pass_curve
from headway.report import Claim
from headway.stages import Report, Round
from headway.stats import Estimate, mean_with_bounds, paired_difference, paired_test, trend

Run = tuple[Round, ...]


@dataclass(frozen=True)
class Contrast:
    """The mean of `after` minus `before`, paired by seed (or by task with one seed); p by exact sign flips."""

    difference: Estimate
    before: float
    after: float
    seeds: int
    p_value: float | None

    def __str__(self) -> str:
        gain, unit = self.difference, "seeds" if self.seeds > 1 else "tasks of one seed"
        p = "" if self.p_value is None else f", p={self.p_value:.3f}"
        return (
            f"{self.before:.3f} → {self.after:.3f}, {gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}] "
            f"over {gain.n} {unit}{p}"
        )


def contrast(before: Sequence[Report], after: Sequence[Report], metric: str) -> Contrast:
    """`metric` in two sets of reports of the same seeds in the same order."""
    old = [report.estimates[metric].value for report in before]
    new = [report.estimates[metric].value for report in after]
    if len(old) > 1:
        test = paired_test(old, new)
        return Contrast(test.difference, float(np.mean(old)), float(np.mean(new)), len(old), test.p_value)
    tasks = (
        before[0]
        .by_task.select("task", old=metric)
        .join(after[0].by_task.select("task", new=metric), on="task", maintain_order="left")
        .drop_nulls()
    )
    difference = paired_difference(tasks["old"].to_numpy(), tasks["new"].to_numpy())
    if difference is None:
        raise ValueError(f"the two reports have no exam task in common on which {metric!r} was measured")
    return Contrast(difference, old[0], new[0], 1, None)


def starts(runs: Sequence[Run]) -> list[Report]:
    """What each run's exam found before the first round."""
    return [turn.report for run in runs for turn in run[:1] if turn.report is not None]


def ends(runs: Sequence[Run]) -> list[Report]:
    """What each run's exam found of the policy that the run ended with: the one that its last ruling keeps."""
    kept = [run[run[-1].ruling.keep] for run in runs if run[-1].ruling is not None]
    return [turn.report for turn in kept if turn.report is not None]


def over_seeds(found: Sequence[Estimate]) -> Estimate:
    """The mean over seeds with its t interval; with one seed, that seed's own interval over tasks."""
    if len(found) == 1:
        return found[0]
    return mean_with_bounds(np.array([one.value for one in found]), 0.025)


def short(found: Estimate) -> str:
    """A number and its interval without n."""
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def above(found: Estimate, bound: float = 0.0) -> bool | None:
    """True where the whole interval is above the bound, False where none of it is, None where it cannot be told."""
    return True if found.low > bound else False if found.high <= bound else None


def below(found: Estimate, bound: float = 0.0) -> bool | None:
    """True where the whole interval is below the bound, False where none of it is, None where it cannot be told."""
    return True if found.high < bound else False if found.low >= bound else None


def rises(sentence: str, found: Contrast) -> Claim:
    """Holds where the whole interval is above 0, fails where none of it is."""
    return Claim(sentence, str(found), above(found.difference))


def falls(sentence: str, found: Contrast) -> Claim:
    """Holds where the whole interval is below 0, fails where none of it is."""
    return Claim(sentence, str(found), below(found.difference))


def at_most(sentence: str, found: Contrast, margin: float) -> Claim:
    """Holds where the whole interval is below `margin`, fails where none of it is."""
    return Claim(sentence, str(found), below(found.difference, margin))


def at_least(sentence: str, found: Contrast, margin: float) -> Claim:
    """Holds where the whole interval is above `margin`, fails where none of it is."""
    return Claim(sentence, str(found), above(found.difference, margin))


def trend_over_rounds(runs: Sequence[Run], metric: str) -> float | None:
    """One-sided p-value that the metric rises from round to round (Page's L over seeds); None with one seed."""
    rows = [[turn.report.estimates[metric].value for turn in run if turn.report is not None] for run in runs]
    shortest = min(map(len, rows))
    return trend([row[:shortest] for row in rows]) if len(rows) > 1 and shortest > 2 else None


def curves_cross(before: Sequence[Report], after: Sequence[Report]) -> Crossover | None:
    """Where the later reports' pass@k falls below the earlier ones'; over seeds, or over tasks with one seed."""
    return crossover(_curves(before), _curves(after))


def _curves(reports: Sequence[Report]) -> np.ndarray:
    """pass@k for k = 1, 2, ... as (seeds, k); with one seed (tasks, k)."""
    curves = [pass_curve(report.by_task["right"].to_numpy(), report.by_task["n"].to_numpy()) for report in reports]
    return curves[0] if len(curves) == 1 else np.stack([curve.mean(0) for curve in curves])
