"""What the attempts say: which texts are repeated, and which right answers are gone or new."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.report.contents import Arm, Section
from headway.report.standing import first_and_now
from headway.stages import Round

RIGHT = 0.5
"""A verdict above this counts as right."""


@dataclass(frozen=True)
class Repeated:
    """A text, how many of `of` attempts at a task it was, and what the world and the model say of it."""

    text: str
    count: int
    of: int
    right: float | None
    opinion: float | None


@dataclass(frozen=True)
class Sides:
    """The exams of one seed in the first round and in the round that stands now."""

    arm: Arm
    first: Round
    now: Round
    before: Attempts
    after: Attempts


def sides(section: Section) -> list[Sides]:
    """The first seed of every arm that kept both exams, with the verdict on what is right."""
    found = []
    for arm in section.arms:
        ends = first_and_now(arm.runs[0]) if arm.runs else None
        if ends is None:
            continue
        first, now = ends
        before, after = first.exam, now.exam
        if (
            before is not None
            and after is not None
            and section.truth in before.judges
            and section.truth in after.judges
        ):
            found.append(Sides(arm, first, now, before, after))
    return found


def repeated(exam: Attempts, task: str, truth: str, opinion: str | None, most: int = 4) -> list[Repeated]:
    """The most frequent texts at a task; equals in the order in which they were written."""
    known = opinion if opinion in exam.judges else None
    rows = exam.frame.select(
        "task",
        "text",
        right=exam.verdict(truth),
        opinion=pl.lit(None, dtype=pl.Float64) if known is None else exam.verdict(known),
    ).filter(pl.col("task") == task)
    counts = (
        rows.group_by("text", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("right").mean(), pl.col("opinion").mean())
        .sort("count", descending=True, maintain_order=True)
    )
    return [Repeated(of=len(rows), **row) for row in counts.head(most).iter_rows(named=True)]


def most_frequent(exam: Attempts) -> tuple[str, float]:
    """The text written most often over all tasks, and its share of all attempts."""
    counts = exam.frame.group_by("text", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    return counts["text"][0], counts["len"][0] / len(exam)


def right_answers(exam: Attempts, truth: str) -> pl.DataFrame:
    """`task`, `answer` and `count` of every different right answer, in order of appearance."""
    rows = exam.frame.select("task", "answer", right=exam.verdict(truth))
    right = rows.filter((pl.col("right") > RIGHT) & pl.col("answer").is_not_null())
    return right.group_by("task", "answer", maintain_order=True).agg(pl.len().alias("count"))


def gone(side: Sides, truth: str) -> pl.DataFrame:
    """Right answers of the first round that are no longer given, with how often they were."""
    return _missing(right_answers(side.before, truth), right_answers(side.after, truth))


def new(side: Sides, truth: str) -> pl.DataFrame:
    """Right answers that the first round did not give, with how often they now are."""
    return _missing(right_answers(side.after, truth), right_answers(side.before, truth))


def chosen_tasks(found: list[Sides], truth: str) -> list[str]:
    """The two tasks that lost the most different right answers in any arm, and the task in the middle of that order.

    The rule is fixed so that nobody picks; the middle one shows what is usual.
    """
    everywhere = set.intersection(*(set(table["task"]) for side in found for table in (side.before, side.after)))
    order = [task for task in found[0].before["task"].unique(maintain_order=True) if task in everywhere]
    losses = [dict(gone(side, truth).group_by("task").len().iter_rows()) for side in found]
    ranked = sorted(order, key=lambda task: -max(loss.get(task, 0) for loss in losses))
    return ranked if len(ranked) <= 3 else [ranked[0], ranked[1], ranked[len(ranked) // 2]]


def _missing(here: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    return here.join(there, on=["task", "answer"], how="anti", maintain_order="left").sort(
        "count", descending=True, maintain_order=True
    )
