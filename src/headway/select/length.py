"""A filter that needs no judge: answers that broke off early are shorter than their siblings."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.stages import Select, State, require


@dataclass(frozen=True)
class Length:
    """Another selection, among the attempts whose answer is nearly as long as the longest at its level.

    An answer may be `shorter` characters shorter than the longest one that this round gave at the level
    (arXiv:2502.01612 drops answers by the same rule within a batch). With `quantile` below 1 that quantile
    of the lengths stands for the longest, so that one answer that ran on does not drop all the others; with
    `longer`, an answer may also be no more than that many characters longer, so that it drops those that ran on.
    Unreadable attempts are dropped. It looks at what was written only, never at a right answer's length.
    """

    inner: Select
    shorter: int = 1
    quantile: float = 1.0
    longer: int | None = None

    def __post_init__(self) -> None:
        require(self.shorter >= 0, self, "shorter", "0 or a whole number")
        require(self.longer is None or self.longer >= 0, self, "longer", "None, 0 or a whole number")
        require(0.0 < self.quantile <= 1.0, self, "quantile", "more than 0 and at most 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection sees only what passes, so that its quotas are filled from that; the rest weighs 0."""
        length = pl.col("answer").str.len_chars()
        longest = length.quantile(self.quantile, "lower").over("level")
        fits = length >= longest - self.shorter
        if self.longer is not None:
            fits &= length <= longest + self.longer
        return among(self.inner, attempts, attempts.frame.select(fits.fill_null(False)).to_series(), state)


def among(inner: Select, attempts: Attempts, passing: pl.Series, state: State) -> Attempts:
    """What `inner` makes of the attempts that pass; the others weigh 0, and the order of rows stays as it was."""
    if passing.all():
        return inner(attempts, state)
    dropped = attempts.filter(~passing)
    selected = inner(attempts.filter(passing), state) if passing.any() else attempts.filter(passing)
    whole = Attempts.join([selected, dropped.weighing(pl.Series([0.0] * len(dropped)))])
    place = attempts.frame.select("id").with_row_index("place")
    frame = whole.frame.join(place, on="id", how="left", maintain_order="left").sort(
        "place", nulls_last=True, maintain_order=True
    )
    return Attempts(frame.drop("place"))
