"""How far a policy has moved, and in what shape it writes: divergence, entropy, length, readability."""

import polars as pl

FORM = {"valid": pl.col("answer").is_not_null().cast(pl.Float64).mean(), "tokens": pl.col("tokens").mean()}
"""What `form` says of a task."""


def form(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `valid` (share of attempts with a readable answer) and `tokens` (mean length of a text)."""
    return judged.group_by("task", maintain_order=True).agg(**FORM)


def kl_estimates(judged: pl.DataFrame, reference: str = "reference_logprob") -> pl.DataFrame:
    """A row a task: `task` and estimates of KL(policy || reference) in nats a text: `k1`, `k2`, `k3` (Schulman 2020).

    Needs texts that this policy drew (at temperature 1, not cut off by top-p), `logprob` under it, and the logprob of
    the same texts under the reference. With r = reference / policy: k1 is -ln r, unbiased and noisy, and negative at
    times; k2 is (ln r)^2 / 2, biased and calm, good for small divergences; k3 is r - 1 - ln r, unbiased and never
    negative, but of a whole text r is so uneven that few samples miss its mean: there, trust k1. Attempts without both
    log-probabilities are left out.
    """
    known = judged.filter(pl.col("logprob").is_not_null() & pl.col(reference).is_not_null())
    ratio = pl.col(reference) - pl.col("logprob")
    return known.group_by("task", maintain_order=True).agg(
        k1=(-ratio).mean(), k2=(ratio**2 / 2).mean(), k3=(ratio.exp() - 1 - ratio).mean()
    )


def surprise(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `entropy` [nats a text] and `entropy_per_token`, from log-probabilities of what was drawn.

    The mean of -logprob over a policy's own draws is an unbiased estimate of its entropy; divided by tokens it compares
    policies that write at different lengths. Attempts without a log-probability are left out.
    """
    known = judged.filter(pl.col("logprob").is_not_null())
    return known.group_by("task", maintain_order=True).agg(
        entropy=(-pl.col("logprob")).mean(),
        entropy_per_token=-pl.col("logprob").sum() / pl.when(pl.col("tokens").sum() > 0).then(pl.col("tokens").sum()),
    )


def answer_entropy(judged: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `answer_entropy` [nats] over its readable answers, null with fewer than two.

    With the correction of Miller and Madow, (number of answers - 1) / 2n, and still low for few attempts: where numbers
    of attempts differ read `sameness.same_pairs`, which is unbiased at any number.
    """
    votes = (
        judged.filter(pl.col("answer").is_not_null()).group_by("task", "answer", maintain_order=True).agg(n=pl.len())
    )
    n, total = pl.col("n").cast(pl.Float64), pl.col("n").sum().cast(pl.Float64)
    plain = (-n / total * (n / total).log()).sum() + (pl.len().cast(pl.Float64) - 1) / (2 * total)
    found = votes.group_by("task", maintain_order=True).agg(answer_entropy=pl.when(total >= 2).then(plain))
    return judged.select("task").unique(maintain_order=True).join(found, on="task", how="left", maintain_order="left")
