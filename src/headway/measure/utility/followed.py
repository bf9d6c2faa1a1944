"""How often the choices go as another judge says: the world, or what people wrote."""

import polars as pl

from headway.attempts import Attempts
from headway.measure.utility.choices import weight_of
from headway.measure.utility.shared import mean_over_shared
from headway.stats import Estimate


def followed(attempts: Attempts, judge: str) -> Estimate | None:
    """The share of pairs whose majority over both orders is the judge's choice, a tie a half; None without any."""
    pairs = agreements(attempts, judge)
    return mean_over_shared(pairs.select("one", "other").to_numpy(), pairs["agreed"].to_numpy())


def followed_more(before: Attempts, after: Attempts, judge: str) -> Estimate | None:
    """How much more often `after` goes as the judge says than `before`, on the same pairs; None without any."""
    pairs = agreements(before, judge).join(agreements(after, judge), on=("one", "other"), suffix="_after")
    gain = (pairs["agreed_after"] - pairs["agreed"]).to_numpy()
    return mean_over_shared(pairs.select("one", "other").to_numpy(), gain)


def agreements(attempts: Attempts, judge: str) -> pl.DataFrame:
    """A row a pair: the outcomes `one` and `other`, and `agreed` with the judge, in [0, 1].

    `attempts` are those that `pairs_of` takes. Pairs of which the judge says nothing are left out.
    """
    trait = pl.col("traits").struct.field
    said = pl.lit(attempts.verdict(judge))
    return (
        attempts.frame.select(
            one=pl.min_horizontal(trait("first"), trait("second")),
            other=pl.max_horizontal(trait("first"), trait("second")),
            said=said,
            weight=weight_of(),
        )
        .drop_nulls()
        .group_by("one", "other", maintain_order=True)
        .agg(share=(pl.col("said") * pl.col("weight")).sum() / pl.col("weight").sum())
        .select("one", "other", agreed=(pl.col("share") > 0.5) + 0.5 * (pl.col("share") == 0.5))
    )
