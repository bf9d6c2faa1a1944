"""Where a confidence can come from: said by the policy (the column itself), its agreement, or its log-probability."""

import polars as pl


def agreement(judged: pl.DataFrame) -> pl.Series:
    """For every attempt the share of the task's other readable attempts that give the same answer, in [0, 1].

    An attempt does not vouch for itself. Null where it is unreadable itself, or the only readable one. The number
    depends on the temperature, and nothing external is in it: a policy that always errs alike agrees with itself.
    """
    readable = pl.col("answer").is_not_null()
    others = readable.sum().over("task").cast(pl.Float64) - 1.0
    same = pl.len().over("task", "answer").cast(pl.Float64) - 1.0
    return judged.select(agreement=pl.when(readable & (others > 0)).then(same / others)).to_series()


def token_probability(judged: pl.DataFrame) -> pl.Series:
    """For every attempt exp(logprob / tokens), the geometric mean probability of its tokens, in (0, 1].

    Null without a log-probability or without tokens. Of a whole text, not of its answer: fluency counts.
    """
    known = pl.col("logprob").is_not_null() & (pl.col("tokens") > 0)
    return judged.select(
        token_probability=pl.when(known).then((pl.col("logprob") / pl.col("tokens")).exp().clip(0.0, 1.0))
    ).to_series()
