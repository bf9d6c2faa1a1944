"""How many different n-grams there are, how many are new, and how many come back in other texts.

All of them drift with the number of texts and with their length alone: compare equal samples only (`rarefied`).
"""

import numpy as np

from headway.measure.ngrams import Tokens


def distinct_n(tokens: Tokens, size: int) -> float | None:
    """Different n-grams over all n-grams, in (0, 1], 1 where nothing is repeated (arXiv:1510.03055).

    n-grams do not run across the end of a text. None where no text is long enough.
    """
    ngrams = tokens.ngrams(size)
    return ngrams.distinct / ngrams.total if ngrams.total else None


def expectation_adjusted_distinct(tokens: Tokens, size: int, vocabulary: int | None = None) -> float | None:
    """EAD: different n-grams over how many would differ if drawn evenly from all possible ones (arXiv:2202.13587).

    At least 0, and about 1 for even draws whatever the length, which plain distinct-n is not. `vocabulary` is how many
    words there are (default: those of all texts that were numbered together), and its n-th power the number of
    possible n-grams; the code of arXiv:2310.06452 takes the vocabulary itself for every n, and so its values for n
    above 1 are of another scale. None where no text is long enough.
    """
    ngrams = tokens.ngrams(size)
    possible = float(vocabulary or len(tokens.words)) ** size
    return adjusted_distinct(ngrams.distinct, ngrams.total, possible) if ngrams.total else None


def adjusted_distinct(distinct: int, total: int, possible: float) -> float:
    """N / (V (1 - ((V - 1) / V)^C)) for N distinct of C n-grams with V possible."""
    if possible <= 1.0:
        return float(distinct)
    return distinct / (possible * -np.expm1(total * np.log1p(-1.0 / possible)))


def repeated_share(tokens: Tokens, size: int = 4) -> np.ndarray:
    """The share of each text's n-grams that some other text has too, (texts,) in [0, 1]; NaN for a text without any."""
    runs = tokens.ngrams(size).runs
    texts_with = np.bincount(runs.gram)
    elsewhere = texts_with[runs.gram] > 1
    found = np.bincount(runs.text[elsewhere], weights=runs.times[elsewhere], minlength=len(tokens))
    possible = np.clip(tokens.lengths - size + 1, 0, None)
    return np.divide(found, possible, out=np.full(len(tokens), np.nan), where=possible > 0)


def self_repetition(tokens: Tokens, size: int = 4) -> np.ndarray:
    """ln(1 + how many times other texts have this text's n-grams), (texts,), at least 0 (arXiv:2210.08145).

    The mean over texts is the self-repetition score; a text's own repeats do not count.
    """
    runs = tokens.ngrams(size).runs
    others = np.bincount(runs.gram)[runs.gram] - 1
    return np.log1p(np.bincount(runs.text, weights=others, minlength=len(tokens)))


def novelty(tokens: Tokens, known: np.ndarray, size: int = 4) -> float | None:
    """The share of n-grams of the texts not in `known` that no text of `known` has, in [0, 1] (arXiv:2111.09509).

    `known`, (texts,) of bool, marks what there was before (training texts, the first round), numbered in the same call.
    None where no new text is long enough.
    """
    known = np.asarray(known, dtype=bool)
    ngrams = tokens.ngrams(size)
    in_known = known[ngrams.text]
    seen = np.bincount(ngrams.gram, weights=in_known, minlength=len(ngrams.times)) > 0
    found = int((seen[ngrams.gram] & ~in_known).sum())
    possible = int(np.clip(tokens.lengths[~known] - size + 1, 0, None).sum())
    return 1.0 - found / possible if possible else None
