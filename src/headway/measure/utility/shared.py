"""Means over pairs or triads of outcomes, which are not independent where they have an outcome in common."""

import numpy as np

from headway.stats import Estimate


def mean_over_shared(members: np.ndarray, values: np.ndarray) -> Estimate | None:
    """The mean of a value a pair (or triad), with a 95 % Student interval that allows for outcomes in common.

    `members` are the outcomes of each, (E, k). Its variance counts every two pairs that share an outcome as dependent
    (Aronow, Samii and Assenova 2015, arXiv:1312.3398), and is never below that of independent pairs; degrees of freedom
    are outcomes less one. Of values that are all 0 or 1 it is never below that of four more, two of either (Agresti and
    Coull 1998): a hundred of a hundred is not certainty. n counts pairs. None without any.
    """
    from scipy.sparse import csr_array
    from scipy.special import stdtrit

    values = np.asarray(values, dtype=np.float64)
    if not len(values):
        return None
    rows = np.repeat(np.arange(len(members)), members.shape[1])
    held = csr_array((np.ones(members.size), (rows, members.ravel())))
    together = ((held @ held.T) > 0).astype(np.float64)
    off = values - values.mean()
    # A pair alone has no spread to go by: divided by one fewer, as a sample variance is.
    scale = 1.0 / (len(values) * max(len(values) - 1, 1))
    variance = max(float(off @ (together @ off)), float(off @ off)) * scale
    if np.isin(values, (0.0, 1.0)).all():
        share = (values.sum() + 2.0) / (len(values) + 4.0)
        variance = max(variance, share * (1.0 - share) / (len(values) + 4.0))
    freedom = max(len(np.unique(members)) - 1, 1)
    half = float(stdtrit(freedom, 0.975) * np.sqrt(variance))
    mean = float(values.mean())
    return Estimate(mean, mean - half, mean + half, len(values))


def apart(one: Estimate, other: Estimate) -> Estimate:
    """`one - other` of two independent measurements; n is the smaller one's."""
    half = float(np.hypot(one.high - one.low, other.high - other.low) / 2.0)
    gap = one.value - other.value
    return Estimate(gap, gap - half, gap + half, min(one.n, other.n))
