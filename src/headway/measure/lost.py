"""Right answers that a policy used to find and finds no more: what narrowing costs first."""

import polars as pl


def right_answers_lost(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """A row a task of both rounds: `task`, `right_before`, `lost`, `minority_lost`, `gained`, `net_lost`, in answers.

    `lost` are different right answers given before and not after, `minority_lost` those that were not the most frequent
    right answer, `gained` the reverse of lost. Rare answers come and go by chance, as often one way as the other when
    both rounds have the same number of attempts: so judge by `net_lost`, lost minus gained, which is 0 on average
    without a change. ValueError where a task's attempts differ in number.
    """
    _require_equal_attempts(before, after)
    both = _in_both(before, after)
    gone, new = pl.col("after") == 0, pl.col("before") == 0
    minority = pl.col("before") < pl.col("before").max().over("task")
    counted = both.group_by("task", maintain_order=True).agg(
        right_before=(~new).sum().cast(pl.Float64),
        lost=gone.sum().cast(pl.Float64),
        minority_lost=(gone & minority).sum().cast(pl.Float64),
        gained=new.sum().cast(pl.Float64),
    )
    tasks = before.select("task").unique(maintain_order=True).join(after.select("task").unique(), on="task", how="semi")
    every = tasks.join(counted, on="task", how="left", maintain_order="left").fill_null(0.0)
    return every.with_columns(net_lost=pl.col("lost") - pl.col("gained"))


def lost_answers(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The right answers themselves: `task`, `answer`, `times` given before, `chance`; the surest losses first.

    `chance` is how likely all of them fall into the first of two equal rounds when nothing has changed. One answer with
    a small chance proves little among many tasks: `right_answers_lost` is the test, this is what to show.
    """
    _require_equal_attempts(before, after)
    n = before.group_by("task").agg(n=pl.len())
    gone = _in_both(before, after).filter(pl.col("after") == 0).join(n, on="task", maintain_order="left")
    rows = [
        (task, answer, times, _all_in_the_first(times, attempts))
        for task, answer, times, attempts in gone.select("task", "answer", "before", "n").rows()
    ]
    schema = {"task": before.schema["task"], "answer": pl.String, "times": pl.Int64, "chance": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("chance", maintain_order=True)


def _in_both(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """How often each right answer was given in both rounds, for tasks of both."""
    right = pl.col("answer").is_not_null() & (pl.col("truth") == 1.0)
    counts = [
        frame.filter(right).join(other.select("task").unique(), on="task", how="semi")
        .group_by("task", "answer", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias(name))
        for name, frame, other in (("before", before, after), ("after", after, before))
    ]  # fmt: skip
    joined = counts[0].join(counts[1], on=["task", "answer"], how="full", coalesce=True, maintain_order="left_right")
    return joined.with_columns(pl.col("before", "after").fill_null(0))


def _require_equal_attempts(before: pl.DataFrame, after: pl.DataFrame) -> None:
    counts = before.group_by("task").agg(before=pl.len()).join(after.group_by("task").agg(after=pl.len()), on="task")
    unequal = counts.filter(pl.col("before") != pl.col("after")).sort("task")
    if len(unequal):
        task, first, second = unequal.row(0)
        raise ValueError(
            f"task {task!r} has {first} attempts before and {second} after ({len(unequal)} tasks differ): more "
            f"attempts find more answers, so draw as many of each first"
        )


def _all_in_the_first(times: int, attempts: int) -> float:
    """C(n, m) / C(2n, m)."""
    chance = 1.0
    for drawn in range(times):
        chance *= (attempts - drawn) / (2 * attempts - drawn)
    return chance
