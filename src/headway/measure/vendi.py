"""Vendi score: how many texts there would be if all were as different as these are alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headway.measure.approximate import Approximate
from headway.measure.lanczos import TOP, Matrix, spectral_sums
from headway.measure.ngrams import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

EXACT_UP_TO = 2_000
CLOSE_TO = 0.0015
"""Standard error of the entropy [nats] at which the approximation stops: .15 % of the score."""


@dataclass(frozen=True)
class Vendi:
    """Effective numbers of texts, from 1 (all alike) to n (nothing in common).

    `order1` is exp of the entropy of the kernel's eigenvalues (arXiv:2210.02410), `order2` one over the sum of their
    squares, which is the inverse mean squared similarity (arXiv:2310.12952). Order 1 keeps growing with n from one and
    the same source, and order 2 soon stops: read both, and compare equal samples only.
    """

    order1: Approximate
    order2: Approximate


def vendi_of_kernel(kernel: np.ndarray) -> Vendi:
    """From similarities, (n, n), symmetric, positive semi-definite, 1 on the diagonal: exact, in n^3 steps."""
    from scipy.linalg import eigvalsh

    return _of_eigenvalues(eigvalsh(kernel / len(kernel), check_finite=False))


def vendi_of_embeddings(embeddings: np.ndarray) -> Vendi:
    """From vectors, (n, d), by their cosines: exact, in the smaller of n and d; ValueError for a vector of zeros."""
    vectors = np.asarray(embeddings, dtype=np.float64)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (length > 0.0).all():
        row = int(np.flatnonzero(~(length[:, 0] > 0.0))[0])
        raise ValueError(f"embedding {row} has no direction (all zeros, or not a number); leave that text out")
    vectors = vectors / length
    gram = vectors.T @ vectors if vectors.shape[1] < len(vectors) else vectors @ vectors.T
    return vendi_of_kernel(gram * (len(gram) / len(vectors)))


def vendi_of_ngrams(
    tokens: Tokens, *, sizes: Sequence[int] = (1, 2, 3, 4), exact_up_to: int = EXACT_UP_TO, seed: int = 0
) -> Vendi:
    """From n-gram counts: the kernel is the mean over `sizes` of the cosine of counts, as in vendi-score.

    Sizes that a text is too short for are left out of its mean, so that every text is wholly like itself; texts without
    any token are alike. Exact up to `exact_up_to` texts, beyond that by deflated stochastic Lanczos quadrature with its
    standard error, in time proportional to the repeated n-grams. ValueError for no text.
    """
    if not len(tokens):
        raise ValueError("a Vendi score needs at least 1 text, got none")
    features, alone = ngram_features(tokens, sizes)
    if len(tokens) > max(exact_up_to, 4 * TOP):
        return _approximate(features, alone, seed)
    _, width = features.get_shape()
    if not alone.any() and width < len(tokens):
        gram = (features.T @ features).toarray()
        return vendi_of_kernel(gram * (len(gram) / len(tokens)))
    kernel = (features @ features.T).toarray()
    kernel[np.diag_indices_from(kernel)] += alone
    return vendi_of_kernel(kernel)


def ngram_features(tokens: Tokens, sizes: Sequence[int]) -> "tuple[csr_matrix, np.ndarray]":
    """Rows whose products are the kernel, (texts, repeated n-grams), and what other n-grams add to its diagonal."""
    from scipy.sparse import csr_matrix

    possible = [np.clip(tokens.lengths - size + 1, 0, None) for size in sizes]
    has = np.sum([count > 0 for count in possible], axis=0)
    rows, columns, values = [np.flatnonzero(has == 0)], [np.zeros(int((has == 0).sum()), dtype=np.int64)], []
    values.append(np.ones(len(rows[0])))
    width, alone = 1, np.zeros(len(tokens))
    for size, count in zip(sizes, possible, strict=True):
        runs = tokens.ngrams(size).runs
        times = runs.times.astype(np.float64)
        once = count - np.bincount(runs.text, weights=times, minlength=len(tokens))
        square = once + np.bincount(runs.text, weights=times**2, minlength=len(tokens))
        share = np.divide(1.0, square * has, out=np.zeros(len(tokens)), where=square > 0)
        alone += once * share
        rows.append(runs.text)
        columns.append(runs.gram.astype(np.int64) + width)
        values.append(times * np.sqrt(share[runs.text]))
        width += len(tokens.ngrams(size).times)
    where = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), where), shape=(len(tokens), width)), alone


def _approximate(features: "csr_matrix", alone: np.ndarray, seed: int) -> Vendi:
    n = len(alone)
    entropy, square = spectral_sums(
        _kernel(features, alone), n, 1.0, (_entropy, np.square), close_to=CLOSE_TO, seed=seed
    )
    order1, order2 = float(np.exp(entropy.value)), 1.0 / square.value
    return Vendi(Approximate(order1, order1 * entropy.error), Approximate(order2, order2 * square.error / square.value))


def _kernel(features: "csr_matrix", alone: np.ndarray) -> Matrix:
    """Multiplies by the kernel over n without ever making it."""
    turned, n = features.T.tocsr(), len(alone)
    return lambda columns: (features @ (turned @ columns) + alone[:, None] * columns) / n


def _of_eigenvalues(values: np.ndarray) -> Vendi:
    values = np.clip(values, 0.0, None)
    return Vendi(Approximate(float(np.exp(_entropy(values).sum()))), Approximate(float(1.0 / np.square(values).sum())))


def _entropy(values: np.ndarray) -> np.ndarray:
    return -values * np.log(values, out=np.zeros_like(values), where=values > 0.0)
