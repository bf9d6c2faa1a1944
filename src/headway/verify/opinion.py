"""What a policy thinks of an attempt."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.attempts import Attempts
from headway.stages import Cast, require
from headway.verify.asking import WAYS, Asked, Drawing


@dataclass(frozen=True)
class Opinion:
    """A role's opinion. `role="solver"` is the model judging itself; `base`, `past` and `third` are others.

    `ask="verdict"` asks whether the answer is right, in the policy's own verdict format; `likelihood` takes the
    geometric mean of the text's token probabilities. The other three are asked in words, of a language model or an
    endpoint: `reasons` for a chain of thought that ends with yes or no, `score` for one that ends with a score from 1
    to 10, `tournament` for the better one of two answers at a time, in both orders. They draw `replies` replies of at
    most `tokens` tokens a question at `temperature`; a reply that cannot be read is absent, never 0.
    """

    role: str = "solver"
    ask: Literal["verdict", "likelihood", "reasons", "score", "tournament"] = "verdict"
    name: str = "self"
    tokens: int = 256
    replies: int = 1
    temperature: float = 0.0

    def __post_init__(self) -> None:
        require(self.ask in WAYS, self, "ask", ", ".join(map(repr, WAYS)))
        require(self.tokens >= 1, self, "tokens", "a whole number of at least 1")
        require(self.replies >= 1, self, "replies", "a whole number of at least 1")
        require(self.temperature >= 0.0, self, "temperature", "0 (greedy) or more")
        require(self.replies == 1 or self.temperature > 0.0, self, "temperature", "more than 0 with several replies")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null where there is nothing to read.

        Equal attempts at one task are asked about once; of an attempt without a readable answer there is nothing to
        ask but its likelihood. ValueError where the policy cannot be asked in this way.
        """
        rows = attempts.frame.select("task", "prompt", said="text" if self.ask == "likelihood" else "answer")
        distinct = rows.filter(pl.col("said").is_not_null()).unique(["task", "said"], maintain_order=True)
        asked = Asked(distinct["task"].to_list(), distinct["prompt"].to_list(), distinct["said"].to_list())
        found = WAYS[self.ask](cast[self.role], asked, Drawing(self.tokens, self.replies, self.temperature))
        opinions = distinct.select("task", "said", pl.Series(self.name, found, dtype=pl.Float64))
        joined = rows.select("task", "said").join(opinions, on=["task", "said"], how="left", maintain_order="left")
        return joined[self.name]
