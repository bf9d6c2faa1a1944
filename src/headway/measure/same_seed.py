"""Attempts that are copies because the sampler was seeded alike: an artefact that looks like a collapse."""

from dataclasses import dataclass
from math import gcd

import numpy as np
import polars as pl

NEARLY_ALL = 0.95
LONG = 10
"""Tokens above which even a narrow policy does not write every text twice in the same way."""


@dataclass(frozen=True)
class SameSeed:
    """Whether copies inside groups come from the sampler. `found` is None where the data cannot tell.

    `groups` have at least two attempts; `same_pairs` is the share of pairs within a group that are equal, `expected`
    the share that the log-probabilities make likely (None without them); `copies` is how often every text occurs in
    nearly all groups, 1 for no such number.
    """

    groups: int
    same_pairs: float
    expected: float | None
    copies: int
    found: bool | None
    why: str


def same_seed(judged: pl.DataFrame) -> SameSeed:
    """Tells equal texts that one seed (or temperature 0) makes from those of a policy that can say nothing else.

    Reads `task` and `text`, and `logprob` and `tokens` where present. Two draws of a policy are equal with the mean
    probability of what it draws, E[exp(logprob)]: many more equal pairs than that were not drawn independently. Without
    log-probabilities the sign is that every text of nearly all groups occurs a fixed number of times, as workers with
    one seed make it, which chance does not; groups all of one text are such a sign only where texts are long.
    Attempts without a text are left out.
    """
    judged = judged.filter(pl.col("text").is_not_null())
    counts = judged.group_by("task", "text", maintain_order=True).agg(n=pl.len())
    groups = counts.group_by("task", maintain_order=True).agg("n").filter(pl.col("n").list.sum() > 1)["n"].to_list()
    if not groups:
        return SameSeed(0, 0.0, None, 1, None, "no task has two attempts")
    same = sum(n * (n - 1) for group in groups for n in group)
    share = same / sum(sum(group) * (sum(group) - 1) for group in groups)
    expected, copies = _expected_share(judged), _copies(groups)
    return SameSeed(len(groups), share, expected, copies, *_verdict(share, expected, copies, groups, judged))


def beyond_chance(share: float, expected: float) -> bool:
    """Whether more pairs are equal than independent draws of these log-probabilities would be."""
    return share > 0.05 + 3.0 * expected


def _verdict(
    share: float, expected: float | None, copies: int, groups: list[list[int]], judged: pl.DataFrame
) -> tuple[bool | None, str]:
    if share < 0.05:
        return False, f"{share:.1%} of pairs are equal"
    if expected is not None:
        drawn = f"{share:.1%} of pairs are equal where log-probabilities make {expected:.1%} likely"
        return beyond_chance(share, expected), drawn
    if copies == 1:
        return False, "texts repeat unequally often, as narrow policies repeat them"
    several = np.mean([len(group) > 1 for group in groups])
    if several >= 0.5:
        return True, f"in {NEARLY_ALL:.0%} of groups every text occurs a multiple of {copies} times"
    if "tokens" not in judged.columns or judged["tokens"].null_count() == len(judged):
        return None, "groups are all of one text, and neither lengths nor log-probabilities are there to tell why"
    typical = float(judged["tokens"].median())  # type: ignore[arg-type]
    if typical < LONG:
        return None, f"groups are all of one text, but texts of {typical:.0f} tokens can be the only ones a policy has"
    return True, f"groups are all of one text of {typical:.0f} tokens: one seed, or temperature 0"


def _expected_share(judged: pl.DataFrame) -> float | None:
    if "logprob" not in judged.columns or judged["logprob"].null_count() == len(judged):
        return None
    return float(judged.select(pl.col("logprob").exp().mean()).item())


def _copies(groups: list[list[int]]) -> int:
    """The largest number above 1 that divides every count of nearly all groups, else 1."""
    divisors = np.array([gcd(*group) for group in groups])
    candidates = [m for m in range(2, int(divisors.max()) + 1) if (divisors % m == 0).mean() >= NEARLY_ALL]
    return max(candidates, default=1)
