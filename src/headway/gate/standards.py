"""What must stay true whatever the score: a metric that may not fall behind its own best round."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.stages import Report, Round, require


@dataclass(frozen=True)
class Standard:
    """`metric` may fall at most `margin` behind the accepted round that was best at it.

    The margin is in the metric's own unit, or with `relative` a share of that best round's value. A `must` has to hold,
    and what is not known does not hold; other standards say which of two rounds that hold all musts is better.
    `most` is the largest value that the metric can have at one task (0 is the least). `evidence` names the verdict that
    the metric has to rest on, None for whatever the exam calls right; it may not be one that the loop can write.
    `name` is what people call it, `protects` the role that it is there for, and `owner` who answers for it.
    """

    metric: str
    margin: float
    relative: bool = False
    must: bool = True
    most: float = 1.0
    evidence: str | None = None
    name: str = ""
    protects: str = ""
    owner: str = ""

    def __post_init__(self) -> None:
        require(self.margin > 0.0, self, "margin", "more than 0")
        require(self.most > 0.0, self, "most", "more than 0")

    @property
    def called(self) -> str:
        """Its name and what it is on."""
        return f"{self.name} ({self.metric})" if self.name and self.name != self.metric else self.metric

    def gains(self, report: Report, reference: Report) -> np.ndarray:
        """New minus old at every exam task that both measured, in the order of the newer exam."""
        pairs = report.by_task.select("task", new=self.measured(report)).join(
            reference.by_task.select("task", old=self.measured(reference)), on="task", maintain_order="left"
        )
        return (pairs["new"] - pairs["old"]).drop_nulls().cast(pl.Float64).to_numpy()

    def allowed(self, reference: Report) -> float:
        """How far the metric may fall, in its own unit."""
        return self.margin * (reference.estimates[self.metric].value if self.relative else 1.0)

    def reference(self, accepted: Sequence[Round]) -> Report | None:
        """The report of the accepted round with the highest value, so that small losses cannot add up.

        None where it was measured in none.
        """
        reports = [turn.report for turn in accepted if turn.report is not None and self.metric in turn.report.estimates]
        return max(reports, key=lambda report: report.estimates[self.metric].value) if reports else None

    def measured(self, report: Report) -> pl.Series:
        """The metric of every task; ValueError where the exam does not measure it."""
        if self.metric not in report.by_task.columns:
            raise ValueError(
                f"a standard is on {self.metric!r}, which this exam does not measure; "
                f"it measures {[name for name in report.estimates if '/' not in name]}"
            )
        return report.by_task[self.metric]
