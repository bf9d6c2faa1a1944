"""The passages that texts repeat most, to be shown: what a narrowing loop keeps saying."""

from dataclasses import dataclass

import numpy as np

from headway.measure.ngrams import NGrams, Tokens

CONSIDERED = 10
"""Candidates looked at for each passage that is asked for."""


@dataclass(frozen=True)
class Passage:
    """A repeated passage: how often it occurs, overlaps included, in how many texts, its first place (text, token)."""

    text: str
    times: int
    texts: int
    first: tuple[int, int]


def repeated_passages(tokens: Tokens, *, at_least: int = 5, most: int = 20) -> list[Passage]:
    """Up to `most` passages of at least `at_least` tokens that occur more than once, by how many tokens they repeat.

    Passages are as long as they can be without occurring less often: n-grams that always follow each other are one
    passage. One that mostly lies inside passages already listed is left out.
    """
    ngrams = tokens.ngrams(at_least)
    if not len(ngrams.times):
        return []
    start, length = _chains(tokens, ngrams)
    times = ngrams.times[start]
    order = np.argsort(-(times - 1) * length, kind="stable")[: most * CONSIDERED]
    bounds = np.concatenate([[0], np.cumsum(ngrams.times)])
    covered = np.zeros(len(tokens.ids), dtype=bool)
    found: list[Passage] = []
    for gram, tokens_long in zip(start[order].tolist(), length[order].tolist(), strict=True):
        places = ngrams.positions[bounds[gram] : bounds[gram + 1]]
        held = places[:, None] + np.arange(tokens_long)
        if covered[held].mean() < 0.5 and len(found) < most:
            covered[held] = True
            texts = tokens.text_of[places]
            first = (int(texts[0]), int(places[0] - tokens.starts[texts[0]]))
            text = tokens.passage(int(places[0]), tokens_long)
            found.append(Passage(text, len(places), len(np.unique(texts)), first))
    return found


def _chains(tokens: Tokens, ngrams: NGrams) -> tuple[np.ndarray, np.ndarray]:
    """First n-gram of each chain of n-grams that always follow each other, and the chain's length in tokens."""
    at = np.full(len(tokens.ids) + 1, -1, dtype=np.int64)
    at[ngrams.positions] = ngrams.gram
    inside = tokens.room[ngrams.positions] > ngrams.size
    first = np.concatenate([[0], np.cumsum(ngrams.times)[:-1]])
    after = np.where(inside, at[ngrams.positions + 1], -1)
    before = np.where(ngrams.positions > tokens.starts[ngrams.text], at[ngrams.positions - 1], -1)
    follower, leader = _only(after, first), _only(before, first)
    grams = np.arange(len(first))
    linked = (follower >= 0) & (leader[follower] == grams)
    has_leader = np.zeros(len(first), dtype=bool)
    has_leader[follower[linked]] = True
    following = np.where(linked, follower, -1).tolist()
    starts = np.flatnonzero(~has_leader)
    lengths = np.empty(len(starts), dtype=np.int64)
    for index, gram in enumerate(starts.tolist()):
        length = ngrams.size
        while (gram := following[gram]) >= 0:
            length += 1
        lengths[index] = length
    return starts, lengths


def _only(neighbour: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The neighbour that all occurrences of an n-gram share, or -1, (n-grams,)."""
    least, most = np.minimum.reduceat(neighbour, first), np.maximum.reduceat(neighbour, first)
    return np.where(least == most, least, -1)
