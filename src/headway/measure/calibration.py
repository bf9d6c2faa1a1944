"""What a judge says beside what is true: how much it overclaims, and whether it can tell right from wrong."""

import polars as pl

OVERCLAIM = {
    "self_score": pl.col("opinion").mean(),
    "overclaim": (pl.col("opinion") - pl.col("truth")).mean(),
}
"""What `overclaim` says of a task; null where the judge has no opinion on any of its attempts."""


def overclaim(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `self_score` (mean opinion) and `overclaim` (mean opinion minus share right), in [-1, 1].

    Attempts on which the judge has no opinion are left out, of the truth as well.
    """
    return judged.filter(pl.col("opinion").is_not_null()).group_by("task", maintain_order=True).agg(**OVERCLAIM)


def separation(judged: pl.DataFrame, opinion: str = "opinion") -> pl.DataFrame:
    """A row for each task with both right and wrong attempts: `task` and `verdict_auc` (area under the ROC curve).

    Within a task, because selection works within a task: 0.5 is a judge that cannot tell its own
    right attempts from its wrong ones; ties count a half (the Mann-Whitney statistic). Pooled over
    tasks a judge that only knows hard tasks from easy ones would look good. `opinion` names its column.
    """
    right = pl.col("truth") == 1.0
    counted = (
        judged.filter(pl.col(opinion).is_not_null())
        .with_columns(rank=pl.col(opinion).rank("average").over("task"))
        .group_by("task", maintain_order=True)
        .agg(right=right.sum(), wrong=(~right).sum(), ranks=pl.col("rank").filter(right).sum())
        .filter((pl.col("right") > 0) & (pl.col("wrong") > 0))
    )
    pairs = pl.col("right") * pl.col("wrong")
    return counted.select("task", verdict_auc=(pl.col("ranks") - pl.col("right") * (pl.col("right") + 1) / 2) / pairs)
