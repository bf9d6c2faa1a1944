"""From rounds to the numbers of the page: which model stands after each round, and what was measured of it.

A round that is rolled back leaves an earlier model in hand, so a curve follows what each ruling keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.stages import Report, Round
from headway.stats import Estimate, mean_with_bounds, paired_difference

Run = tuple[Round, ...]
"""The rounds of one seed, in order."""


@dataclass(frozen=True)
class Point:
    """Where a curve is at `x`, with its interval."""

    x: float
    estimate: Estimate


@dataclass(frozen=True)
class Change:
    """A metric in the first round and in the round that stands now, and the paired difference."""

    first: Estimate
    now: Estimate
    difference: Estimate


def standing(run: Run) -> dict[int, Round]:
    """For each round with a ruling or an exam, the round whose model the loop then had in hand."""
    by_index = {turn.index: turn for turn in run}
    ruled = {turn.index: turn.ruling.keep if turn.ruling else turn.index for turn in run if turn.ruling or turn.report}
    return {index: by_index[keep] for index, keep in ruled.items() if keep in by_index}


def first_and_now(run: Run) -> tuple[Round, Round] | None:
    """The first round that was measured and the one that stands now; None where either is missing."""
    measured = [turn for turn in run if turn.report is not None]
    stood = [turn for turn in standing(run).values() if turn.report is not None]
    return (measured[0], stood[-1]) if measured and stood else None


def stopped(run: Run) -> bool:
    """Whether the gate ended the run, so that what it kept is what remains."""
    return bool(run) and run[-1].ruling is not None and run[-1].ruling.stop


def over_rounds(runs: Sequence[Run], metric: str) -> tuple[Point, ...]:
    """The metric of the model in hand after each round that all seeds have reached.

    One seed has its interval over tasks; several have a t interval over seeds. A seed that its gate
    has stopped counts on with the model it kept, so that a mean is always over the same seeds.
    """
    lines = [line for run in runs if (line := _line(run, metric, _last_index(runs)))]
    if not lines or len(lines) < len(runs):
        return ()
    shared = sorted(set.intersection(*(set(line) for line in lines)))
    return tuple(Point(index, over_seeds([line[index] for line in lines])) for index in shared)


def over_k(runs: Sequence[Run], ks: Sequence[int], *, now: bool) -> tuple[Point, ...]:
    """pass@k for every k, in the first round or in the one that stands now."""
    ends = [first_and_now(run) for run in runs]
    reports = [end[now].report for end in ends if end is not None]
    if len(reports) < len(runs):
        return ()
    return tuple(Point(k, over_seeds([report.estimates[f"pass@{k}"] for report in reports if report])) for k in ks)


def set_aside(run: Run, metric: str) -> tuple[Point, ...]:
    """The metric of the rounds that were measured and not accepted."""
    return tuple(
        Point(turn.index, turn.report.estimates[metric])
        for turn in run
        if turn.ruling and not turn.ruling.accept and turn.report and metric in turn.report.estimates
    )


def change(runs: Sequence[Run], metric: str) -> Change | None:
    """First against now: one seed is paired over tasks, several are paired over seeds.

    A gate that set rounds aside has chosen among all of them, and the luckiest looks better than it is:
    with one seed the interval is widened to hold for every round that it could have kept (Bonferroni).
    """
    ends = [ends for run in runs if (ends := first_and_now(run))]
    pairs = [(first.report, now.report) for first, now in ends if first.report and now.report]
    if not pairs or len(pairs) < len(runs) or any(metric not in report.estimates for pair in pairs for report in pair):
        return None
    firsts, nows = ([report.estimates[metric] for report in side] for side in zip(*pairs, strict=True))
    if len(pairs) == 1:
        difference = task_difference(*pairs[0], metric, looks=chosen_among(runs[0]))
    else:
        gains = [now.value - first.value for first, now in zip(firsts, nows, strict=True)]
        difference = mean_with_bounds(np.array(gains), 0.025)
    return None if difference is None else Change(over_seeds(firsts), over_seeds(nows), difference)


def chosen_among(run: Run) -> int:
    """How many rounds the gate could have kept: all that it ruled on, or 1 where it never set one aside."""
    rulings = [turn.ruling for turn in run[1:] if turn.ruling is not None]
    return 1 if all(ruling.accept for ruling in rulings) else len(rulings)


def task_difference(before: Report, after: Report, metric: str, looks: int = 1) -> Estimate | None:
    """`after - before` over the tasks that both exams measured; None where they share fewer than two.

    With more than one look, the Student interval in which all of them would lie with 95 %.
    """
    if metric not in before.by_task.columns or metric not in after.by_task.columns:
        return None
    pairs = (
        before.by_task.select("task", before=metric)
        .join(after.by_task.select("task", after=metric), on="task", maintain_order="left")
        .drop_nulls()
    )
    if len(pairs) < 2:
        return None
    if looks > 1:
        return mean_with_bounds((pairs["after"] - pairs["before"]).cast(pl.Float64).to_numpy(), 0.025 / looks)
    return paired_difference(pairs["before"].to_numpy(), pairs["after"].to_numpy())


def over_seeds(estimates: Sequence[Estimate]) -> Estimate:
    """One seed's own estimate, or the mean over seeds with a t interval over seeds."""
    if len(estimates) == 1:
        return estimates[0]
    return mean_with_bounds(np.array([estimate.value for estimate in estimates]), 0.025)


def measured_ks(runs: Sequence[Run]) -> tuple[int, ...]:
    """Every k whose pass@k is in all reports, ascending; accuracy alone is pass@1."""
    reports = [turn.report for run in runs for turn in run if turn.report is not None]
    if not reports:
        return ()
    shared = set.intersection(*(set(report.estimates) for report in reports))
    ks = tuple(
        sorted(int(name.removeprefix("pass@")) for name in shared if name.startswith("pass@") and name[5:].isdecimal())
    )
    return ks or ((1,) if "accuracy" in shared else ())


def measured(runs: Sequence[Run], metric: str) -> bool:
    """Whether any exam measured it."""
    return any(turn.report is not None and metric in turn.report.estimates for run in runs for turn in run)


def _last_index(runs: Sequence[Run]) -> int:
    return max((turn.index for run in runs for turn in run), default=0)


def _line(run: Run, metric: str, last: int) -> dict[int, Estimate]:
    line = {
        index: turn.report.estimates[metric]
        for index, turn in standing(run).items()
        if turn.report is not None and metric in turn.report.estimates
    }
    if line and stopped(run):
        end = line[max(line)]
        line |= dict.fromkeys(range(run[-1].index + 1, last + 1), end)
    return line
