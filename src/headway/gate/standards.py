"""What must stay true whatever the score: a metric that may not fall behind its own best round."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.stages import Report, Round, require
from headway.stats import Estimate, mean_with_bounds


@dataclass(frozen=True)
class Standard:
    """`metric` may fall at most `margin` behind the accepted round that was best at it.

    The margin is in the metric's own unit, or with `relative` a share of that best round's value.
    """

    metric: str
    margin: float
    relative: bool = False

    def __post_init__(self) -> None:
        require(self.margin > 0.0, self, "margin", "more than 0")

    def difference(self, report: Report, accepted: Sequence[Round], alpha: float) -> Estimate:
        """New minus best over the same exam tasks; `low` and `high` are one-sided bounds at level `alpha` each."""
        best = self.reference(accepted)
        pairs = report.by_task.select("task", new=self.measured(report)).join(
            best.by_task.select("task", old=self.measured(best)), on="task", maintain_order="left"
        )
        gains = (pairs["new"] - pairs["old"]).drop_nulls().to_numpy()
        if gains.size < 2:
            raise ValueError(f"the standard on {self.metric!r} needs 2 exam tasks in common, there are {gains.size}")
        return mean_with_bounds(np.asarray(gains, dtype=np.float64), alpha)

    def allowed(self, accepted: Sequence[Round]) -> float:
        """How far the metric may fall, in its own unit."""
        return self.margin * (self.reference(accepted).estimates[self.metric].value if self.relative else 1.0)

    def reference(self, accepted: Sequence[Round]) -> Report:
        """The report of the accepted round with the highest value, so that small losses cannot add up."""
        reports = [turn.report for turn in accepted if turn.report is not None]
        return max(reports, key=lambda report: report.estimates[self.metric].value)

    def measured(self, report: Report) -> pl.Series:
        """The metric of every task; ValueError where the exam does not measure it."""
        if self.metric not in report.by_task.columns:
            raise ValueError(
                f"a standard is on {self.metric!r}, which this exam does not measure; "
                f"it measures {[name for name in report.estimates if '/' not in name]}"
            )
        return report.by_task[self.metric]
