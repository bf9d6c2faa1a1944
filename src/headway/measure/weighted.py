"""Votes that count as much as the voter is sure (arXiv:2507.16806)."""

import polars as pl


def weighted_vote(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `weighted`, the truth of the answer whose attempts state the most confidence together.

    `judged` has `task`, `answer`, `confidence` and `truth`. Unreadable attempts and those that state nothing do not
    vote; answers that tie count equally; a task without votes gets 0.
    """
    votes = (
        judged.filter(pl.col("answer").is_not_null() & pl.col("confidence").is_not_null())
        .group_by("task", "answer", maintain_order=True)
        .agg(votes=pl.col("confidence").sum(), truth=pl.col("truth").mean())
    )
    most = pl.col("votes").max().over("task")
    winners = votes.filter(pl.col("votes") >= most - 1e-9)  # sums of the same confidences in another order
    shares = winners.group_by("task", maintain_order=True).agg(weighted=pl.col("truth").mean())
    tasks = judged.select("task").unique(maintain_order=True)
    return tasks.join(shares, on="task", how="left", maintain_order="left").with_columns(
        pl.col("weighted").fill_null(0.0)
    )
