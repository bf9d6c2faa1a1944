"""Where a change began: the best fit of a line that is level and then bends or jumps."""

import numpy as np

from headway.audit.findings.track import Track


def onset(track: Track, until: int) -> int:
    """The first step after the bend that fits best among the steps up to index `until`.

    Level and then a straight line, or level and then another level, whichever leaves the smaller weighted
    sum of squares; weights are the inverse of sampling and wandering variance.
    """
    value = track.value[: until + 1]
    weight = 1.0 / (track.error[: until + 1] ** 2 + track.wander[: until + 1])
    place = np.arange(until + 1, dtype=np.float64)
    best, at = np.inf, until
    for bend in range(until):
        for shape in (np.maximum(place - bend, 0.0), (place > bend).astype(np.float64)):
            left = _unexplained(value, shape, weight)
            if left < best - 1e-12:
                best, at = left, bend + 1
    return int(track.step[at])


def _unexplained(value: np.ndarray, shape: np.ndarray, weight: np.ndarray) -> float:
    """Weighted sum of squares that a level and a multiple of `shape` leave."""
    middle = np.average(shape, weights=weight)
    level = np.average(value, weights=weight)
    bent, moved = shape - middle, value - level
    spread = (weight * bent**2).sum()
    explained = (weight * bent * moved).sum() ** 2 / spread if spread > 0 else 0.0
    return float((weight * moved**2).sum() - explained)
