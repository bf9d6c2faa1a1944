"""How many different answers there are, among the right ones and among all."""

import polars as pl


def distinct_answers(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `distinct_right` and `distinct`, counts of different readable answers.

    Answers are compared in the domain's canonical form, so that another spelling is not another
    answer. Counts grow with the number of attempts: compare only exams of one size.
    """
    answered = pl.col("answer").is_not_null()
    return judged.group_by("task", maintain_order=True).agg(
        distinct_right=pl.col("answer").filter(answered & (pl.col("truth") == 1.0)).n_unique().cast(pl.Float64),
        distinct=pl.col("answer").filter(answered).n_unique().cast(pl.Float64),
    )
