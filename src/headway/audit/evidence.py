"""The texts behind a verdict: what is repeated now, and which right answers are no longer given.

Rules choose what is shown, and nobody picks: the texts with most copies, the tasks that lost most.
"""

from dataclasses import dataclass

import polars as pl

from headway.audit.stretches import Stretch
from headway.measure.ngrams import tokenised
from headway.measure.passages import repeated_passages

RIGHT = 0.5
MOST_TEXTS, MOST_PASSAGES, MOST_TASKS, MOST_ANSWERS = 5, 5, 4, 4
CANDIDATES = 40
READ = 2_000
"""Texts in which passages are looked for, one from each task as far as there are so many."""
PASSAGE = 6
"""Words from which a passage is one."""


@dataclass(frozen=True)
class Repeated:
    """A whole text, its share of the attempts then and now, and at how many tasks it is given now."""

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
class Passage:
    """Words that texts at different tasks have in common, and the share of texts that hold them then and now."""

    text: str
    before: float
    now: float


@dataclass(frozen=True)
class Answer:
    """An answer at one task, how often it was given, and how often that was right where it is known."""

    text: str
    count: int
    gold: float | None


@dataclass(frozen=True)
class Lost:
    """One task asked both then and now: the right answers that are gone, and what is said instead."""

    task: str
    prompt: str | None
    gone: tuple[Answer, ...]
    attempts: tuple[int, int]
    """Attempts at the task before and now."""
    instead: tuple[Answer, ...]


@dataclass(frozen=True)
class Texts:
    """What the first and the last stretch wrote."""

    first: Stretch
    last: Stretch
    repeated: tuple[Repeated, ...]
    passages: tuple[Passage, ...]
    lost: tuple[Lost, ...]
    """The tasks that lost most; none where as many right answers came as went."""
    compared: int
    """Tasks that were asked in both, with a known right answer in the first."""
    right_before: int
    """Different right answers at those tasks before."""
    right_gone: int
    """How many of them no attempt gives now."""
    right_new: int
    """How many others are right now. Attempts are few, so that some go and some come in any run."""


def texts_of(first: pl.DataFrame, last: pl.DataFrame, before: Stretch, now: Stretch) -> Texts:
    """What is repeated in `last`, and what was right in `first` and is gone."""
    said = pl.coalesce("answer", "text").alias("said")
    then, since = first.with_columns(said), last.with_columns(said)
    right = right_at_both(then, since)
    gone = not_given(right, since)
    new = not_given(right_at_both(since, then.join(right.select("task"), on="task", how="semi")), then)
    return Texts(
        before,
        now,
        repeated_texts(then, since),
        repeated_in_common(then, since),
        tuple(_at(task, gone, then, since) for task in _most_lost(gone)) if gone.height > new.height else (),
        right["task"].n_unique(),
        right.height,
        gone.height,
        new.height,
    )


def repeated_texts(first: pl.DataFrame, last: pl.DataFrame) -> tuple[Repeated, ...]:
    """The texts with most copies now, at one task or over all of them."""
    written = last.filter(pl.col("text").is_not_null() & (pl.col("text").str.strip_chars() != ""))
    counts = written.group_by("text").agg(
        count=pl.len(), tasks=pl.col("task").n_unique(), gold=pl.col("gold").mean(), reward=pl.col("reward").mean()
    )
    most = counts.filter(pl.col("count") > 1).sort(["count", "text"], descending=[True, False]).head(MOST_TEXTS)
    earlier = dict(first.filter(pl.col("text").is_in(most["text"].implode())).group_by("text").len().iter_rows())
    return tuple(
        Repeated(
            row["text"],
            earlier.get(row["text"], 0) / max(first.height, 1),
            row["count"] / last.height,
            row["count"],
            row["tasks"],
            row["gold"],
            row["reward"],
        )
        for row in most.iter_rows(named=True)
    )


def repeated_in_common(first: pl.DataFrame, last: pl.DataFrame) -> tuple[Passage, ...]:
    """Passages of texts at different tasks, those that spread most first; shares are of one text a task."""
    then, now = _one_a_task(first), _one_a_task(last)
    found = repeated_passages(tokenised(now), at_least=PASSAGE, most=CANDIDATES) if len(now) > 1 else []
    earlier, later = (texts.str.replace_all(r"\s+", " ") for texts in (then, now))
    made = [Passage(one.text, _holding(earlier, one.text), _holding(later, one.text)) for one in found if one.texts > 1]
    return tuple(sorted(made, key=lambda one: one.before - one.now)[:MOST_PASSAGES])


def right_at_both(first: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """`task`, `said`, `times` of the right answers of `first` at tasks that `last` was asked too."""
    return (
        first.filter((pl.col("gold") >= RIGHT) & pl.col("said").is_not_null())
        .join(last.select("task").unique(), on="task", how="semi")
        .group_by("task", "said")
        .agg(times=pl.len(), gold=pl.col("gold").mean())
    )


def not_given(right: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Those right answers that `rows` do not give at the same task."""
    return right.join(rows.select("task", "said").unique(), on=["task", "said"], how="anti")


def _one_a_task(frame: pl.DataFrame) -> pl.Series:
    """The first text at each task, so that what a task asks for is not taken for a habit."""
    written = frame.filter(pl.col("text").is_not_null())
    return written.unique("task", keep="first", maintain_order=True)["text"].head(READ)


def _holding(texts: pl.Series, passage: str) -> float:
    return float(texts.str.contains(passage, literal=True).mean() or 0.0)  # type: ignore[arg-type]


def _most_lost(gone: pl.DataFrame) -> list[str]:
    """The tasks that lost most different right answers, those with more copies first among equals."""
    ranked = gone.group_by("task").agg(kinds=pl.len(), times=pl.col("times").sum())
    return ranked.sort(["kinds", "times", "task"], descending=[True, True, False]).head(MOST_TASKS)["task"].to_list()


def _at(task: str, gone: pl.DataFrame, first: pl.DataFrame, last: pl.DataFrame) -> Lost:
    """One task then and now."""
    mine = gone.filter(pl.col("task") == task).select("said", "times", "gold")
    now = last.filter(pl.col("task") == task)
    given = now.drop_nulls("said").group_by("said").agg(times=pl.len(), gold=pl.col("gold").mean())
    prompts = now["prompt"].drop_nulls()
    return Lost(
        task,
        prompts[0] if len(prompts) else None,
        _answers(mine),
        (first.filter(pl.col("task") == task).height, now.height),
        _answers(given),
    )


def _answers(rows: pl.DataFrame) -> tuple[Answer, ...]:
    """The answers with most copies."""
    most = rows.sort(["times", "said"], descending=[True, False]).head(MOST_ANSWERS)
    return tuple(Answer(*row) for row in most.iter_rows())
