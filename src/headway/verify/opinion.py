"""What a policy thinks of an attempt: its trained verdict, or how likely it would be to write the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt
from headway.stages import Cast, require
from headway.verify.distinct import Distinct


@dataclass(frozen=True)
class Opinion:
    """A role's opinion. `role="solver"` is the model judging itself; `role="base"` is its past.

    `ask="verdict"` asks whether the answer is right, in the policy's own verdict format; it has nothing
    to say of an attempt without a readable answer. `ask="likelihood"` takes the geometric mean of the
    text's token probabilities.
    """

    role: str = "solver"
    ask: Literal["verdict", "likelihood"] = "verdict"
    name: str = "self"

    def __post_init__(self) -> None:
        require(self.ask in ("verdict", "likelihood"), self, "ask", "'verdict' or 'likelihood'")

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row. Equal attempts at one task are asked about once."""
        distinct = Distinct.of(attempts, "text" if self.ask == "likelihood" else "answer").readable
        prompts, said = distinct.rows["prompt"].to_list(), distinct.rows["said"].to_list()
        return distinct.spread(self.name, self._ask(cast, prompts, said))

    def _ask(self, cast: Cast, prompts: list[Prompt], said: list[str]) -> np.ndarray | Sequence[float | None]:
        if self.ask == "verdict":
            return cast[self.role].verdict(prompts, said)
        scores = cast[self.role].score(prompts, said)
        return np.exp(scores.logprob / scores.tokens)
