"""What errors in its context do to a model, apart from what length does (self-conditioning, arXiv:2509.09677).

Only errors that were put there are causal: in a free run the conversations with errors are also those whose writer was
worse to begin with, so the chance of an error after an error is no evidence.
"""

from collections.abc import Sequence

import numpy as np

from headway.measure.slopes import slope
from headway.stats import Estimate, statistic_over_tasks


def slope_in_errors(
    chains: Sequence[str] | np.ndarray, share: np.ndarray, right: np.ndarray, *, seed: int = 0
) -> Estimate | None:
    """The change in accuracy from a context without errors to one of nothing else, at one turn; 0 is no conditioning.

    `share` is the rate of the errors put in, in [0, 1], `right` the outcome of each row; the interval a bootstrap over
    chains. None where the rate never varies. The turn must be the same in all rows, or length is in it too.
    """
    return statistic_over_tasks(slope, np.asarray(chains), share, right, resamples=500, seed=seed)


def armitage_trend(share: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Cochran-Armitage test of a trend of a share over doses: z (negative: falls) and its two-sided p-value.

    Rows are taken as independent: give one a chain. Raises ValueError where nothing varies.
    """
    from scipy.special import ndtr

    share, right = np.asarray(share, dtype=np.float64), np.asarray(right, dtype=np.float64)
    overall = right.mean()
    spread = overall * (1.0 - overall) * ((share - share.mean()) ** 2).sum()
    if spread <= 0.0:
        raise ValueError("a trend needs more than one dose, and both right and wrong outcomes")
    z = float(((share - share.mean()) * (right - overall)).sum() / np.sqrt(spread))
    return z, float(2.0 * ndtr(-abs(z)))


def curvature(
    chains: Sequence[str] | np.ndarray, errors: np.ndarray, right: np.ndarray, *, seed: int = 0
) -> Estimate | None:
    """Half the second derivative of accuracy in the number of errors: below 0, each error costs more than the last.

    The quadratic coefficient of a least-squares parabola, with a bootstrap interval over chains; None with fewer than
    three different numbers of errors.
    """

    def quadratic(x: np.ndarray, y: np.ndarray) -> float | None:
        return float(np.polyfit(x, y, 2)[0]) if len(np.unique(x)) > 2 else None

    errors = np.asarray(errors, dtype=np.float64)
    return statistic_over_tasks(quadratic, np.asarray(chains), errors, right, resamples=500, seed=seed)
