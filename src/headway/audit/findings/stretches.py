"""Has a measure moved? Stretches of steps compared at every scale, with error rates that hold at all times.

Stretches of 1, 2, 4, ... steps lie on a fixed grid. Each is compared with every stretch of any length before it, so
that a fall from a peak is found wherever the peak was, a slow fall by long stretches and a cliff by short
ones. The error that all comparisons may make together is shared out among them beforehand
(alpha spending): whoever looks after every step has the guarantee of whoever looks once.
"""

from dataclasses import dataclass

import numpy as np

from headway.audit.findings.mixture import Gathered, change_beyond, gathered
from headway.audit.findings.track import PERSISTENCE, Track
from headway.stats import Estimate

CORRELATED_STEPS = (1.0 + PERSISTENCE) / (1.0 - PERSISTENCE)
"""Steps that wander together count as one."""


@dataclass(frozen=True)
class Grid:
    """The stretches of one length: their means over prompts, the variance of these, and their prompts."""

    length: int
    mean: np.ndarray
    variance: np.ndarray
    prompts: np.ndarray
    quantile: np.ndarray
    """How many standard errors a stretch must differ from one before it, by the later stretch."""

    def __len__(self) -> int:
        return len(self.mean)

    def steps(self, place: int) -> slice:
        """The steps of one stretch."""
        return slice(place * self.length, (place + 1) * self.length)

    @property
    def start(self) -> np.ndarray:
        """The first step of every stretch."""
        return np.arange(len(self)) * self.length


@dataclass(frozen=True)
class Shift:
    """A change that was shown: where it was found first, and where it is plainest."""

    track: Track
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
    lengths = [1]
    while 2 * lengths[-1] <= len(track) // 2:
        lengths.append(2 * lengths[-1])
    return [
        _grid(track, length, lengths, alpha * 6.0 / (np.pi * scale) ** 2) for scale, length in enumerate(lengths, 1)
    ]


def _grid(track: Track, length: int, lengths: list[int], alpha: float) -> Grid:
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
    earlier = sum(later * length // other for other in lengths)
    share = alpha / np.maximum(later * (later + 1) * earlier, 1)
    freedom = np.maximum(total + track.prompts.min() - 2.0, 1.0)
    return Grid(length, mean, sampled + wander, total, -stdtrit(freedom, share))


def shift(track: Track, direction: str, alpha: float) -> Shift | None:
    """The change in this direction, None where none was shown.

    It is shown when its bound lies beyond 0 and its estimate beyond the margin: by two stretches, or by the evidence of
    all steps together, with half of the error each.
    """
    if len(track) < 2:
        return None
    sign = 1.0 if direction == "rises" else -1.0
    first, apart, best, plainest = None, None, -np.inf, None
    made = grids(track, alpha / 2.0)
    for now in made:
        for reference in made:
            low = _low(track, now, reference, sign)
            apart = _earliest(apart, low > -np.inf, now)
            first = _earliest(first, low > 0.0, now)
            place = np.unravel_index(int(np.argmax(low)), low.shape)
            if low[place] > best:
                best, plainest = float(low[place]), (now, reference, int(place[0]), int(place[1]))
    if apart is None or plainest is None:  # no two stretches differ by as much as counts
        return None
    together = gathered(track, sign, alpha / 2.0, apart)
    if first is not None and (together is None or best > 0.0):
        return _described(track, sign, first if together is None else min(first, together.found), plainest)
    return None if together is None else _drawn_out(track, sign, alpha / 2.0, together)


def _earliest(known: int | None, shown: np.ndarray, now: Grid) -> int | None:
    """The end of the earliest stretch that shows it, or what was known before where that is earlier."""
    later = np.flatnonzero(shown.any(axis=1))
    if not later.size:
        return known
    at = int(later[0] + 1) * now.length - 1
    return at if known is None else min(known, at)


def _low(track: Track, now: Grid, reference: Grid, sign: float) -> np.ndarray:
    """The lower bound of every gain in the direction asked, rows later and columns earlier; where it is short of the
    margin, or the one does not come before the other, minus infinity.
    """
    gain = sign * (now.mean[:, None] - reference.mean[None, :])
    half = now.quantile[:, None] * np.sqrt(now.variance[:, None] + reference.variance[None, :])
    before = reference.start[None, :] + reference.length <= now.start[:, None]
    return np.where(before & (gain >= track.margin(reference.mean)[None, :]), gain - half, -np.inf)


def _described(track: Track, sign: float, found: int, where: tuple[Grid, Grid, int, int]) -> Shift:
    now, reference, later, earlier = where
    change = float(now.mean[later] - reference.mean[earlier])
    half = float(now.quantile[later] * np.sqrt(now.variance[later] + reference.variance[earlier]))
    last = float(np.average(track.value[-now.length :], weights=track.prompts[-now.length :]))
    return Shift(
        track,
        found,
        reference.steps(earlier),
        now.steps(later),
        estimate(track, reference.steps(earlier)),
        estimate(track, now.steps(later)),
        Estimate(change, change - half, change + half, round(float(now.prompts[later]))),
        sign * (last - reference.mean[earlier]) >= 0.5 * float(track.margin(reference.mean[earlier])),
    )


def _drawn_out(track: Track, sign: float, alpha: float, together: Gathered) -> Shift:
    """A change that only all steps together show, between the steps before it and those after."""
    before, after = estimate(track, together.reference), estimate(track, together.now)
    least, most = change_beyond(track, sign, alpha, together.plainest, sign * together.pattern(len(track)))
    change = after.value - before.value
    low, high = sorted((sign * least, sign * most))
    length = len(track.value[together.now])
    last = float(np.average(track.value[-length:], weights=track.prompts[-length:]))
    return Shift(
        track,
        together.found,
        together.reference,
        together.now,
        before,
        after,
        Estimate(change, min(low, change), max(high, change), after.n),
        sign * (last - before.value) >= 0.5 * float(track.margin(before.value)),
    )


def estimate(track: Track, where: slice) -> Estimate:
    """The mean over the prompts of some steps, with its own 95 % interval."""
    weight = track.prompts[where]
    mean = float(np.average(track.value[where], weights=weight))
    error = float(np.sqrt(((weight * track.error[where]) ** 2).sum()) / weight.sum())
    return Estimate(mean, mean - 1.96 * error, mean + 1.96 * error, int(weight.sum()))
