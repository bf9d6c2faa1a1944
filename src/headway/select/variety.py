"""What a proposer loses for proposing the same again: in one round, or over all rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from headway.stages import require


class Variety(Protocol):
    """A number a proposal, at least 0, that is taken off what it is paid."""

    def __call__(self, texts: list[str], earlier: Sequence[str]) -> np.ndarray:
        """What each of the round's proposals loses; `earlier` are those of the rounds before."""
        ...


@dataclass(frozen=True)
class Clusters:
    """How alike proposals are: `weight` times the share of the round's in a proposal's own cluster (arXiv:2508.05004).

    Proposals whose sets of `n` characters in a row overlap by at least `same` (Jaccard) are of one cluster, and so are
    those that a chain of such pairs joins.
    """

    weight: float = 1.0
    n: int = 3
    same: float = 0.5

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(self.n >= 1, self, "n", "a whole number of at least 1")
        require(0.0 < self.same <= 1.0, self, "same", "more than 0 and at most 1")

    def __call__(self, texts: list[str], earlier: Sequence[str] = ()) -> np.ndarray:
        """What each proposal loses, in (0, `weight`]."""
        pieces = [pieces_of(text, self.n) for text in texts]
        cluster = list(range(len(texts)))

        def head(index: int) -> int:
            while cluster[index] != index:
                index = cluster[index]
            return index

        for one in range(len(texts)):
            for other in range(one):
                shared = len(pieces[one] & pieces[other])
                if shared >= self.same * (len(pieces[one]) + len(pieces[other]) - shared):
                    cluster[head(one)] = head(other)
        heads = np.array([head(index) for index in range(len(texts))])
        return self.weight * np.bincount(heads, minlength=len(texts))[heads] / len(texts)


@dataclass(frozen=True)
class Familiar:
    """How much a proposal is like one of an earlier round: `weight` times the largest overlap with any in the archive.

    The overlap is that of the sets of `n` characters in a row (Jaccard). The archive is every proposal of the current
    cast's line, whatever it was paid, so that what was left behind long ago is not new again (R-Diverse's archive, of
    wording and not of meaning).
    """

    weight: float = 1.0
    n: int = 3

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(self.n >= 1, self, "n", "a whole number of at least 1")

    def __call__(self, texts: list[str], earlier: Sequence[str] = ()) -> np.ndarray:
        """What each proposal loses, in [0, `weight`]; nothing without an archive."""
        from scipy.sparse import csr_array

        if not earlier:
            return np.zeros(len(texts))
        sets = [pieces_of(text, self.n) for text in (*texts, *dict.fromkeys(earlier))]
        place = {piece: index for index, piece in enumerate(sorted(set().union(*sets)))}
        sizes = np.array([len(one) for one in sets])
        column = np.fromiter((place[piece] for one in sets for piece in one), dtype=np.int64, count=int(sizes.sum()))
        start = np.concatenate([[0], np.cumsum(sizes)])
        table = csr_array((np.ones(len(column)), column, start), shape=(len(sets), len(place)))
        new = len(texts)
        shared = (table[:new] @ table[new:].T).toarray()
        overlap = shared / (sizes[:new, None] + sizes[None, new:] - shared)
        return self.weight * overlap.max(axis=1)


def pieces_of(text: str, n: int) -> set[str]:
    """The different runs of `n` characters of a text; the text itself where it is shorter."""
    return {text[start : start + n] for start in range(max(1, len(text) - n + 1))}
