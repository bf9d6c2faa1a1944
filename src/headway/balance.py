"""The balance score: is enough kept, and is what is kept right? (B-STaR, arXiv:2412.17256)."""

import polars as pl


def balance_score(rows: pl.DataFrame, wanted: int) -> float:
    """The mean over tasks of min(u / wanted, 1) * (u / n): n attempts are kept at a task, u different right answers.

    `rows` has the columns task, answer, kept and right (booleans, null counts as no); a task of which nothing is kept
    counts as 0. In [0, 1]: much exploration and careful selection both raise it.
    """
    kept = pl.col("kept").fill_null(False)
    counts = rows.group_by("task").agg(
        n=kept.sum(), unique=pl.col("answer").filter(kept & pl.col("right").fill_null(False)).drop_nulls().n_unique()
    )
    share = pl.min_horizontal(pl.col("unique") / wanted, 1.0) * pl.col("unique") / pl.col("n")
    return counts.select(pl.when(pl.col("n") > 0).then(share).otherwise(0.0).mean()).item()
