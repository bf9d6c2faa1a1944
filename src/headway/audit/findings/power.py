"""What could have been seen: the smallest change that would be found nine times in ten."""

import numpy as np

from headway.audit.findings.rules import ALPHA_EACH, TOLERATED
from headway.audit.findings.stretches import grids
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Power

NINE_IN_TEN = 1.2816
"""The 0.9 quantile of the normal distribution."""


def power(track: Track) -> Power:
    """For a change between the first and the last stretch of one length, at the length that sees it best."""
    smallest = np.inf
    for grid in grids(track, ALPHA_EACH):
        if len(grid.mean) < 2:
            continue
        error = np.sqrt(grid.variance[0] + grid.variance[-1])
        smallest = min(smallest, float((grid.quantile[-1, 0] + NINE_IN_TEN) * error))
    margin = float(track.margin(track.value[0]))
    return Power(track.name, max(smallest, margin), TOLERATED * margin)
