"""Which bin of confidence a row falls into."""

from typing import Literal

import numpy as np

Equal = Literal["width", "mass"]


def binned(confidence: np.ndarray, bins: int, equal: Equal = "width") -> np.ndarray:
    """The bin of every row, 0 to bins - 1: of equal width on [0, 1], or with equally many rows.

    A bin holds its upper end. Rows of equal confidence share a bin, so with `mass` bins hold unequal numbers, or none,
    where values repeat. ValueError for a confidence outside [0, 1].
    """
    confidence = np.asarray(confidence, dtype=np.float64)
    inside = (confidence >= 0.0) & (confidence <= 1.0)
    if not inside.all():
        row = int(np.flatnonzero(~inside)[0])
        raise ValueError(
            f"confidence is {confidence[row]} in row {row}; it must lie in [0, 1], leave out what is unknown"
        )
    inner = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    edges = inner if equal == "width" else np.quantile(confidence, inner)
    return np.searchsorted(edges, confidence, side="left")
