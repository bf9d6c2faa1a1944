"""Sets of texts made comparable: as many texts, and as many tokens."""

from collections.abc import Sequence

import numpy as np

from headway.measure.ngrams import Tokens


def length_matched(sets: Sequence[Tokens]) -> list[Tokens]:
    """The same texts, cut so that every set has texts of the same lengths, and with that as many tokens.

    The i-th shortest text of each set is cut to the shortest of them; order is kept. ValueError for sets of unequal
    size: nearly every measure of diversity drifts with the number of texts alone.
    """
    require_equal_sizes(sets)
    orders = [np.argsort(each.lengths, kind="stable") for each in sets]
    shortest = np.min([each.lengths[order] for each, order in zip(sets, orders, strict=True)], axis=0)
    made = []
    for each, order in zip(sets, orders, strict=True):
        lengths = np.empty_like(shortest)
        lengths[order] = shortest
        made.append(each.take(np.arange(len(each)), lengths))
    return made


def require_equal_sizes(sets: Sequence[Tokens]) -> None:
    """ValueError that names the sizes where the sets are not of one size."""
    sizes = [len(each) for each in sets]
    if len(set(sizes)) > 1:
        raise ValueError(
            f"samples of {min(sizes):,} and {max(sizes):,} texts are not compared: diversity drifts with the number of "
            f"texts alone; draw equal samples first (measure.rarefied)"
        )
