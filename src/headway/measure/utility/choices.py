"""Choices between two outcomes, each pair shown in both orders."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.domains.outcomes.outcome import FORCED


@dataclass(frozen=True)
class Pairs:
    """Pairs of outcomes by their numbers, and how often the first one was chosen, in [0, 1]: arrays of (E,).

    `straight` is where the first one was shown first, `swapped` where it was shown second.
    """

    first: np.ndarray
    second: np.ndarray
    straight: np.ndarray
    swapped: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def share(self) -> np.ndarray:
        """How often the first outcome was chosen over both orders: what comes from the place cancels, (E,)."""
        return (self.straight + self.swapped) / 2.0

    @cached_property
    def members(self) -> np.ndarray:
        """Both outcomes of every pair, (E, 2)."""
        return np.stack([self.first, self.second], axis=1)

    @cached_property
    def known(self) -> dict[tuple[int, int], float]:
        """How often the first is chosen over the second, by the two, either way round."""
        rows = list(zip(self.first.tolist(), self.second.tolist(), self.share.tolist(), strict=True))
        return {(i, j): share for i, j, share in rows} | {(j, i): 1.0 - share for i, j, share in rows}

    def take(self, rows: np.ndarray) -> "Pairs":
        """Some of the pairs, by place or mask."""
        return Pairs(self.first[rows], self.second[rows], self.straight[rows], self.swapped[rows])

    def joined(self, other: "Pairs") -> "Pairs":
        """These pairs and those."""
        columns = ("first", "second", "straight", "swapped")
        return Pairs(*(np.concatenate([vars(self)[name], vars(other)[name]]) for name in columns))


def weight_of() -> pl.Expr:
    """What an attempt counts for: a forced one its own share, a reply that was drawn 1."""
    return pl.when(pl.col("finish") == FORCED).then(pl.col("logprob").exp()).otherwise(1.0)


def pairs_of(attempts: Attempts) -> Pairs:
    """The pairs of a table of choices that were read in both orders; the others are left out.

    Every task has the traits `first` and `second`, the numbers of the outcomes as they were shown, and `words`, the
    answers that choose each. Two forced attempts (`Choose`) say a share by their log-probability; of several free
    attempts it is the share of those that name either.
    """
    trait = pl.col("traits").struct.field
    chose = pl.when(pl.col("answer") == trait("words").list.first()).then(1.0)
    chose = chose.when(pl.col("answer") == trait("words").list.last()).then(0.0)
    by_task = (
        attempts.frame.select("task", shown=trait("first"), beside=trait("second"), chose=chose, weight=weight_of())
        .drop_nulls()
        .group_by("task", maintain_order=True)
        .agg(
            pl.col("shown", "beside").first(),
            ((pl.col("chose") * pl.col("weight")).sum() / pl.col("weight").sum()).alias("share"),
        )
    )
    turned = pl.col("shown") > pl.col("beside")
    both = (
        by_task.select(
            first=pl.min_horizontal("shown", "beside"),
            second=pl.max_horizontal("shown", "beside"),
            straight=pl.when(~turned).then("share"),
            swapped=pl.when(turned).then(1.0 - pl.col("share")),
        )
        .group_by("first", "second", maintain_order=True)
        .agg(pl.col("straight", "swapped").mean())
        .drop_nulls()
    )
    first, second = (both[name].to_numpy().astype(np.int64) for name in ("first", "second"))
    straight, swapped = (both[name].to_numpy().astype(np.float64) for name in ("straight", "swapped"))
    return Pairs(first, second, straight, swapped)
