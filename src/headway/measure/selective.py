"""What confidence is worth: telling right from wrong, and answering only when sure."""

import numpy as np
import polars as pl


def auroc(confidence: np.ndarray, right: np.ndarray) -> float | None:
    """The chance that a right row has more confidence than a wrong one, ties a half, in [0, 1]; .5 knows nothing.

    Pooled over tasks: knowing easy tasks from hard ones is enough for a high value. For selection within a task use
    `calibration.separation`. None without both right and wrong rows.
    """
    right = np.asarray(right, dtype=bool)
    wrong = int((~right).sum())
    good = len(right) - wrong
    if not good or not wrong:
        return None
    _, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2.0
    return float((rank[inverse][right].sum() - good * (good + 1) / 2.0) / (good * wrong))


def selective_accuracy(confidence: np.ndarray, right: np.ndarray) -> pl.DataFrame:
    """A row for each confidence: `threshold`, `coverage` (share of rows at least as sure) and `accuracy` among them.

    From the surest on (arXiv:1705.08500); rows of equal confidence are answered together.
    """
    values, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    good = np.bincount(inverse, np.asarray(right, dtype=np.float64))
    answered, hits = np.cumsum(counts[::-1]), np.cumsum(good[::-1])
    return pl.DataFrame({"threshold": values[::-1], "coverage": answered / answered[-1], "accuracy": hits / answered})
