"""Self-BLEU: how much of each text can be found in the others; exact, by counting."""

import numpy as np

from headway.measure.ngrams import Runs, Tokens

EPSILON = 0.1


def self_bleu(tokens: Tokens, longest: int = 4) -> np.ndarray:
    """BLEU of every text against all others, (texts,) in [0, 1]: 1 is a text that the others hold (arXiv:1802.01886).

    Uniform weights over 1 to `longest` tokens, the closest length as reference length, and 0.1 in place of a count of 0
    (method 1 of Chen and Cherry 2014), as nltk and fast-bleu have it. An n-gram counts at most as often as it occurs in
    one other text; that is the largest count of it, or the second largest for the text that holds the largest, so no
    text is ever compared with another. Grows with the number of texts: compare equal samples only. ValueError for fewer
    than two texts.
    """
    if len(tokens) < 2:
        raise ValueError(f"self-BLEU compares texts with each other and needs at least 2, got {len(tokens)}")
    logarithms = np.zeros(len(tokens))
    for size in range(1, longest + 1):
        found = _found_elsewhere(tokens.ngrams(size).runs, len(tokens))
        if size == 1:
            nothing = found == 0
        possible = np.maximum(tokens.lengths - size + 1, 1)
        logarithms += np.log(np.where(found > 0, found, EPSILON) / possible) / longest
    return np.where(nothing, 0.0, _brevity(tokens.lengths) * np.exp(logarithms))


def _found_elsewhere(runs: Runs, texts: int) -> np.ndarray:
    """n-grams of each text, each counted as often as the other text that has it most often, (texts,)."""
    if not len(runs.gram):
        return np.zeros(texts)
    first = np.flatnonzero(np.diff(runs.gram, prepend=-1))
    largest = np.maximum.reduceat(runs.times, first)[runs.gram]
    holders = np.flatnonzero(runs.times == largest)
    holders = holders[np.diff(runs.gram[holders], prepend=-1) != 0]  # the first holder of each n-gram
    others = runs.times.copy()
    others[holders] = 0
    second = np.maximum.reduceat(others, first)
    limit = largest
    limit[holders] = second
    return np.bincount(runs.text, weights=np.minimum(runs.times, limit), minlength=texts)


def _brevity(lengths: np.ndarray) -> np.ndarray:
    """The brevity penalty of each text against the closest length among the others; the shorter of two as close."""
    order = np.argsort(lengths, kind="stable")
    ranked = lengths[order].astype(np.float64)
    below = np.concatenate([[-np.inf], ranked[:-1]])
    above = np.concatenate([ranked[1:], [np.inf]])
    closest = np.where(ranked - below <= above - ranked, below, above)
    with np.errstate(divide="ignore", invalid="ignore"):
        penalty = np.where(ranked > closest, 1.0, np.exp(1.0 - closest / ranked))
    made = np.empty(len(lengths))
    made[order] = np.where(ranked > 0, penalty, 0.0)
    return made
