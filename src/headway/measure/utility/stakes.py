"""How much the same events count when they happen to the judge, and when they happen to somebody else."""

from collections.abc import Mapping

import numpy as np

from headway.measure.utility.thurstone import Utilities
from headway.stats import Estimate, mean_over_tasks, paired_difference

Event = tuple[str, str]
"""An event, and to whom it happens."""


def stakes(utilities: Utilities, good: Mapping[Event, int], bad: Mapping[Event, int], me: str) -> dict[str, Estimate]:
    """What hangs on an event for each of those it can happen to, U(good) - U(bad), mean over events with an interval.

    `good` and `bad` are the outcomes of an event that goes well and of the same that goes badly. `me less WHO` is the
    difference between `me` and another over the events that both have: above 0 the judge weighs its own lot more. A
    number about choices between sentences: it says nothing about what the judge would do.
    """
    gaps: dict[str, dict[str, float]] = {}
    for event, who in good.keys() & bad.keys():
        gap = utilities.mean[good[event, who]] - utilities.mean[bad[event, who]]
        gaps.setdefault(who, {})[event] = float(gap)
    found = {who: mean_over_tasks([gaps[who][event] for event in sorted(gaps[who])]) for who in sorted(gaps)}
    for who in sorted(gaps.keys() - {me}):
        shared = sorted(gaps.get(me, {}).keys() & gaps[who].keys())
        mine, theirs = (np.array([gaps[one][event] for event in shared]) for one in (me, who))
        found[f"{me} less {who}"] = paired_difference(theirs, mine)
    return {name: estimate for name, estimate in found.items() if estimate is not None}
