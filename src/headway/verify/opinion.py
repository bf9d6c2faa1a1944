"""What a policy thinks of an attempt."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.stages import require
from headway.verify.asking import WAYS, Asked, Drawing
from headway.verify.distinct import Distinct


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
        distinct = Distinct.of(attempts, "text" if self.ask == "likelihood" else "answer").readable
        rows = distinct.rows
        asked = Asked(rows["task"].to_list(), rows["prompt"].to_list(), rows["said"].to_list())
        drawing = Drawing(self.tokens, self.replies, self.temperature)
        return distinct.spread(self.name, WAYS[self.ask](cast[self.role], asked, drawing))
