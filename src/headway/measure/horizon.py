"""How far a plan is executed without an error: prefixes, the horizon, and what step accuracy would imply."""

import math

import numpy as np
import polars as pl

from headway.stats import Estimate, resampled_rows


def right_prefixes(rows: pl.DataFrame) -> pl.DataFrame:
    """A row a conversation: `chain`, `prefix` (turns before its first wrong one) and `whole` (whether none is wrong).

    `rows` has `chain`, `conversation`, `turn` and `right` (1.0 or 0.0); turns begin at 1 and none is missing.
    """
    return (
        rows.sort("conversation", "turn")
        .with_columns(held=pl.col("right").cum_min().over("conversation"))
        .group_by("conversation", maintain_order=True)
        .agg(pl.col("chain").first(), prefix=pl.col("held").sum().cast(pl.Int64), whole=pl.col("held").last() == 1.0)
    )


def horizon(prefixes: np.ndarray, success: float = 0.5) -> int:
    """The largest number of turns that at least this share of conversations does without an error (arXiv:2509.09677).

    `prefixes` are turns before the first error, (conversations,). A conversation that ended without one counts as
    far as it went, so where that many never err the horizon is at least what is returned.
    """
    if not 0.0 < success <= 1.0:
        raise ValueError(f"the horizon is asked at success {success}; it must be above 0 and at most 1")
    longest_first = np.sort(np.asarray(prefixes))[::-1]
    needed = math.ceil(success * len(longest_first) - 1e-9)
    return int(longest_first[max(needed, 1) - 1]) if len(longest_first) else 0


def horizon_over_chains(prefixes: pl.DataFrame, success: float = 0.5, *, seed: int = 0) -> Estimate | None:
    """`horizon` with a percentile bootstrap interval over chains; `prefixes` is what `right_prefixes` gives."""
    if prefixes.is_empty():
        return None
    chains, values = prefixes["chain"].to_numpy(), prefixes["prefix"].to_numpy()
    again = [horizon(values[rows], success) for rows in resampled_rows(chains, 1000, seed)]
    low, high = np.quantile(again, (0.025, 0.975))
    return Estimate(float(horizon(values, success)), float(low), float(high), len(np.unique(chains)))


def ideal_horizon(step: float, success: float = 0.5) -> float:
    """The horizon if every step were right with probability `step`, whatever came before: ln(success) / ln(step).

    The real number; its whole part is the largest number of turns. 0 for step 0, infinity for step 1.
    """
    if not (0.0 <= step <= 1.0 and 0.0 < success < 1.0):
        raise ValueError(f"step accuracy {step} must lie in [0, 1] and success {success} strictly between 0 and 1")
    if step in (0.0, 1.0):
        return math.inf if step else 0.0
    return math.log(success) / math.log(step)
