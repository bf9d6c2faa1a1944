"""What could have been seen: the smallest change that would be found nine times in ten."""

import numpy as np

from headway.audit.findings.rules import ALPHA_EACH, TOLERATED
from headway.audit.findings.stretches import grids
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Power

NINE_IN_TEN = 1.2816
"""The 0.9 quantile of the normal distribution."""


def power(track: Track) -> Power:
    """For a change in mid-run, by stretches of at most a quarter of it, at the length that sees it best."""
    margin = float(track.margin(track.value[0]))
    smallest = np.inf
    for grid in grids(track, ALPHA_EACH):
        if len(grid.mean) < min(4, len(track)):
            break
        error = np.sqrt(grid.variance[0] + grid.variance[-1])
        # A change is found when its estimate is beyond the margin, and its bound beyond 0.
        smallest = min(smallest, float(max(grid.quantile[-1, 0] * error, margin) + NINE_IN_TEN * error))
    return Power(track.name, smallest, TOLERATED * margin)
