"""What could have been seen: the smallest change that would be found nine times in ten."""

from dataclasses import replace

import numpy as np

from headway.audit.findings.rules import ALPHA_EACH, TOLERATED
from headway.audit.findings.stretches import grids
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Power

NINE_IN_TEN = 1.2816
"""The 0.9 quantile of the normal distribution."""


TIMES = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
"""So many times as many prompts are tried."""


def power(track: Track) -> Power:
    """For a change in the middle of the run, by the stretches that see it best: one before it, and one after it."""
    tolerated = TOLERATED * float(track.margin(track.value[0]))
    seen = smallest(track)
    more = (times for times in TIMES if smallest(_larger(track, times)) <= tolerated)
    needed = 1 if seen <= tolerated else next(more, TIMES[-1])
    return Power(track.name, seen, tolerated, round(float(np.median(track.prompts))), needed)


def smallest(track: Track) -> float:
    """The smallest change that stretches show nine times in ten at a harm's share of the error."""
    margin, half, found = float(track.margin(track.value[0])), len(track) / 2, np.inf
    made = grids(track, ALPHA_EACH / 2.0)
    for now in made:
        for reference in made:
            if reference.length > half or now.start[-1] < half:
                continue
            error = float(np.sqrt(now.variance[-1] + reference.variance[0]))
            # A change is found when its estimate is beyond the margin, and its bound beyond 0.
            found = min(found, max(float(now.quantile[-1]) * error, margin) + NINE_IN_TEN * error)
    return float(found)


def _larger(track: Track, times: int) -> Track:
    return replace(track, error=track.error / np.sqrt(times), prompts=track.prompts * times)
