"""The texts behind a verdict: what is repeated now, and which right answers are no longer given.

Rules choose what is shown, and nobody picks: the texts with most copies, the tasks that lost most.
"""

from dataclasses import dataclass

import polars as pl

from headway.audit.stretches import Stretch

RIGHT = 0.5
MOST_TEXTS, MOST_TASKS, MOST_ANSWERS = 5, 4, 4


@dataclass(frozen=True)
class Repeated:
    """A text or an answer, its share of the attempts then and now, and at how many tasks it is given now."""

    text: str
    before: float
    now: float
    count: int
    tasks: int
    gold: float | None
    """How often it is right where that is known."""
    reward: float | None
    """What it is paid on average."""


@dataclass(frozen=True)
class Lost:
    """One task asked both then and now: the right answers that are gone, and what is said instead."""

    task: str
    prompt: str | None
    gone: tuple[tuple[str, int], ...]
    """Right answers of before that no attempt gives now, with how often they were given."""
    attempts: tuple[int, int]
    """Attempts at the task before and now."""
    instead: tuple[tuple[str, int], ...]
    """What is said most now."""


@dataclass(frozen=True)
class Texts:
    """What the first and the last stretch wrote."""

    first: Stretch
    last: Stretch
    repeated: tuple[Repeated, ...]
    lost: tuple[Lost, ...]
    compared: int
    """Tasks that were asked in both, with a known right answer in the first."""
    right_before: int
    """Different right answers at those tasks before."""
    right_gone: int
    """How many of them no attempt gives now."""


def texts_of(first: pl.DataFrame, last: pl.DataFrame, before: Stretch, now: Stretch) -> Texts:
    """What is repeated in `last`, and what was right in `first` and is gone."""
    said = pl.coalesce("answer", "text").alias("said")
    then, since = first.with_columns(said), last.with_columns(said)
    gone, shared, total = _gone(then, since)
    return Texts(before, now, _repeated(then, since), _lost(gone, then, since), shared, total, gone.height)


def _repeated(first: pl.DataFrame, last: pl.DataFrame) -> tuple[Repeated, ...]:
    """The texts with most copies now: copies at one task, or over all of them."""
    written = last.filter(pl.col("text").is_not_null() & (pl.col("text").str.strip_chars() != ""))
    counts = written.group_by("text").agg(
        count=pl.len(), tasks=pl.col("task").n_unique(), gold=pl.col("gold").mean(), reward=pl.col("reward").mean()
    )
    most = counts.filter(pl.col("count") > 1).sort(["count", "text"], descending=[True, False]).head(MOST_TEXTS)
    earlier = dict(first.filter(pl.col("text").is_in(most["text"].implode())).group_by("text").len().iter_rows())
    return tuple(
        Repeated(
            text=row["text"],
            before=earlier.get(row["text"], 0) / max(first.height, 1),
            now=row["count"] / max(last.height, 1),
            count=row["count"],
            tasks=row["tasks"],
            gold=row["gold"],
            reward=row["reward"],
        )
        for row in most.iter_rows(named=True)
    )


def _gone(first: pl.DataFrame, last: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """Right answers of `first` that `last` does not give at the same task; tasks compared; right answers then."""
    asked_now = last.select("task").unique()
    right = (
        first.filter((pl.col("gold") >= RIGHT) & pl.col("said").is_not_null())
        .join(asked_now, on="task", how="semi")
        .group_by("task", "said")
        .agg(times=pl.len())
    )
    given = last.filter(pl.col("said").is_not_null()).select("task", "said").unique()
    gone = right.join(given, on=["task", "said"], how="anti")
    return gone, right["task"].n_unique(), right.height


def _lost(gone: pl.DataFrame, first: pl.DataFrame, last: pl.DataFrame) -> tuple[Lost, ...]:
    """The tasks that lost most different right answers, those with more copies first among equals."""
    ranked = (
        gone.group_by("task")
        .agg(kinds=pl.len(), times=pl.col("times").sum())
        .sort(["kinds", "times", "task"], descending=[True, True, False])
        .head(MOST_TASKS)
    )
    return tuple(_at(task, gone, first, last) for task in ranked["task"])


def _at(task: str, gone: pl.DataFrame, first: pl.DataFrame, last: pl.DataFrame) -> Lost:
    here = pl.col("task") == task
    mine = gone.filter(here).sort(["times", "said"], descending=[True, False]).head(MOST_ANSWERS)
    then, now = first.filter(here), last.filter(here)
    instead = now.drop_nulls("said").group_by("said").len().sort(["len", "said"], descending=[True, False])
    return Lost(
        task=task,
        prompt=now["prompt"].drop_nulls().first(),  # type: ignore[arg-type]
        gone=tuple(mine.select("said", "times").iter_rows()),
        attempts=(then.height, now.height),
        instead=tuple(instead.head(MOST_ANSWERS).iter_rows()),
    )
