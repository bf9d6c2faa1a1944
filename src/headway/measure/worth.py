"""Whether a loop that selects by this judge is worth starting: go, needs an anchor, no-go, or cannot tell."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headway.measure.equivalence import Equivalence, equivalent, tasks_to_settle
from headway.measure.gap import Gap

MARGIN = 0.01
"""A smaller gain, as a share of attempts, is called none: arXiv:2412.02674 finds factual tasks within this bound."""
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
    tasks_needed: int | None = None


def worth(gap: Gap, margin: float = MARGIN) -> Worth:
    """The decision on a gap that was measured.

    no-go: attempts at a task are nearly all right or all wrong, so not even a perfect judge would gain `margin`.
    needs an anchor: a perfect judge would, this one does not. go: its gap is above 0 and it tells right from wrong
    within tasks. All by 95 % intervals over tasks, and two statistics have to agree on a go.
    """
    values = gap.by_task["gap"].to_numpy()
    none = equivalent(values, margin)
    room, high = (
        _highest(gap.by_task[name].to_numpy(), one)
        for name, one in (("ceiling", gap.ceiling.high), ("gap", gap.gap.high))
    )
    if room < margin:
        return Worth("no-go", f"no judge could gain {margin:.0%}: attempts at a task are all right or all wrong", none)
    if gap.ceiling.value == 0.0:
        seen = "nothing is right" if gap.accuracy.value == 0.0 else "no task has right and wrong attempts"
        return Worth("cannot tell", f"{seen} in {gap.attempts:,} attempts", none, math.ceil(SILENCE / margin))
    if high < margin:
        more = f"a perfect judge would gain {gap.ceiling.value:.1%}, this one less than {margin:.0%}"
        return Worth("needs an anchor", more, none)
    informed = gap.auc is not None and gap.auc.low > 0.5
    if gap.gap.low > 0.0 and informed:
        return Worth("go", "what the judge keeps is right more often, and it tells right from wrong within tasks", none)
    if gap.gap.low > 0.0:
        return Worth(
            "cannot tell", "the gap is above 0 but the AUC within tasks is not above .5", none, 2 * len(values)
        )
    needed = max(tasks_to_settle(values, margin), len(values) + 1)
    return Worth("cannot tell", f"the gap may be 0 and may be above {margin:.0%}", none, needed)


def _highest(values: np.ndarray, high: float) -> float:
    """The upper end of an interval, which resampling cannot see where all values are alike."""
    return float(values[0]) + SILENCE / len(values) if np.ptp(values) == 0.0 else high
