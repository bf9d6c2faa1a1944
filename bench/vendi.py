"""Vendi scores beside the exact eigensolve that vendi-score does, and its dual form for embeddings."""

import warnings

import numpy as np

from bench.rows import Row, interleaved, once
from bench.texts import made_texts
from headway.measure.ngrams import tokenised
from headway.measure.vendi import ngram_features, vendi_of_embeddings, vendi_of_ngrams

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it names a module of SciPy that is going away
    from vendi_score import vendi as peer

TEXTS, SOLVED = 10_000, 3_000


def measure() -> list[Row]:
    """Scores a second; the eigensolve is timed at 3,000 texts, where both can be compared, and scaled by n^3."""
    return [_ngrams(), _embeddings()]


def _ngrams() -> Row:
    texts = made_texts(TEXTS)
    few = tokenised(texts[:SOLVED])
    ours = interleaved(3, lambda: vendi_of_ngrams(tokenised(texts)))[0].best
    features, alone = ngram_features(few, (1, 2, 3, 4))
    kernel = (features @ features.T).toarray() + np.diag(alone)
    exact: list[float] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solved = once(lambda: exact.append(float(peer.score_K(kernel))))
    close, whole = vendi_of_ngrams(few).order1, vendi_of_ngrams(tokenised(texts)).order1
    return Row(
        "Vendi of 10,000 texts, n-gram kernel, eigensolve", 1.0 / ours, 1.0 / (solved * (TEXTS / SOLVED) ** 3),
        "scores/s", 30.0,
        f"{ours:.2f} s, error {whole.error / whole.value:.2%}; peer scaled by n^3 from {SOLVED:,} ({solved:.1f} s), "
        f"where we are {close.value / exact[0] - 1:+.2%} off",
    )  # fmt: skip


def _embeddings() -> Row:
    vectors = np.random.default_rng(0).standard_normal((TEXTS, 384))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = interleaved(3, lambda: vendi_of_embeddings(vectors), lambda: peer.score_dual(vectors))
    return Row("Vendi of 10,000 embeddings, vendi-score's dual", 1.0 / ours.best, 1.0 / theirs.best, "scores/s", 1.0,
               "both are one matrix product; both orders at once here")  # fmt: skip
