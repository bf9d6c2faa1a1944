"""What a proposer is paid: tasks that its solver can just about do, and not the same ones again."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import Attempts, field_names
from headway.select.variety import Variety
from headway.stages import Select, State, require

PROPOSALS = "proposals"
"""The `domain` of a proposer's own attempts."""


@dataclass(frozen=True)
class Learnability:
    """Another selection for the solver, and beside it the proposals that its tasks came from, paid by how they went.

    `by` is the verdict that says how often the solver did a task, its share p of n attempts: `band` pays 1 where
    `min_agree` to `max_agree` attempts did it (arXiv:2508.03682; None is all but one), `hard` pays 1 - p where p > 0
    (arXiv:2505.03335), `middle` pays min(p, 1 - p) (arXiv:2508.05004). `variety` is taken off for being like other
    proposals, of this round or of earlier ones. A proposal weighs what it is paid above the others on its topic.
    Proposals are rebuilt from their tasks: `origin` is the id of the attempt of `role` that wrote the task, and
    `traits` has its prompt, `topic`, and its text, `proposal`. A proposal from which no task could be read is in no
    table and teaches nothing. Only every `every`-th round pays the proposer.
    """

    inner: Select
    by: str = "vote"
    shape: Literal["band", "hard", "middle"] = "band"
    min_agree: int = 2
    max_agree: int | None = None
    variety: Variety | None = None
    every: int = 1
    role: str = "proposer"

    def __post_init__(self) -> None:
        require(self.shape in ("band", "hard", "middle"), self, "shape", "'band', 'hard' or 'middle'")
        require(self.min_agree >= 1, self, "min_agree", "a whole number of at least 1")
        least = self.max_agree is None or self.max_agree >= self.min_agree
        require(least, self, "max_agree", "None or a whole number of at least `min_agree`")
        require(self.every >= 1, self, "every", "a whole number of at least 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The solver's weighed attempts first, then a row for each proposal whose turn it is."""
        selected = self.inner(attempts, state)
        written = attempts.filter(pl.col("origin").is_not_null())
        if not len(written) or state.round % self.every:
            return selected
        return Attempts.join([selected, self._proposals(written, state)])

    def pay(self, done: np.ndarray, tried: np.ndarray) -> np.ndarray:
        """What the tasks are worth, in [0, 1]: `done` of `tried` attempts did them."""
        share = done / tried
        if self.shape == "hard":
            return np.where(done > 0, 1.0 - share, 0.0)
        if self.shape == "middle":
            return np.minimum(share, 1.0 - share)
        most = tried - 1 if self.max_agree is None else self.max_agree
        return ((done >= self.min_agree) & (done <= most)).astype(float)

    def _proposals(self, written: Attempts, state: State) -> Attempts:
        if not {"topic", "proposal"} <= {*field_names(written.frame, "traits")}:
            raise ValueError(
                f"tasks have an origin but no traits `topic` and `proposal`, so what the {self.role} wrote is not "
                f"known; let the proposer's stage put both into traits"
            )
        tasks = (
            written.frame.with_columns(did=(written.verdict(self.by).fill_null(0.0) >= 0.5).cast(pl.Float64))
            .group_by("origin", "task", maintain_order=True)
            .agg(pl.col("did").sum(), pl.len().alias("n"), pl.col("traits").first())
        )
        worth = pl.Series("worth", self.pay(tasks["did"].to_numpy(), tasks["n"].to_numpy()))
        each = (
            tasks.with_columns(worth)
            .unnest("traits")
            .group_by("origin", maintain_order=True)
            .agg(pl.col("worth").mean(), pl.col("topic", "proposal").first())
        )
        if self.variety is not None:
            each = each.with_columns(
                pl.col("worth") - pl.Series(self.variety(each["proposal"].to_list(), self._earlier(state)))
            )
        weight = pl.col("worth") - pl.col("worth").mean().over("topic")
        return Attempts(
            each.select(
                task=pl.format("proposals: {}", "topic"),
                domain=pl.lit(PROPOSALS),
                level=pl.lit(0, dtype=pl.Int64),
                prompt="topic",
                id="origin",
                author=pl.lit(self.role),
                text="proposal",
                weight=pl.when(weight.abs() < 1e-12).then(0.0).otherwise(weight),
            )
        )

    def _earlier(self, state: State) -> list[str]:
        """What was proposed before in the current cast's line."""
        mine = (pl.col("domain") == PROPOSALS) & (pl.col("author") == self.role)
        return [text for turn in state.line if turn.attempts is not None for text in turn.attempts.filter(mine)["text"]]
