"""What people watch today: one number and a threshold, set on the tuning loops and then left alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

Statistic = Callable[[pl.DataFrame], np.ndarray]
"""From a timeline to one number a step; the larger, the worse."""


def entropy_falls(timeline: pl.DataFrame) -> np.ndarray:
    """How far the surprise of an attempt has fallen since the start, as a share (the entropy threshold)."""
    value = _course(timeline, "surprise")
    return 1.0 - value / max(value[0], 1e-9)


def unique_falls(timeline: pl.DataFrame) -> np.ndarray:
    """How far the share of different completions has fallen since the start, as a share."""
    value = _course(timeline, "unique")
    return 1.0 - value / max(value[0], 1e-9)


def reward_stops(timeline: pl.DataFrame) -> np.ndarray:
    """How far the reward lies below its best so far, in units of its spread: the reward trend."""
    value, spread = _course(timeline, "reward"), _course(timeline, "spread")
    if not value.size:
        return np.full(_steps(timeline), -np.inf)
    return (np.maximum.accumulate(value) - value) / max(float(spread[0]), 1e-9)


BASELINES: Mapping[str, Statistic] = {
    "entropy threshold": entropy_falls,
    "unique completions": unique_falls,
    "reward trend": reward_stops,
}


@dataclass(frozen=True)
class Threshold:
    """A statistic and the value above which it accuses a run."""

    name: str
    statistic: Statistic
    level: float

    def found(self, timeline: pl.DataFrame) -> int | None:
        """The first step at which the run is accused, None where it never is."""
        over = np.flatnonzero(self.statistic(timeline) > self.level)
        return int(timeline["step"].unique().sort()[int(over[0])]) if over.size else None


def tuned(name: str, statistic: Statistic, timelines: Sequence[pl.DataFrame], harmed: Sequence[bool]) -> Threshold:
    """The threshold with the fewest mistakes on the tuning loops among those with at most 5 % false alarms there."""
    peaks = np.array([float(np.max(statistic(one))) for one in timelines])
    bad = np.array(harmed)
    best, level = -1.0, np.inf
    for candidate in np.sort(peaks):
        false = float((peaks[~bad] > candidate).mean()) if (~bad).any() else 0.0
        hits = float((peaks[bad] > candidate).mean()) if bad.any() else 0.0
        if false <= 0.05 and hits > best:
            best, level = hits, float(candidate)
    return Threshold(name, statistic, level)


def _course(timeline: pl.DataFrame, measure: str) -> np.ndarray:
    return timeline.filter(pl.col("measure") == measure).sort("step")["value"].to_numpy()


def _steps(timeline: pl.DataFrame) -> int:
    return timeline["step"].n_unique()
