"""How many different answers there are, among the right ones and among all."""

import polars as pl

_ANSWERED = pl.col("answer").is_not_null()
DISTINCT_ANSWERS = {
    "distinct_right": pl.col("answer").filter(_ANSWERED & (pl.col("truth") == 1.0)).n_unique().cast(pl.Float64),
    "distinct": pl.col("answer").filter(_ANSWERED).n_unique().cast(pl.Float64),
}
"""What `distinct_answers` says of a task."""


def distinct_answers(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `distinct_right` and `distinct`, counts of different readable answers.

    Answers are compared in the domain's canonical form, so that another spelling is not another
    answer. Counts grow with the number of attempts: compare only exams of one size.
    """
    return judged.group_by("task", maintain_order=True).agg(**DISTINCT_ANSWERS)
