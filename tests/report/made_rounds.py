"""Rounds of known content: what each test changes is in its arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from headway.attempts import Attempts
from headway.domains.puzzles import Puzzles
from headway.measure import Exam
from headway.sample import Each
from headway.stages import Report, Round, Ruling
from headway.stats import mean_over_tasks

EXAM = Exam(Puzzles(), Each(Puzzles()), ks=(1, 2, 4))


def answers(written: Mapping[str, Sequence[tuple[str, float, float]]], prompt: str = "1 2=3") -> Attempts:
    """An exam: for each task its attempts as (text, right, the model's own score)."""
    rows = [
        {
            "task": task,
            "domain": "puzzles",
            "level": 1,
            "prompt": prompt,
            "id": f"{task}-{place}",
            "author": "solver",
            "text": text,
            "answer": text or None,
            "tokens": 1,
            "verdicts": {"tool": right, "self": opinion},
        }
        for task, attempts in written.items()
        for place, (text, right, opinion) in enumerate(attempts)
    ]
    return Attempts.of(rows)


def examined(index: int, exam: Attempts, **decided) -> Round:
    """A round whose report is worked out by the real exam."""
    return Round(index, exam=exam, report=EXAM(exam), ruling=ruled(index, **decided))


def measured(index: int, *, tasks: int = 40, decided: Mapping | None = None, **metrics: float) -> Round:
    """A round with a report in which each metric is that number at every task, so that intervals are points."""
    columns = {name.replace("pass_", "pass@"): [value] * tasks for name, value in metrics.items()}
    by_task = pl.DataFrame({"task": [f"t{place}" for place in range(tasks)], "level": [1] * tasks, **columns})
    estimates = {name: found for name, values in columns.items() if (found := mean_over_tasks(values))}
    return Round(index, report=Report(estimates, by_task), ruling=ruled(index, **(decided or {})))


def remeasured(turn: Round, *columns: pl.Series) -> Round:
    """The round with other columns by task, and the estimates as they were."""
    report = turn.report or Report({}, pl.DataFrame())
    return replace(turn, report=replace(report, by_task=report.by_task.with_columns(*columns)))


def ruled(index: int, *, accept: bool = True, keep: int | None = None, stop: bool = False) -> Ruling:
    kept = index if keep is None else keep
    return Ruling(accept, kept, kept, "accepted: as made" if accept else "rolled back: as made", stop)


def small_run() -> tuple[Round, ...]:
    """Two tasks, four attempts each: round 0 has two different right answers at the first, round 1 has none."""
    first = answers(
        {
            "t0": [("+1+2", 1.0, 0.6), ("+3", 1.0, 0.5), ("+1+2", 1.0, 0.6), ("-1", 0.0, 0.4)],
            "t1": [("+1+2", 1.0, 0.6), ("+2", 0.0, 0.5), ("", 0.0, 0.6), ("-1", 0.0, 0.4)],
        }
    )
    last = answers(
        {
            "t0": [("-1", 0.0, 0.9)] * 3 + [("+9", 0.0, 0.8)],
            "t1": [("+1+2", 1.0, 0.9)] * 2 + [("-1", 0.0, 0.9), ("+4", 1.0, 0.9)],
        }
    )
    return (examined(0, first), examined(1, last))
