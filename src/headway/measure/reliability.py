"""Does stated confidence come true: the reliability curve and the expected calibration error."""

from collections.abc import Sequence
from math import erf, exp, pi, sqrt

import numpy as np
import polars as pl

from headway.measure.bins import Equal, binned
from headway.stats import resampled_rows

RESAMPLES = 200


def calibration_error(
    confidence: np.ndarray, right: np.ndarray, *, bins: int = 15, equal: Equal = "width", debiased: bool = False
) -> float:
    """ECE: the mean distance of a bin's confidence from its share right, by rows, in [0, 1] (arXiv:1706.04599).

    Chance alone makes it positive. `debiased` takes off what as much normal noise again would add (arXiv:1909.10155, in
    closed form), which is a good part of it and not all; `squared_calibration_error` is unbiased. A constant confidence
    at the base rate has an error of 0 and knows nothing: read `murphy` and `separation` beside it.
    """
    said, was, n = _by_bin(confidence, right, bins, equal)
    gaps = np.abs(said - was)
    if debiased:
        noise = np.sqrt(was * (1.0 - was) / n)
        expected = np.array([_mean_distance(gap, spread) for gap, spread in zip(gaps, noise, strict=True)])
        gaps = 2.0 * gaps - expected
    return max(0.0, float(gaps @ n / n.sum()))


def squared_calibration_error(
    confidence: np.ndarray, right: np.ndarray, *, bins: int = 15, equal: Equal = "mass"
) -> float:
    """The mean squared distance of a bin's confidence from its share right, unbiased: below 0 by chance where it is 0.

    Each bin's variance is taken off its square (arXiv:1909.10155). Bins of a single row say nothing and are left out.
    """
    said, was, n = _by_bin(confidence, right, bins, equal)
    enough = n > 1
    square = (said - was)[enough] ** 2 - (was * (1.0 - was))[enough] / (n[enough] - 1)
    return float(square @ n[enough] / n[enough].sum()) if enough.any() else 0.0


def reliability_curve(
    confidence: np.ndarray,
    right: np.ndarray,
    tasks: Sequence | np.ndarray,
    *,
    bins: int = 10,
    equal: Equal = "mass",
    seed: int = 0,
) -> pl.DataFrame:
    """A row for each bin that has rows: `confidence` and `right` (means), `low`, `high` (95 % over tasks), `n` rows.

    Bins are those of all rows; the interval of the share right is a bootstrap over tasks.
    """
    right = np.asarray(right, dtype=np.float64)
    said, was, n = _by_bin(confidence, right, bins, equal)
    place = np.unique(binned(confidence, bins, equal), return_inverse=True)[1]
    shares = np.full((RESAMPLES, len(n)), np.nan)
    for resample, rows in enumerate(resampled_rows(tasks, RESAMPLES, seed)):
        drawn = np.bincount(place[rows], minlength=len(n))
        sums = np.bincount(place[rows], right[rows], minlength=len(n))
        np.divide(sums, drawn, out=shares[resample], where=drawn > 0)
    low, high = np.nanquantile(shares, (0.025, 0.975), axis=0)
    return pl.DataFrame({"confidence": said, "right": was, "low": low, "high": high, "n": n})


def _by_bin(confidence: np.ndarray, right: np.ndarray, bins: int, equal: Equal) -> tuple[np.ndarray, ...]:
    """Mean confidence, share right and number of rows of each bin that has rows."""
    confidence = np.asarray(confidence, dtype=np.float64)
    place = binned(confidence, bins, equal)
    n = np.bincount(place, minlength=bins)
    held = n > 0
    return (
        np.bincount(place, confidence, minlength=bins)[held] / n[held],
        np.bincount(place, np.asarray(right, dtype=np.float64), minlength=bins)[held] / n[held],
        n[held],
    )


def _mean_distance(gap: float, spread: float) -> float:
    """E|gap + noise| for normal noise: the mean of a folded normal."""
    if spread == 0.0:
        return gap
    return spread * sqrt(2.0 / pi) * exp(-(gap**2) / (2.0 * spread**2)) + gap * erf(gap / (spread * sqrt(2.0)))
