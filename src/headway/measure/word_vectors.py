"""What words mean by the company they keep, learned here from a corpus: short texts compared without a download."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headway.measure.ngrams import Tokens

SMOOTHED = 0.75
"""Context counts are raised to this power, so that rare contexts do not pass for telling ones (Levy et al. 2015)."""


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vector for each of `words`, (words, d); the length of a vector grows with how much the word tells."""

    words: tuple[str, ...]
    vectors: np.ndarray

    @cached_property
    def _place(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def of(self, tokens: Tokens) -> np.ndarray:
        """The sum of the vectors of each text's words, (texts, d); zeros where none of them is known."""
        rows = np.array([self._place.get(word, -1) for word in tokens.words.to_list()], dtype=np.int64)
        table = np.vstack([self.vectors, np.zeros(self.vectors.shape[1])])
        made = np.zeros((len(tokens), self.vectors.shape[1]))
        np.add.at(made, tokens.text_of, table[rows[tokens.ids]])
        return made

    def apart(self, tokens: Tokens) -> float | None:
        """1 - the mean cosine between two of the texts, from 0 (all mean the same) up; None with fewer than two."""
        vectors = self.of(tokens)
        length = np.linalg.norm(vectors, axis=1)
        unit = vectors[length > 0.0] / length[length > 0.0, None]
        if len(unit) < 2:
            return None
        total = unit.sum(axis=0)
        return float(1.0 - (total @ total - len(unit)) / (len(unit) * (len(unit) - 1)))


def word_vectors(
    lines: Sequence[Sequence[str]], words: Sequence[str], *, size: int = 48, window: int = 4
) -> WordVectors:
    """Vectors from how much oftener than by chance two words stand within `window` of each other (PPMI and SVD).

    After Levy and Goldberg (2014); deterministic. Each vector has length ln(lines / lines with the word): words that
    stand everywhere say little. ValueError for fewer words than `size`.
    """
    from scipy.sparse.linalg import svds

    if len(words) <= size:
        raise ValueError(f"{len(words)} words are too few for vectors of {size} numbers; choose a smaller size")
    place = {word: number for number, word in enumerate(words)}
    together = np.zeros((len(words), len(words)))
    lines_with = np.zeros(len(words))
    for line in lines:
        known = np.array([place[word] for word in line if word in place], dtype=np.int64)
        lines_with[np.unique(known)] += 1
        for offset in range(1, window + 1):
            np.add.at(together, (known[:-offset], known[offset:]), 1.0)
    together += together.T
    share = together.sum(axis=1) / together.sum()
    context = share**SMOOTHED / (share**SMOOTHED).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = np.log(together / together.sum() / np.outer(share, context))
    left, strength, _ = svds(np.where(together > 0, np.maximum(surprise, 0.0), 0.0), k=size, v0=np.ones(len(words)))
    vectors = left * np.sqrt(strength)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return WordVectors(tuple(words), unit * np.log(len(lines) / np.maximum(lines_with, 1.0))[:, None])
