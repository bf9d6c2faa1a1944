"""The Brier score, and what it is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from headway.measure.bins import Equal, binned


@dataclass(frozen=True)
class Murphy:
    """Brier = reliability - resolution + uncertainty + within (Murphy 1973, with the terms of Stephenson et al. 2008).

    `reliability`: distance of stated confidence from the share right, lower is better. `resolution`: how far groups of
    equal confidence differ in the share right, higher is better; a constant confidence has none. `uncertainty`: what
    the tasks leave open, p (1 - p). `within`: what putting different confidences into one bin hides, 0 without bins.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def squared_error(confidence: Any, right: Any) -> Any:
    """What a Brier score is the mean of: arrays to an array, columns of a frame to a column, in [0, 1]."""
    return (confidence - right) ** 2


def brier(confidence: np.ndarray, right: np.ndarray) -> float:
    """The mean squared difference of confidence and being right, in [0, 1], lower is better (Brier 1950)."""
    return float(np.mean(squared_error(np.asarray(confidence, dtype=np.float64), right)))


def murphy(confidence: np.ndarray, right: np.ndarray, *, bins: int | None = None, equal: Equal = "width") -> Murphy:
    """The decomposition over groups of equal confidence, or over `bins`; the identity holds exactly for both.

    With few rows a group, reliability and resolution are both too large by the same noise.
    """
    confidence, right = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    group = np.unique(confidence, return_inverse=True)[1] if bins is None else binned(confidence, bins, equal)
    n = np.bincount(group)
    held = n > 0
    said, was = (np.bincount(group, values)[held] / n[held] for values in (confidence, right))
    share, base = n[held] / len(right), right.mean()
    place = np.cumsum(held)[group] - 1
    away, off = confidence - said[place], right - was[place]
    return Murphy(
        brier=brier(confidence, right),
        reliability=float(share @ (said - was) ** 2),
        resolution=float(share @ (was - base) ** 2),
        uncertainty=float(base * (1.0 - base)),
        within=float(np.mean(away**2) - 2.0 * np.mean(away * off)),
    )
