"""Which pairs are asked about: some at random to be scored on, the rest where they say most."""

from collections.abc import Collection

import numpy as np

Pair = tuple[int, int]
CLOSE, FEW = 0.10, 0.20
"""Shares of the pairs that are asked next: the closest in utility, and those whose outcomes were asked about least."""
WIDER, TIMES = 1.5, 5
"""By how much both are relaxed where too few pairs are left, and how often (arXiv:2502.08640)."""


def triads(outcomes: int, random: np.random.Generator, rounds: int = 2) -> np.ndarray:
    """Random triads of which no two have a pair in common, (T, 3): each outcome is in one a round, or in none.

    Their pairs are held out from every fit: they score it, and show how often three choices go round in a circle.
    ValueError for fewer than 3 outcomes.
    """
    if outcomes < 3:
        raise ValueError(f"{outcomes} outcomes make no triad; give three or more")
    made: list[list[int]] = []
    used: set[Pair] = set()
    for _ in range(rounds):
        order = random.permutation(outcomes)
        for place in range(0, outcomes - 2, 3):
            triad = sorted(order[place : place + 3].tolist())
            pairs = set(pairs_in(triad))
            if not pairs & used:
                made.append(triad)
                used |= pairs
    return np.array(made)


def pairs_in(triad: Collection[int]) -> list[Pair]:
    """The three pairs of a triad, smaller number first."""
    one, other, third = sorted(triad)
    return [(one, other), (one, third), (other, third)]


def first_pairs(outcomes: int, taken: Collection[Pair], random: np.random.Generator) -> list[Pair]:
    """Pairs for a first fit: a ring through all outcomes in random order, and a second one, less what is taken."""
    made: set[Pair] = set()
    for _ in range(2):
        order = random.permutation(outcomes).tolist()
        made |= {_sorted(*pair) for pair in zip(order, order[1:] + order[:1], strict=True)}
    return sorted(pair for pair in made if pair[0] != pair[1] and pair not in set(taken))


def next_pairs(
    mean: np.ndarray, taken: Collection[Pair], degrees: np.ndarray, count: int, random: np.random.Generator
) -> list[Pair]:
    """`count` pairs not yet taken, or all that are left: near ties by the fit so far, whose outcomes were asked least.

    `degrees` counts the pairs that each outcome is in, (N,). What the two conditions do not fill is drawn at random.
    """
    first, second = np.triu_indices(len(mean), 1)
    free = np.ones(len(first), dtype=bool)
    place = {pair: row for row, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
    free[[place[pair] for pair in taken]] = False
    first, second = first[free], second[free]
    gap, degree = np.abs(mean[first] - mean[second]), (degrees[first] + degrees[second]).astype(np.float64)
    wanted = np.zeros(len(first), dtype=bool)
    for attempt in range(TIMES + 1):
        close, few = (min(1.0, share * WIDER**attempt) for share in (CLOSE, FEW))
        if len(first):
            wanted = (gap <= np.quantile(gap, close)) & (degree <= np.quantile(degree, few))
        if wanted.sum() >= count:
            break
    chosen = random.permutation(np.flatnonzero(wanted))[:count]
    rest = random.permutation(np.setdiff1d(np.arange(len(first)), chosen))[: count - len(chosen)]
    rows = np.concatenate([chosen, rest]).astype(np.int64)
    return list(zip(first[rows].tolist(), second[rows].tolist(), strict=True))


def _sorted(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
