"""Has a measure moved? Stretches of steps compared at every scale, with error rates that hold at all times.

Stretches of 1, 2, 4, ... steps lie on a fixed grid. Each is compared with every earlier stretch of its length, so
that a fall from a peak is found wherever the peak was, a slow fall by long stretches and a cliff by short
ones. The error that all comparisons may make together is shared out among them beforehand
(alpha spending): whoever looks after every step has the guarantee of whoever looks once.
"""

from dataclasses import dataclass

import numpy as np

from headway.audit.findings.track import PERSISTENCE, Track
from headway.stats import Estimate

CORRELATED_STEPS = (1.0 + PERSISTENCE) / (1.0 - PERSISTENCE)
"""Steps that wander together count as one."""


@dataclass(frozen=True)
class Grid:
    """The stretches of one length, and every comparison of a later with an earlier one."""

    length: int
    mean: np.ndarray
    variance: np.ndarray
    prompts: np.ndarray
    quantile: np.ndarray
    """How many standard errors a change must have, (stretches, 1), by the later stretch."""


@dataclass(frozen=True)
class Shift:
    """A change that was shown: where it was found first, and where it is plainest."""

    track: Track
    sign: float
    found: int
    """Index of the step at which it was shown first."""
    reference: slice
    now: slice
    before: Estimate
    after: Estimate
    change: Estimate
    lasting: bool
    """Whether the last steps still have at least half of the margin."""


def grids(track: Track, alpha: float) -> list[Grid]:
    """Every scale's stretches, with quantiles by which all comparisons at all times share the error `alpha`."""
    made = []
    length, scale = 1, 1
    while length <= max(1, len(track) // 2):
        made.append(_grid(track, length, alpha * 6.0 / (np.pi * scale) ** 2))
        length, scale = 2 * length, scale + 1
    return made


def _grid(track: Track, length: int, alpha: float) -> Grid:
    from scipy.special import stdtrit

    count = len(track) // length
    shape = (count, length)
    prompts = track.prompts[: count * length].reshape(shape)
    value = track.value[: count * length].reshape(shape)
    error = track.error[: count * length].reshape(shape)
    total = prompts.sum(axis=1)
    mean = (prompts * value).sum(axis=1) / total
    sampled = ((prompts * error) ** 2).sum(axis=1) / total**2
    wander = track.wander[: count * length].reshape(shape)[:, 0] * min(1.0, CORRELATED_STEPS / length)
    later = np.arange(count)
    share = alpha / np.maximum(later * (later + 1) * later, 1)
    freedom = np.maximum(total + total.min() - 2.0, 1.0)
    quantile = -stdtrit(freedom, share)[:, None]
    return Grid(length, mean, sampled + wander, total, quantile)


def shift(track: Track, direction: str, alpha: float, margin: np.ndarray | None = None) -> Shift | None:
    """The change in this direction, None where none was shown.

    It is shown when its bound lies beyond 0 and its estimate beyond the margin; `margin` replaces the
    measure's own, one number a step.
    """
    if len(track) < 2:
        return None
    sign = 1.0 if direction == "rises" else -1.0
    first, best = None, None
    for grid in grids(track, alpha):
        gain, half, shown = _compared(track, grid, sign, margin)
        later = np.nonzero(shown)[0]
        if not later.size:
            continue
        at = int(later.min() + 1) * grid.length - 1
        first = at if first is None else min(first, at)
        low = np.where(shown, gain - half, -np.inf)
        plainest = np.unravel_index(int(np.argmax(low)), low.shape)
        if best is None or low[plainest] > best[0]:
            best = (float(low[plainest]), grid, int(plainest[0]), int(plainest[1]))
    if first is None or best is None:
        return None
    _, grid, later_one, earlier_one = best
    return _described(track, sign, first, (grid, later_one, earlier_one), margin)


def _compared(
    track: Track, grid: Grid, sign: float, margin: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gain in the direction asked, half of its interval, and whether it is shown; rows later, columns earlier."""
    gain = sign * (grid.mean[:, None] - grid.mean[None, :])
    half = grid.quantile * np.sqrt(grid.variance[:, None] + grid.variance[None, :])
    if margin is None:
        least = track.margin(grid.mean)[None, :]
    else:
        least = margin[: len(grid.mean) * grid.length : grid.length][None, :]
    later = np.tril(np.ones_like(gain, dtype=bool), -1)
    return gain, half, later & (gain - half > 0.0) & (gain >= least)


def _described(track: Track, sign: float, found: int, where: tuple[Grid, int, int], margin: np.ndarray | None) -> Shift:
    grid, later, earlier = where
    reference = slice(earlier * grid.length, (earlier + 1) * grid.length)
    now = slice(later * grid.length, (later + 1) * grid.length)
    change = float(grid.mean[later] - grid.mean[earlier])
    half = float(grid.quantile[later, 0] * np.sqrt(grid.variance[later] + grid.variance[earlier]))
    least = float(track.margin(grid.mean[earlier]) if margin is None else margin[reference.start])
    last = float(np.average(track.value[-grid.length :], weights=track.prompts[-grid.length :]))
    n = round(float(grid.prompts[later]))
    return Shift(
        track,
        sign,
        found,
        reference,
        now,
        _estimate(track, reference),
        _estimate(track, now),
        Estimate(change, change - half, change + half, n),
        sign * (last - grid.mean[earlier]) >= 0.5 * least,
    )


def _estimate(track: Track, where: slice) -> Estimate:
    """The mean over prompts of a stretch, with its own 95 % interval."""
    weight = track.prompts[where]
    mean = float(np.average(track.value[where], weights=weight))
    error = float(np.sqrt(((weight * track.error[where]) ** 2).sum()) / weight.sum())
    return Estimate(mean, mean - 1.96 * error, mean + 1.96 * error, int(weight.sum()))
