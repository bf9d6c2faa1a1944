"""Several independent attempts at each task."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.domains import Stated
from headway.seeds import derived_seeds
from headway.stages import Domain, require


@dataclass(frozen=True)
class Each:
    """`attempts` tries at every task by one role of the cast, read into answers by the domain.

    Where the domain is `Stated`, the confidence that a text states is read as well.
    `temperature` 0 is greedy; `top_p` 1 truncates nothing; an attempt ends after `max_tokens` tokens.
    """

    domain: Domain
    attempts: int = 16
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 16
    role: str = "solver"

    def __post_init__(self) -> None:
        require(self.attempts >= 1, self, "attempts", "a whole number of at least 1")
        require(self.temperature >= 0.0, self, "temperature", "0 (greedy) or more")
        require(0.0 < self.top_p <= 1.0, self, "top_p", "more than 0 and at most 1")
        require(self.max_tokens >= 1, self, "max_tokens", "a whole number of at least 1")

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """`len(tasks) * attempts` rows, siblings adjacent; the id of an attempt is its own seed in hexadecimal."""
        seeds, ids = seeds_and_ids(seed, tuple(tasks["task"].to_list()), self.attempts)
        frame = tasks.frame.select(pl.all().repeat_by(self.attempts).explode())
        written = cast[self.role].sample(
            frame["prompt"].to_list(),
            seeds,
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
        )
        read = {text: self.domain.read(text) for text in set(written.texts)}
        said = {text: self.domain.confidence(text) for text in read} if isinstance(self.domain, Stated) else {}
        return Attempts(
            frame.with_columns(
                ids,
                pl.lit(self.role).alias("author"),
                pl.Series("text", written.texts),
                pl.Series("answer", [read[text] for text in written.texts], dtype=pl.String),
                pl.Series("tokens", written.tokens, dtype=pl.Int64),
                pl.Series("logprob", written.logprob, dtype=pl.Float64),
                pl.Series("confidence", [said.get(text) for text in written.texts], dtype=pl.Float64),
                pl.Series("finish", written.finish),
            )
        )


@lru_cache(maxsize=2)
def seeds_and_ids(seed: int, tasks: tuple[str, ...], attempts: int) -> tuple[np.ndarray, pl.Series]:
    """The seed and the id of every attempt; those of an exam are the same in every round."""
    seeds = derived_seeds(seed, tasks, attempts)
    return seeds, pl.Series("id", hexadecimal(seeds))


def hexadecimal(seeds: np.ndarray) -> list[str]:
    """Each seed as 16 digits."""
    digits = seeds.astype(">u8").tobytes().hex()
    return [digits[start : start + 16] for start in range(0, len(digits), 16)]
