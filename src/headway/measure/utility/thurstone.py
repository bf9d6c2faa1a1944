"""Utilities from choices: U(o) is normal with a mean and a spread of its own for every outcome (Thurstone 1927).

P(x over y) = Phi((mean x - mean y) / sqrt(spread x ^ 2 + spread y ^ 2)), as arXiv:2502.08640 fits it, there by
1,000 steps of Adam from a random start. Here the means alone are a convex problem that Newton's method ends in a few
steps, and the spreads are found from there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

from headway.measure.utility.choices import Pairs

PRIOR = 3.0
"""Standard deviation of a mean before anything is asked, in units of the noise of one comparison."""
SPREAD_PRIOR = 0.7
"""Standard deviation of the logarithm of a spread."""
STEPS, NEAR = 50, 1e-10
TIGHT = {"maxiter": 2000, "maxfun": 4000, "ftol": 1e-14, "gtol": 1e-9}
ROOT = 0.5 * np.log(2.0 * np.pi)


@dataclass(frozen=True)
class Utilities:
    """What was fitted: the mean utility of every outcome and its spread, (N,), scaled to mean 0 and variance 1."""

    mean: np.ndarray
    spread: np.ndarray
    seen: frozenset[tuple[int, int]]
    """Pairs that the fit has seen: no score may be taken on them."""

    def prefers(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """How often each first outcome is chosen over each second one, by the fit, in [0, 1]."""
        return ndtr((self.mean[first] - self.mean[second]) / np.hypot(self.spread[first], self.spread[second]))


def fitted(outcomes: int, pairs: Pairs, *, spreads: bool = True, prior: float = PRIOR) -> Utilities:
    """The utilities of `outcomes` outcomes that these choices are likeliest under; means alone with `spreads=False`.

    ValueError without a single pair. An outcome that no pair has stays at the mean of all.
    """
    if not len(pairs):
        raise ValueError("there is not one pair that was read in both orders, so no utility can be fitted")
    mean = means(outcomes, pairs, prior)
    spread = np.full(outcomes, np.sqrt(0.5))
    if spreads:
        mean, spread = _with_spreads(pairs, mean, prior)
    scale = mean.std() or 1.0
    seen = frozenset(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    return Utilities((mean - mean.mean()) / scale, spread / scale, seen)


def means(outcomes: int, pairs: Pairs, prior: float = PRIOR) -> np.ndarray:
    """The means alone, in units of the noise of one comparison, by Newton's method with halved steps, (N,)."""
    mean = np.zeros(outcomes)
    cost = _cost(mean, pairs, prior)
    for _ in range(STEPS):
        slope, curve = _derivatives(mean, pairs, prior)
        step = np.linalg.solve(curve, slope)
        if abs(slope @ step) < NEAR:
            break
        size = 1.0
        while (now := _cost(mean - size * step, pairs, prior)) > cost and size > NEAR:
            size /= 2.0
        mean, cost = mean - size * step, min(now, cost)
    return mean


def _cost(mean: np.ndarray, pairs: Pairs, prior: float) -> float:
    gap = mean[pairs.first] - mean[pairs.second]
    told = pairs.share @ log_ndtr(gap) + (1.0 - pairs.share) @ log_ndtr(-gap)
    return float(mean @ mean / (2.0 * prior**2) - told)


def _derivatives(mean: np.ndarray, pairs: Pairs, prior: float) -> tuple[np.ndarray, np.ndarray]:
    """Gradient (N,) and Hessian (N, N) of the cost."""
    first, second, share, n = pairs.first, pairs.second, pairs.share, len(mean)
    gap = mean[first] - mean[second]
    up, down = hazard(gap), hazard(-gap)
    pull = (1.0 - share) * down - share * up
    bend = share * up * (gap + up) + (1.0 - share) * down * (down - gap)
    slope = np.bincount(first, pull, n) - np.bincount(second, pull, n) + mean / prior**2
    curve = np.zeros((n, n))
    np.add.at(curve, (first, second), -bend)
    curve += curve.T
    curve[np.diag_indices(n)] = np.bincount(first, bend, n) + np.bincount(second, bend, n) + prior**-2
    return slope, curve


def hazard(gap: np.ndarray) -> np.ndarray:
    """The density over the distribution, phi / Phi; no quotient of two numbers that are 0 in floating point."""
    return np.exp(-0.5 * gap**2 - ROOT - log_ndtr(gap))


def _with_spreads(pairs: Pairs, mean: np.ndarray, prior: float) -> tuple[np.ndarray, np.ndarray]:
    """Means and spreads together, from the means alone."""
    begin = np.concatenate([mean, np.zeros(len(mean))])
    # A judge that goes by the place leaves shares near a half, whose small differences still order the outcomes.
    found = minimize(_objective(pairs, len(mean), prior), begin, jac=True, method="L-BFGS-B", options=TIGHT)
    return found.x[: len(mean)], np.sqrt(0.5) * np.exp(found.x[len(mean) :])


def _objective(pairs: Pairs, n: int, prior: float) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Cost and gradient in the means and the logarithms of the spreads over sqrt(1/2)."""
    first, second, share = pairs.first, pairs.second, pairs.share

    def objective(values: np.ndarray) -> tuple[float, np.ndarray]:
        mean, log = values[:n], values[n:]
        own = 0.5 * np.exp(2.0 * log)
        noise = np.sqrt(own[first] + own[second])
        gap = (mean[first] - mean[second]) / noise
        cost = mean @ mean / (2.0 * prior**2) + log @ log / (2.0 * SPREAD_PRIOR**2)
        cost -= share @ log_ndtr(gap) + (1.0 - share) @ log_ndtr(-gap)
        pull = (1.0 - share) * hazard(-gap) - share * hazard(gap)
        by_mean = np.bincount(first, pull / noise, n) - np.bincount(second, pull / noise, n) + mean / prior**2
        by_log = np.bincount(first, -pull * gap * own[first] / noise**2, n)
        by_log += np.bincount(second, -pull * gap * own[second] / noise**2, n) + log / SPREAD_PRIOR**2
        return float(cost), np.concatenate([by_mean, by_log])

    return objective
