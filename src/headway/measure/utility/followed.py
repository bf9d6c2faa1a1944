"""How often the choices go as another judge says: the world, or what people wrote."""

import polars as pl

from headway.attempts import Attempts
from headway.measure.utility.choices import weight_of
from headway.measure.utility.shared import mean_over_shared
from headway.stats import Estimate


def followed(attempts: Attempts, judge: str) -> Estimate | None:
    """The share of pairs whose majority over both orders is the judge's choice, a tie a half; None where it is silent.

    `attempts` are those that `pairs_of` takes. Pairs of which the judge says nothing are left out.
    """
    trait = pl.col("traits").struct.field
    said = pl.lit(attempts.verdict(judge))
    by_pair = (
        attempts.frame.select(
            one=pl.min_horizontal(trait("first"), trait("second")),
            other=pl.max_horizontal(trait("first"), trait("second")),
            said=said,
            weight=weight_of(),
        )
        .drop_nulls()
        .group_by("one", "other", maintain_order=True)
        .agg(share=(pl.col("said") * pl.col("weight")).sum() / pl.col("weight").sum())
    )
    share = by_pair["share"].to_numpy()
    agreed = (share > 0.5) + 0.5 * (share == 0.5)
    return mean_over_shared(by_pair.select("one", "other").to_numpy(), agreed)
