"""Has a measure fallen? Evidence that is averaged over when the fall began, how it went, and how large it was.

An e-process: under a level that holds (or rises), its expected value is at most 1 at every step and however
one stops, so that it reaches 1 / alpha with probability alpha at most (Ville 1939; restarts as in
e-detectors, Shin, Ramdas and Rinaldo 2024, arXiv 2203.03532, with weights that sum to 1 in place of their
sum). Slow falls that no two stretches can show alone add up in it; in exchange a fall that is plain at
once needs a few more standard errors than a single comparison. Both are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from headway.audit.findings.track import PERSISTENCE, Track

JUMPS = (0.5, 1.0, 2.0, 4.0)
"""Sizes of a jump that are averaged over, in margins."""
SLOPES = (0.1, 0.3, 1.0)
"""Slopes of a straight fall, in margins a step."""
FROM_THE_START = 0.7
"""Weight of a level that held since the first step; the rest is for levels that began later."""
RESTARTS = (*range(5), *(part * 2**octave for octave in range(1, 24) for part in (3, 4)))
"""Steps at which a level may begin, ever further apart: 0, 1, 2, 3, 4, 6, 8, 12, 16, ..."""
BENDS = (*range(17), *(part * 2**octave for octave in range(1, 24) for part in range(9, 17)))
"""Steps after it at which the fall may begin: 0, 1, ..., 16, 18, 20, ..."""
EXPONENT_AT_MOST = 600.0


@dataclass(frozen=True)
class Course:
    """The evidence at every step, and what explains it best there."""

    evidence: np.ndarray
    moved: np.ndarray
    """How far the measure has come in the direction asked, by the explanation that fits best at each step."""
    level: np.ndarray
    """First step of the level before, by that explanation."""
    bend: np.ndarray
    """First step of the change."""
    straight: np.ndarray
    """Whether it went on in a straight line after that, or was a jump."""


def course(track: Track, sign: float, values: np.ndarray | None = None) -> Course:
    """The evidence that `values` (by default the track's own) move in the direction `sign` (1 or -1)."""
    moving = sign * (track.value if values is None else values)
    steps, margin = len(track), max(float(track.margin(track.value[0])), 1e-12)
    evidence, best, spent = np.zeros(steps), np.full(steps, -np.inf), 0.0
    moved, level, bend, straight = (np.zeros(steps, dtype=kind) for kind in (float, int, int, bool))
    for start, weight in weighted(RESTARTS, steps - 1, FROM_THE_START):
        places = [(start + place, weight * share) for place, share in weighted(BENDS, steps - start, 0.0) if place]
        bends, shares = np.array([place for place, _ in places]), np.array([share for _, share in places])
        place = np.arange(start, steps)[:, None] - bends
        shapes = np.concatenate([place >= 0, np.maximum(place + 1.0, 0.0)], axis=1)
        both = _innovations(track, start, np.concatenate([moving[start:, None], shapes], axis=1))
        along, power = np.cumsum(both[:, 1:] * both[:, :1], axis=0), np.cumsum(both[:, 1:] ** 2, axis=0)
        evidence[:start] += shares.sum()
        spent += shares.sum()
        for sizes, some in ((JUMPS, slice(0, len(bends))), (SLOPES, slice(len(bends), None))):
            for size in sizes:
                exponent = size * margin * (along[:, some] - 0.5 * size * margin * power[:, some])
                evidence[start:] += np.exp(np.minimum(exponent, EXPONENT_AT_MOST)) @ shares / (2 * len(sizes))
        power = np.maximum(power, 1e-300)
        fit = np.where(along > 0, along**2 / (2.0 * power), 0.0) + np.log(np.concatenate([shares, shares]))
        row, chosen = np.arange(steps - start), fit.argmax(axis=1)
        better = np.flatnonzero(fit[row, chosen] > best[start:])
        row, chosen = row[better], chosen[better]
        at = row + start
        best[at] = fit[row, chosen]
        moved[at] = np.maximum(along[row, chosen] / power[row, chosen] * shapes[row, chosen], 0.0)
        level[at], bend[at], straight[at] = start, bends[chosen % len(bends)], chosen >= len(bends)
    return Course(evidence + (1.0 - spent), moved, level, bend, straight)


@dataclass(frozen=True)
class Gathered:
    """A change that the evidence of all steps shows."""

    found: int
    plainest: int
    """Index of the step with most evidence, and there the explanation that fits best: level and bend."""
    level: int
    bend: int
    straight: bool

    @property
    def reference(self) -> slice:
        """The steps before: all of the level, or the first third where there is a straight line."""
        third = (self.plainest + 1 - self.level) // 3
        return slice(self.level, max(self.bend, self.level + third) if self.straight else self.bend)

    @property
    def now(self) -> slice:
        """The steps after: all since the jump, or the last third of a straight line."""
        third = max(1, (self.plainest + 1 - self.level) // 3)
        return slice(self.plainest + 1 - third if self.straight else self.bend, self.plainest + 1)

    def pattern(self, steps: int) -> np.ndarray:
        """The explanation, (steps,), of such a size that `now` and `reference` differ by 1."""
        place = np.arange(steps) - self.bend
        shape = np.maximum(place + 1.0, 0.0) if self.straight else (place >= 0) * 1.0
        return shape / (shape[self.now].mean() - shape[self.reference].mean())


def gathered(track: Track, sign: float, alpha: float, apart: int) -> Gathered | None:
    """The change in the direction `sign` that the evidence shows at the error `alpha`, None where it shows none.

    Not before index `apart`, and only where the explanation that fits best has come further than the margin.
    """
    made = course(track, sign)
    margin = track.margin(track.value[made.level])
    shown = (made.evidence >= 1.0 / alpha) & (made.moved >= margin) & (np.arange(len(track)) >= apart)
    if not shown.any():
        return None
    plainest = int(np.argmax(np.where(shown, made.evidence, 0.0)))
    level, bend = int(made.level[plainest]), int(made.bend[plainest])
    return Gathered(int(np.argmax(shown)), plainest, level, bend, bool(made.straight[plainest]))


def change_beyond(track: Track, sign: float, alpha: float, until: int, pattern: np.ndarray) -> tuple[float, float]:
    """The multiples of `pattern` (steps,) that the evidence up to index `until` does not exclude: a confidence interval.

    It excludes 0 exactly where the evidence is 1 / alpha or more; 1 - alpha on each side.
    """
    size = 4.0 * max(float(np.ptp(track.value[: until + 1])), float(track.margin(track.value[0])))

    def edge(towards: float) -> float:
        inside, outside = 0.0, size
        for _ in range(14):
            middle = 0.5 * (inside + outside)
            left = course(track, towards, track.value - sign * middle * pattern).evidence[until]
            excluded = left >= 1.0 / alpha
            if towards == sign:  # the larger the multiple taken away, the less is left to show
                inside, outside = (middle, outside) if excluded else (inside, middle)
            else:
                inside, outside = (inside, middle) if excluded else (middle, outside)
        return 0.5 * (inside + outside)

    return edge(sign), edge(-sign)


def weighted(places: tuple[int, ...], steps: int, first: float) -> Iterator[tuple[int, float]]:
    """The places below `steps`: 0 has the weight `first`, the others such that all before a place have the rest but
    1 / place of it.
    """
    yield 0, first
    for place, following in pairwise(places[1:]):
        if place >= steps:
            return
        yield place, (1.0 - first) * (1.0 / place - 1.0 / following)


def _innovations(track: Track, start: int, patterns: np.ndarray) -> np.ndarray:
    """What each step of the columns adds to what the steps from `start` to the one before foretell, in standard errors.

    The level is unknown: what is left of a pattern after it, at every step, by all steps before.
    """
    wander = np.sqrt(track.wander[start:])
    apart = np.abs(np.subtract.outer(np.arange(len(wander)), np.arange(len(wander))))
    covariance = np.outer(wander, wander) * PERSISTENCE**apart + np.diag(track.error[start:] ** 2)
    white = np.linalg.solve(
        np.linalg.cholesky(covariance), np.concatenate([np.ones((len(wander), 1)), patterns], axis=1)
    )
    level, white = white[:, :1], white[:, 1:]
    known = np.cumsum(level**2, axis=0)
    fitted = np.cumsum(level * white, axis=0) / known
    fresh = np.zeros_like(white)
    fresh[1:] = (white[1:] - level[1:] * fitted[:-1]) / np.sqrt(1.0 + level[1:] ** 2 / known[:-1])
    return fresh
