"""Counting n-grams beside Python's sets, near-duplicates, and the compression ratio, where zlib is zlib."""

import gzip

from nltk.util import ngrams

from bench.rows import Row, interleaved
from bench.texts import made_texts
from headway.measure.compression import compression_ratio
from headway.measure.lexical import distinct_n, self_repetition
from headway.measure.ngrams import tokenised

TEXTS = 10_000


def measure() -> list[Row]:
    """Texts a second from strings to numbers."""
    texts = made_texts(TEXTS)
    joined = "\n".join(texts).encode()
    ours, theirs = interleaved(3, lambda: _distinct(texts), lambda: _distinct_by_sets(texts))
    pair = interleaved(
        3, lambda: compression_ratio(texts), lambda: len(joined) / len(gzip.compress(joined, 9, mtime=0))
    )
    same = _distinct(texts)[0] == _distinct_by_sets(texts)
    return [
        Row("distinct-1 to 4 and self-repetition, nltk ngrams and sets", TEXTS / ours.best, TEXTS / theirs.best,
            "texts/s", 3.0, f"sets count distinct-n only; the same numbers: {'yes' if same else 'NO'}"),
        Row("compression ratio, gzip", TEXTS / pair[0].best, TEXTS / pair[1].best, "texts/s", 0.9,
            "the same zlib: no lead"),
    ]  # fmt: skip


def _distinct(texts: list[str]) -> tuple[list[float | None], float]:
    tokens = tokenised(texts)
    return [distinct_n(tokens, size) for size in (1, 2, 3, 4)], float(self_repetition(tokens).mean())


def _distinct_by_sets(texts: list[str]) -> list[float | None]:
    """What the libraries do, but not across the ends of texts."""
    lines = [text.split() for text in texts]
    found: list[float | None] = []
    for size in (1, 2, 3, 4):
        every = [gram for line in lines for gram in ngrams(line, size)]
        found.append(len(set(every)) / len(every))
    return found
