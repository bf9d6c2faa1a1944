"""Whether a loop that selects by this judge is worth starting: go, needs an anchor, no-go, or cannot tell."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headway.measure.equivalence import Equivalence, equivalent, tasks_to_settle
from headway.measure.gap import Gap
from headway.stats import Estimate

MARGIN = 0.01
"""A smaller gain, as a share of attempts, is called none: arXiv:2412.02674 finds factual tasks within this bound."""
TAKEN_OVER = Estimate(0.25, 0.1, 0.6, 16)
"""The share of the gap that one round of filtered fine-tuning takes over, and its range: the first seed of the study
`gap`, over its cells. It depends on how a round trains, so a round of one's own says more."""
SILENCE = 3.0
"""What n tasks without a single event leave possible: at most 3 / n, with 95 % confidence (the rule of three)."""
Decision = Literal["go", "needs an anchor", "no-go", "cannot tell"]


@dataclass(frozen=True)
class Worth:
    """A decision, why, and how many tasks would settle it where it cannot be told."""

    decision: Decision
    reason: str
    none: Equivalence
    """Whether the gap is zero to within the margin."""
    foretold: Estimate
    """What one round is foretold to gain; see `foretold`."""
    tasks_needed: int | None = None


def worth(gap: Gap, margin: float = MARGIN) -> Worth:
    """The decision on a gap that was measured.

    no-go: attempts at a task are nearly all right or all wrong, so not even a perfect judge would gain `margin`.
    needs an anchor: a perfect judge would, this one does not. go: its gap is above 0 and it tells right from wrong
    within tasks. All by 95 % intervals over tasks, and two statistics have to agree on a go.
    """
    decision, reason, needed = _decided(gap, margin)
    none = equivalent(gap.by_task["gap"].to_numpy(), margin)
    return Worth(decision, reason, none, foretold(gap), needed)


def foretold(gap: Gap, taken_over: Estimate = TAKEN_OVER) -> Estimate:
    """What one round gains where training takes over this share of the gap; the interval spans those of both."""
    low, high = gap.gap.low, gap.gap.high
    ends = [end * share for end in (low, high) for share in (taken_over.low, taken_over.high)]
    return Estimate(gap.gap.value * taken_over.value, min(ends), max(ends), gap.gap.n)


def _decided(gap: Gap, margin: float) -> tuple[Decision, str, int | None]:
    values = gap.by_task["gap"].to_numpy()
    if _highest(gap.by_task["ceiling"].to_numpy(), gap.ceiling.high) < margin:
        return "no-go", f"no judge could gain {margin:.0%}: attempts at a task are all right or all wrong", None
    if gap.ceiling.value == 0.0:
        seen = "nothing is right" if gap.accuracy.value == 0.0 else "no task has right and wrong attempts"
        return "cannot tell", f"{seen} in {gap.attempts:,} attempts", math.ceil(SILENCE / margin)
    if _highest(values, gap.gap.high) < margin:
        more = f"a perfect judge would gain {gap.ceiling.value:.1%}, this one less than {margin:.0%}"
        return "needs an anchor", more, None
    if gap.gap.low > 0.0:
        if gap.auc is not None and gap.auc.low > 0.5:
            return "go", "what the judge keeps is right more often, and it tells right from wrong within tasks", None
        return "cannot tell", "the gap is above 0, but the AUC within tasks may be .5", 2 * len(values)
    needed = max(tasks_to_settle(values, margin), len(values) + 1)
    return "cannot tell", f"the gap may be 0 and may be above {margin:.0%}", needed


def _highest(values: np.ndarray, high: float) -> float:
    """The upper end of an interval, which resampling cannot see where all values are alike."""
    return float(values[0]) + SILENCE / len(values) if np.ptp(values) == 0.0 else high
