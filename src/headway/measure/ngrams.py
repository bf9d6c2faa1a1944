"""One pass over texts that every n-gram measure reads: which n-grams are repeated, where, and how often.

An n-gram can only be repeated where both (n-1)-grams inside it are, so each level sorts only what
the level before left over, and n-grams that occur once are counted without being looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

import numpy as np
import polars as pl

By = Literal["words", "characters"]
TEXTS_AT_ONCE = 50_000


def tokenised(texts: Sequence[str] | pl.Series, by: By = "words") -> "Tokens":
    """Texts as integers: words between white space, or characters. Numbers follow first appearance.

    A null is an empty text. Joint numbers need one call: two calls number their words apart.
    """
    series = (texts if isinstance(texts, pl.Series) else pl.Series(list(texts), dtype=pl.String)).fill_null("")
    if by == "characters":
        lengths = series.str.len_chars().to_numpy()
        points = np.frombuffer("".join(series.to_list()).encode("utf-32-le"), dtype=np.uint32)
        ids, kept = _by_appearance(points)
        return Tokens(ids, _starts(lengths), pl.Series([chr(point) for point in kept], dtype=pl.String), "")
    numbers, lengths, known = [np.empty(0, dtype=np.uint32)], [np.empty(0, dtype=np.int64)], []
    for part in series.to_frame().iter_slices(TEXTS_AT_ONCE):
        words = part.to_series().str.extract_all(r"\S+")
        spread = words.explode(empty_as_null=False, keep_nulls=False).cast(pl.Categorical)
        numbers.append(spread.to_physical().to_numpy())
        lengths.append(words.list.len().to_numpy().astype(np.int64))
        known.append(spread.unique())
    ids, kept = _by_appearance(np.concatenate(numbers))
    return Tokens(ids, _starts(np.concatenate(lengths)), _spelled(known, kept))


def _spelled(known: list[pl.Series], kept: np.ndarray) -> pl.Series:
    """The words that the categories `kept` stand for, out of `known` ones."""
    if not len(kept):
        return pl.Series([], dtype=pl.String)
    every = pl.concat(known).unique()
    place = np.empty(int(kept.max()) + 1, dtype=np.int64)
    place[every.to_physical().to_numpy()] = np.arange(len(every))
    return every.cast(pl.String).gather(place[kept])


def numbered(rows: Iterable[Sequence[str]], joint: str = " ") -> "Tokens":
    """Tokens from what is already taken apart: one sequence of strings a text."""
    known: dict[str, int] = {}
    ids: list[int] = []
    lengths = []
    for row in rows:
        ids.extend(known.setdefault(word, len(known)) for word in row)
        lengths.append(len(row))
    made = np.array(ids, dtype=np.int32)
    return Tokens(made, _starts(np.array(lengths, dtype=np.int64)), pl.Series(list(known), dtype=pl.String), joint)


@dataclass(frozen=True, eq=False)
class Tokens:
    """Texts as numbers: text i is `ids[starts[i]:starts[i + 1]]`, and `words[id]` is what a number stands for."""

    ids: np.ndarray
    starts: np.ndarray
    words: pl.Series
    joint: str = " "
    """What stands between the words of a shown passage."""
    _levels: "list[NGrams]" = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, (texts,)."""
        return np.diff(self.starts)

    @cached_property
    def text_of(self) -> np.ndarray:
        """The text that each token belongs to, (tokens,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    @cached_property
    def room(self) -> np.ndarray:
        """Tokens from each token to the end of its text, itself included, (tokens,)."""
        return (self.starts[1:][self.text_of] - np.arange(len(self.ids))).astype(np.int32)

    def take(self, texts: np.ndarray, lengths: np.ndarray | None = None) -> Self:
        """These texts in this order, each cut to its first `lengths` tokens."""
        texts = np.asarray(texts, dtype=np.int64)
        kept = self.lengths[texts] if lengths is None else np.minimum(self.lengths[texts], lengths)
        starts = _starts(kept)
        index = np.arange(starts[-1]) + np.repeat(self.starts[texts] - starts[:-1], kept)
        return type(self)(self.ids[index], starts, self.words, self.joint)

    def texts(self) -> list[str]:
        """The texts again, with white space between words made alike."""
        words = self.words.gather(self.ids).to_list()
        return [self.joint.join(words[start:end]) for start, end in pairwise(self.starts.tolist())]

    def passage(self, start: int, length: int) -> str:
        """`length` tokens from `start` on, as text."""
        return self.joint.join(self.words.gather(self.ids[start : start + length]).to_list())

    def ngrams(self, size: int) -> "NGrams":
        """The repeated n-grams of this size, worked out once; ValueError below 1."""
        if size < 1:
            raise ValueError(f"an n-gram has at least 1 token, got {size}")
        while len(self._levels) < size:
            self._levels.append(_longer(self, self._levels[-1]) if self._levels else _single(self))
        return self._levels[size - 1]


@dataclass(frozen=True, eq=False)
class NGrams:
    """The n-grams of one size that occur at least twice, sorted by n-gram and then by place.

    `positions` are the tokens at which they start, `gram` says which (dense from 0), `text` in which text; `times` is
    the number of occurrences of each. `total` counts all n-grams of the texts, repeated or not.
    """

    size: int
    total: int
    positions: np.ndarray
    gram: np.ndarray
    text: np.ndarray
    times: np.ndarray

    @property
    def distinct(self) -> int:
        """How many different n-grams there are."""
        return self.total - len(self.positions) + len(self.times)

    @cached_property
    def runs(self) -> "Runs":
        """How often each repeated n-gram occurs in each text that has it."""
        new = np.ones(len(self.gram), dtype=bool)
        new[1:] = (self.gram[1:] != self.gram[:-1]) | (self.text[1:] != self.text[:-1])
        first = np.flatnonzero(new)
        return Runs(self.gram[first], self.text[first], np.diff(first, append=len(self.gram)))


@dataclass(frozen=True, eq=False)
class Runs:
    """A row for each repeated n-gram in each text that has it, sorted by n-gram and then by text."""

    gram: np.ndarray
    text: np.ndarray
    times: np.ndarray


def _single(tokens: Tokens) -> NGrams:
    return _grouped(tokens, 1, np.arange(len(tokens.ids)), tokens.ids, len(tokens.words))


def _longer(tokens: Tokens, shorter: NGrams) -> NGrams:
    """The next size: starts where two repeated shorter n-grams follow each other inside one text."""
    grams = len(shorter.times)
    at = np.full(len(tokens.ids) + 1, -1, dtype=np.int64)
    at[shorter.positions] = shorter.gram
    fits = (at[:-1] >= 0) & (at[1:] >= 0) & (tokens.room > shorter.size)
    positions = np.flatnonzero(fits)
    return _grouped(tokens, shorter.size + 1, positions, at[positions] * grams + at[positions + 1], grams**2)


def _grouped(tokens: Tokens, size: int, positions: np.ndarray, key: np.ndarray, keys: int) -> NGrams:
    """n-grams from candidate positions (ascending) and a number below `keys` that tells them apart."""
    order = np.argsort(key.astype(np.min_scalar_type(max(keys, 1))), kind="stable")  # 16 bits: numpy sorts by radix
    key = key[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    times = np.diff(np.flatnonzero(new), append=len(key))
    repeated = times > 1
    kept = np.repeat(repeated, times)
    positions = positions[order[kept]]
    times = times[repeated]
    gram = np.repeat(np.arange(len(times), dtype=np.int32), times)
    total = int(np.clip(tokens.lengths - size + 1, 0, None).sum())
    return NGrams(size, total, positions, gram, tokens.text_of[positions], times)


def _by_appearance(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`numbers` as dense numbers in order of first appearance, and which number each one was."""
    if not len(numbers):
        return np.empty(0, dtype=np.int32), numbers
    first = np.full(int(numbers.max()) + 1, len(numbers), dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    present = np.flatnonzero(first < len(numbers))
    kept = present[np.argsort(first[present])]
    dense = np.empty(len(first), dtype=np.int32)
    dense[kept] = np.arange(len(kept), dtype=np.int32)
    return dense[numbers], kept


def _starts(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])
