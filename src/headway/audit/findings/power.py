"""What could have been seen: the smallest change that would be found nine times in ten."""

import numpy as np

from headway.audit.findings.rules import ALPHA_EACH, TOLERATED
from headway.audit.findings.stretches import grids
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Power

NINE_IN_TEN = 1.2816
"""The 0.9 quantile of the normal distribution."""


def power(track: Track) -> Power:
    """For a change in the middle of the run, by the stretches that see it best: one before it, and one after it."""
    margin = float(track.margin(track.value[0]))
    half, made, smallest = len(track) / 2, grids(track, ALPHA_EACH), np.inf
    for now in made:
        for reference in made:
            if reference.length > half or now.start[-1] < half:
                continue
            error = float(np.sqrt(now.variance[-1] + reference.variance[0]))
            # A change is found when its estimate is beyond the margin, and its bound beyond 0.
            smallest = min(smallest, max(float(now.quantile[-1]) * error, margin) + NINE_IN_TEN * error)
    return Power(track.name, float(smallest), TOLERATED * margin)
