"""What is known of a mean at any number of tasks, whatever its distribution: bets that it is higher than a bar.

For gains of at least `least`, the wealth of somebody who stakes the part f on every task,
prod(1 - f + f (gain - least) / (bar - least)), is on average at most 1 at any time where the mean is at most the bar;
so it ever reaches 1 / alpha with probability alpha at most (Ville 1939). The wealth here is the mean of several
stakes', which does not depend on the order of the tasks (betting, Waudby-Smith and Ramdas 2024, arXiv:2010.09686).
"""

import numpy as np

STAKES = np.array([0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.12, 0.25, 0.5, 0.75, 0.9, 0.98])
HALVINGS = 30


def evidence(gains: np.ndarray, bar: float, least: float) -> np.ndarray:
    """Natural logarithm of the e-value that the mean is above `bar`, after each task, (n,), for gains >= `least`.

    ValueError where a gain is below `least`: then nothing that is said here holds.
    """
    gains = np.asarray(gains, dtype=np.float64)
    if bar <= least:  # no mean can be below the least value
        return np.full(gains.size, np.inf)
    return _mixed(np.cumsum(_growth(gains, bar, least), axis=1))


def lower_bound(gains: np.ndarray, least: float, alpha: float) -> float:
    """A number that the mean is above, but for probability `alpha`, at whichever number of tasks one looks."""
    values, counts = np.unique(gains, return_counts=True)  # the order does not matter, and exams have few values
    low, high, wanted = least, float(np.mean(gains)), -np.log(alpha)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle <= least or _mixed(_growth(values, middle, least) @ counts) >= wanted:
            low = middle
        else:
            high = middle
    return low


def _growth(gains: np.ndarray, bar: float, least: float) -> np.ndarray:
    """How much the logarithm of each stake's wealth grows at each task, (stakes, n)."""
    if gains.size and gains.min() < least - 1e-9:
        raise ValueError(f"a difference of {gains.min():.3g} is below {least:.3g}, which was declared to be the least")
    return np.log1p(STAKES[:, None] * (np.maximum(gains - least, 0.0) / (bar - least) - 1.0))


def _mixed(logarithms: np.ndarray) -> np.ndarray:
    """The logarithm of the mean over stakes."""
    return np.logaddexp.reduce(logarithms, axis=0) - np.log(len(STAKES))
