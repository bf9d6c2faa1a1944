"""A vote among several policies: the same method from different seeds errs in different places."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt
from headway.cast import Cast
from headway.stages import Domain, require


@dataclass(frozen=True)
class Agreement:
    """The share of `roles` that give this answer: each decodes the prompt greedily, and the author stands by its own.

    With a floor of .7 in selection and five roles this is the majority vote of arXiv:2502.01612 (four of five).
    An unreadable attempt has the agreement 0. Policies that learned from the same data may share an error, and
    no vote among them can see it.
    """

    domain: Domain
    roles: tuple[str, ...] = ("solver", "second", "third")
    max_tokens: int = 16
    name: str = "agreement"

    def __post_init__(self) -> None:
        require(len(set(self.roles)) == len(self.roles) >= 2, self, "roles", "two or more different roles")
        require(self.max_tokens >= 1, self, "max_tokens", "a whole number of at least 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return self.roles

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, a multiple of 1 / len(roles)."""
        rows = attempts.frame.select("task", "prompt", "answer", "author")
        votes = np.zeros(len(attempts))
        for role in self.roles:
            theirs = self._decoded(cast, role, rows.filter(pl.col("author") != role))
            joined = rows.join(theirs, on="task", how="left", maintain_order="left")
            same = (pl.col("author") == role) | (pl.col("answer") == pl.col("theirs"))
            votes += (
                joined.select((same & pl.col("answer").is_not_null()).fill_null(False).cast(int)).to_series().to_numpy()
            )
        return pl.Series(self.name, votes / len(self.roles))

    def _decoded(self, cast: Cast, role: str, rows: pl.DataFrame) -> pl.DataFrame:
        """That role's greedy answer at every task, `task` and `theirs`; each task is asked once."""
        asked = rows.unique("task", maintain_order=True)
        prompts: list[Prompt] = asked["prompt"].to_list()
        texts: list[str] = []
        if prompts:
            seeds = np.zeros(len(prompts), dtype=np.uint64)  # greedy decoding draws nothing
            texts = cast[role].sample(prompts, seeds, temperature=0.0, top_p=1.0, max_tokens=self.max_tokens).texts
        read = {text: self.domain.read(text) for text in set(texts)}
        answers = pl.Series("theirs", [read[text] for text in texts], dtype=pl.String)
        return asked.select("task", answers)
