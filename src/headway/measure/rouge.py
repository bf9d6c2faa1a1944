"""ROUGE-L homogenisation: how much of any two texts is one common subsequence."""

from itertools import pairwise

import numpy as np

from headway.measure.approximate import Approximate
from headway.measure.ngrams import Tokens

PAIRS = 1_000_000
BLOCK = 100
SURROGATES = range(0xD800, 0xE000)
CHARACTERS = 0x110000 - len(SURROGATES)


def homogenisation(tokens: Tokens, *, pairs: int = PAIRS, seed: int = 0) -> Approximate:
    """The mean ROUGE-L F1 of two texts, 2 LCS / (length + length), in [0, 1]; 1 where all are alike (arXiv:2309.05196).

    All pairs where there are at most `pairs` of them, else that many drawn at random, with the standard error of the
    draw. Two empty texts are alike. ValueError for fewer than two texts.
    """
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    texts = len(tokens)
    if texts < 2:
        raise ValueError(f"homogenisation compares texts with each other and needs at least 2, got {texts}")
    lines = as_lines(tokens)
    if texts * (texts - 1) // 2 <= pairs:
        return Approximate(_all_pairs(lines))
    random = np.random.default_rng(seed)
    first = random.integers(texts, size=pairs)
    second = (first + random.integers(1, texts, size=pairs)) % texts
    found = cpdist(
        [lines[text] for text in first],
        [lines[text] for text in second],
        scorer=Indel.normalized_similarity,
        dtype=np.float64,
    )
    return Approximate(float(found.mean()), float(found.std(ddof=1) / np.sqrt(pairs)))


def as_lines(tokens: Tokens) -> list[str]:
    """Each text as a string with one character a token, which is what rapidfuzz compares fastest.

    ValueError where there are more different words than characters in Unicode.
    """
    points = np.unique(tokens.ids, return_inverse=True)[1].astype(np.uint32)
    if len(points) and points.max() >= CHARACTERS:
        raise ValueError(f"the texts have more than {CHARACTERS:,} different words; compare a sample of them")
    points[points >= SURROGATES.start] += len(SURROGATES)
    joined = points.astype("<u4").tobytes().decode("utf-32-le")
    return [joined[start:end] for start, end in pairwise(tokens.starts.tolist())]


def _all_pairs(lines: list[str]) -> float:
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    total = 0.0
    for start in range(0, len(lines), BLOCK):
        block = lines[start : start + BLOCK]
        against = cdist(block, lines[start:], scorer=Indel.normalized_similarity, dtype=np.float32)
        total += float(np.triu(against, 1).sum(dtype=np.float64))
    return total / (len(lines) * (len(lines) - 1) / 2)
