"""Clusters of texts that are nearly the same."""

from typing import TYPE_CHECKING

import numpy as np

from headway.measure.ngrams import NGrams, Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SHINGLE = 3
BANDS, ROWS = 24, 4


def near_duplicates(tokens: Tokens, *, similarity: float = 0.8, seed: int = 0) -> np.ndarray:
    """A cluster number for every text, (texts,), 0 for the cluster that appears first.

    Two texts are linked if they are equal, or if the share of their 3-token shingles that both have (Jaccard) is at
    least `similarity`; a cluster is what links connect. Candidates come from MinHash (Broder 1997) with 24 bands of 4:
    texts of similarity .8 meet but for one pair in 300,000, of .6 in 96 % of pairs. Candidates are compared exactly.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(tokens):
        return np.empty(0, dtype=np.int64)
    same, kept = _equal_texts(tokens)
    unique = tokens.take(kept)
    left, right = _candidates(unique, seed)
    features, sizes = _shingles(unique.ngrams(SHINGLE), unique)
    both = np.asarray(features[left].multiply(features[right]).sum(axis=1)).ravel()
    alike = both >= similarity * (sizes[left] + sizes[right] - both) - 1e-9
    links = (np.ones(int(alike.sum())), (left[alike], right[alike]))
    labels = connected_components(coo_matrix(links, shape=(len(kept), len(kept))), directed=False)[1]
    return _by_first(labels[same])


def _equal_texts(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Which different text each text is, and one place of each."""
    known: dict[bytes, int] = {}
    same = np.empty(len(tokens), dtype=np.int64)
    kept = []
    for text, (start, end) in enumerate(zip(tokens.starts[:-1], tokens.starts[1:], strict=True)):
        number = known.setdefault(tokens.ids[start:end].tobytes(), len(known))
        if number == len(kept):
            kept.append(text)
        same[text] = number
    return same, np.array(kept, dtype=np.int64)


def _candidates(tokens: Tokens, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of texts, each held against the first text of every bucket that it falls into."""
    ngrams = tokens.ngrams(SHINGLE)
    numbers = len(ngrams.times) + np.arange(len(tokens.ids), dtype=np.uint64)
    numbers[ngrams.positions] = ngrams.gram
    whole = tokens.room >= SHINGLE
    texts, mixed = tokens.text_of[whole], _mixed(numbers[whole])
    if not len(texts):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(texts, prepend=-1))
    long_enough = texts[first]
    random = np.random.default_rng(seed)
    pairs = []
    for _ in range(BANDS):
        band = np.zeros(len(long_enough), dtype=np.uint64)
        for factor, shift in random.integers(1, 2**63, size=(ROWS, 2), dtype=np.uint64):
            least = np.minimum.reduceat(mixed * (factor | np.uint64(1)) + shift, first)
            band = _mixed(band ^ least)
        order = np.argsort(band, kind="stable")
        new = np.diff(band[order], prepend=band[order[:1]] ^ np.uint64(1)) != 0
        leader = order[np.flatnonzero(new)][np.cumsum(new) - 1]
        pairs.append(np.stack([long_enough[leader[~new]], long_enough[order[~new]]], axis=1))
    found = np.unique(np.concatenate(pairs), axis=0)
    return found[:, 0].astype(np.int64), found[:, 1].astype(np.int64)


def _shingles(ngrams: NGrams, tokens: Tokens) -> "tuple[csr_matrix, np.ndarray]":
    """Which repeated shingles each text has, as rows of ones, and how many different ones it has in all."""
    from scipy.sparse import csr_matrix

    runs, texts = ngrams.runs, len(tokens)
    ones = np.ones(len(runs.gram), dtype=np.int32)
    features = csr_matrix((ones, (runs.text, runs.gram)), shape=(texts, max(len(ngrams.times), 1)))
    again = np.bincount(runs.text, weights=runs.times - 1, minlength=texts)
    return features, np.clip(tokens.lengths - SHINGLE + 1, 0, None) - again


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Well spread 64-bit numbers, one to one (the finaliser of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _by_first(labels: np.ndarray) -> np.ndarray:
    """`labels` renumbered in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
