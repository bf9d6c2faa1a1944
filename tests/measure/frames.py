"""Small judged frames, as the measures read them."""

import polars as pl


def judged(answers, truth, opinion=None, task=None, **columns):
    """One row an attempt; all of one task unless told."""
    n = len(answers)
    return pl.DataFrame(
        {
            "task": task or ["t"] * n,
            "level": [0] * n,
            "answer": pl.Series(answers, dtype=pl.String),
            "truth": pl.Series(truth, dtype=pl.Float64),
            "opinion": pl.Series(opinion or [None] * n, dtype=pl.Float64),
            **columns,
        }
    )
