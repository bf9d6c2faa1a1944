"""What a proposer proposed: how hard, how varied and how new it was, and how right the labels were that it led to."""

from collections.abc import Sequence

import polars as pl

from headway.attempts import Attempts, field_names


def asked(judged: Attempts, *, vote: str = "vote", truth: str = "tool") -> pl.DataFrame:
    """A row a task of a round: `task`, `prompt`, `level`, `agreement`, `label_right`, `solved` and `solvable`.

    `agreement` is the share of attempts that give the elected answer, 0 where the verdict `vote` elects none;
    `label_right` whether that answer is right by the verdict `truth`, null without one; `solved` the share of attempts
    that are right; `solvable` whether the world knows a right answer. All but `solvable` in [0, 1].
    """
    rows = judged.frame.select(
        "task", "prompt", "level", "truth", won=judged.verdict(vote).fill_null(0.0), right=judged.verdict(truth)
    )
    return rows.group_by("task", maintain_order=True).agg(
        pl.col("prompt", "level").first(),
        agreement=pl.col("won").mean(),
        label_right=pl.col("right").filter(pl.col("won") == 1.0).first(),
        solved=pl.col("right").mean(),
        solvable=pl.col("truth").first().is_not_null(),
    )


def refused(sampled: Attempts) -> dict[str, int] | None:
    """How many texts a proposer wrote in a round, `malformed` and `withheld` ones; None where nobody proposed."""
    if "malformed" not in field_names(sampled.frame, "traits"):
        return None
    first = sampled["traits"][0]
    return {name: first[name] for name in ("written", "malformed", "withheld")}


def summary(rounds: Sequence[pl.DataFrame]) -> list[dict[str, float | None]]:
    """One row of numbers for each round's `asked`, all shares but `level`, `spread` and `tasks`.

    `level` and `spread` are the mean and the standard deviation of the level; `hard` is 1 - `solved`; `band` the share
    of tasks that two or more attempts agree on, but not all; `distinct` the different prompts, `new` those of them that
    no earlier round asked.
    """
    made: list[dict[str, float | None]] = []
    known: set[str] = set()
    for rows in rounds:
        prompts = set(map(str, rows["prompt"]))
        agreed = pl.col("agreement")
        made.append(
            rows.select(
                tasks=pl.len().cast(pl.Float64),
                level=pl.col("level").mean(),
                spread=pl.col("level").std(),
                agreement=agreed.mean(),
                label_right=pl.col("label_right").mean(),
                hard=1.0 - pl.col("solved").mean(),
                band=((agreed > 0.0) & (agreed < 1.0)).mean(),
                solvable=pl.col("solvable").mean(),
            ).to_dicts()[0]
            | {"distinct": len(prompts) / rows.height, "new": len(prompts - known) / len(prompts)}
        )
        known |= prompts
    return made
