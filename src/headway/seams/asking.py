"""Sampling from a policy and asking it for its opinion, a few of its own parts a time.

A part is what the policy computes together anyway (`cast.Divided`), so cutting along parts changes no bit.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from headway.cast import Completions, Divided
from headway.engine import Ref, Store
from headway.seams.shards import packed, unpacked
from headway.seams.weights import fetched


@dataclass(frozen=True)
class Write:
    """Attempts at prompts, each with its own seed. Rows: `prompt`, `seed`; `sizes` says how many make each part."""

    policy: Ref
    rows: Ref
    sizes: tuple[int, ...]
    temperature: float
    top_p: float
    max_tokens: int

    def __call__(self, store: Store) -> bytes:
        """`text`, `tokens`, `logprob`, `finish`, and the hash of the `policy` that wrote the row."""
        policy, rows = divided(store, self.policy), unpacked(store.get(self.rows))
        options = {"temperature": self.temperature, "top_p": self.top_p, "max_tokens": self.max_tokens}
        written = [
            policy.sample_part(part["prompt"].to_list(), part["seed"].to_numpy(), **options)
            for part in parts(rows, self.sizes)
        ]
        return packed(pl.concat([_frame(one) for one in written]).with_columns(policy=pl.lit(self.policy)))


def _frame(written: Completions) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "text": pl.Series(written.texts, dtype=pl.String),
            "tokens": pl.Series(written.tokens, dtype=pl.Int64),
            "logprob": pl.Series(written.logprob, dtype=pl.Float64),
            "finish": pl.Series(written.finish, dtype=pl.String),
        }
    )


@dataclass(frozen=True)
class Score:
    """Log-probabilities of texts. Rows: `prompt`, `said`."""

    policy: Ref
    rows: Ref
    sizes: tuple[int, ...]

    def __call__(self, store: Store) -> bytes:
        """`logprob` [nats] and `tokens`."""
        policy, rows = divided(store, self.policy), unpacked(store.get(self.rows))
        found = [policy.score(part["prompt"].to_list(), part["said"].to_list()) for part in parts(rows, self.sizes)]
        logprob = np.concatenate([one.logprob for one in found])
        return packed(pl.DataFrame({"logprob": logprob, "tokens": np.concatenate([one.tokens for one in found])}))


@dataclass(frozen=True)
class Odds:
    """A policy's own probability that answers are right. Rows: `prompt`, `said`."""

    policy: Ref
    rows: Ref
    sizes: tuple[int, ...]

    def __call__(self, store: Store) -> bytes:
        """`verdict` in [0, 1], null where it gave none."""
        policy, rows = divided(store, self.policy), unpacked(store.get(self.rows))
        found = [policy.verdict(part["prompt"].to_list(), part["said"].to_list()) for part in parts(rows, self.sizes)]
        return packed(pl.concat([pl.DataFrame({"verdict": pl.Series(one, dtype=pl.Float64)}) for one in found]))


def divided(store: Store, ref: Ref) -> Divided:
    """The policy of this hash, which must work in parts."""
    policy = fetched(store, ref)
    if not isinstance(policy, Divided):
        raise TypeError(f"{type(policy).__name__} does not work in parts, so it cannot be asked in other processes")
    return policy


def parts(rows: pl.DataFrame, sizes: tuple[int, ...]) -> list[pl.DataFrame]:
    """The rows of each part."""
    bounds = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    return [rows[start:end] for start, end in pairwise(bounds)]
