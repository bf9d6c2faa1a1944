"""Which attempts are worth a person's time: where judges disagree, near-ties, and controls drawn at random."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.people.answers import Kind
from headway.seeds import derived_seed

NEAR = 0.1
"""Two answers whose verdicts differ by no more than this are a near-tie."""


@dataclass(frozen=True)
class Chosen:
    """The id of an attempt, and why it is shown."""

    attempt: str
    kind: Kind


def chosen(
    attempts: Attempts, of: str | None, n: int, *, seed: int = 0, controls: float = 0.25, ties: float = 0.25
) -> list[Chosen]:
    """At most `n` attempts, each text of a task once, the kinds evenly mixed from the first to the last.

    A share `controls` of the tasks, drawn by hash, is kept for controls: one attempt drawn from each, whatever anybody
    said of it. They never meet the other kinds, so the mean over them is the mean over all tasks without bias,
    however many are answered. Near-ties are the two best answers of a task by the verdict `of`, where they differ by
    at most `NEAR`; none where selection looks at no verdict. Disagreement is the largest difference between two
    verdicts on one attempt, one attempt a task. Where there are too few of those two, controls take their place. The
    same attempts give the same choice, and a larger `n` goes on from a smaller one kind by kind. Attempts by the world
    are never shown. ValueError where no judge has spoken.
    """
    if not attempts.judges:
        raise ValueError("no judge has given a verdict on these attempts, so nothing tells which of them matter")
    rows = _rows(attempts, of, seed)
    tasks = rows.select("task", "draw_task").unique().sort("draw_task")["task"]
    kept = tasks.head(round(len(tasks) * controls))
    mine, rest = pl.col("task").is_in(kept.implode()), ~pl.col("task").is_in(kept.implode())
    drawn = _controls(rows.filter(mine))
    tied = _near_ties(rows.filter(rest))[: round(n * ties)]
    targeted = n - min(len(drawn), round(n * controls))
    apart = _disagreement(rows.filter(rest), without=tied)[: targeted - len(tied)]
    drawn = drawn[: n - len(apart) - len(tied)]
    return mixed({"control": drawn, "disagreement": apart, "near-tie": tied})


def _rows(attempts: Attempts, of: str | None, seed: int) -> pl.DataFrame:
    """What the choice looks at: `spread` between judges, the verdict `of`, and draws that depend on the ids alone."""
    known = of if of in attempts.judges else None
    verdicts = [attempts.verdict(judge).alias(judge) for judge in attempts.judges]
    spread = pl.DataFrame(verdicts).select(pl.max_horizontal(pl.all()) - pl.min_horizontal(pl.all())).to_series()
    frame = attempts.frame.select(
        "id",
        "task",
        "text",
        "author",
        said=pl.coalesce("answer", "text"),
        spread=spread,
        verdict=pl.lit(None, dtype=pl.Float64) if known is None else attempts.verdict(known),
    ).filter(pl.col("author") != WORLD)
    return frame.with_columns(
        draw=pl.Series([derived_seed(seed, "attempt", one) for one in frame["id"]], dtype=pl.Int64),
        draw_task=pl.Series([derived_seed(seed, "task", one) for one in frame["task"]], dtype=pl.Int64),
    )


def _controls(rows: pl.DataFrame) -> list[str]:
    """One attempt of each task, drawn among all of them: a text that was written often is drawn often."""
    return rows.sort("draw_task", "draw").unique("task", keep="first", maintain_order=True)["id"].to_list()


def _near_ties(rows: pl.DataFrame) -> list[str]:
    """The two best answers of every task that are near each other, nearest first; one attempt an answer."""
    best = (
        rows.filter(pl.col("verdict") > 0.0)
        .sort("verdict", "draw", descending=[True, False])
        .unique(["task", "said"], keep="first", maintain_order=True)
        .group_by("task", maintain_order=True)
        .head(2)
    )
    apart = pl.col("verdict").max() - pl.col("verdict").min()
    pairs = best.with_columns(apart=apart.over("task"), answers=pl.len().over("task"))
    near = pairs.filter((pl.col("answers") == 2) & (pl.col("apart") <= NEAR))
    return near.sort("apart", "draw_task", "draw")["id"].to_list()


def _disagreement(rows: pl.DataFrame, without: Iterable[str]) -> list[str]:
    """The attempt of each task on which judges differ most, largest difference first; no text of `without` again."""
    shown = rows.filter(pl.col("id").is_in(list(without))).select("task", "text")
    return (
        rows.join(shown, on=["task", "text"], how="anti")
        .filter(pl.col("spread") > 0.0)
        .sort("spread", "draw", descending=[True, False])
        .unique("task", keep="first", maintain_order=True)["id"]
        .to_list()
    )


def mixed(kinds: dict[Kind, list[str]]) -> list[Chosen]:
    """All of them, each kind in its order and spread evenly: whoever leaves early has seen every kind."""
    placed = [
        ((place + 0.5) / len(ids), order, Chosen(one, kind))
        for order, (kind, ids) in enumerate(kinds.items())
        for place, one in enumerate(ids)
    ]
    return [item for _, _, item in sorted(placed, key=lambda entry: entry[:2])]
