"""What a proposer is paid: tasks that its solver can just about do, and not the same ones again."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.stages import Select, State, require

PROPOSALS = "proposals"
"""The `domain` of a proposer's own attempts."""


@dataclass(frozen=True)
class Clusters:
    """How alike proposals are: `weight` times the share of the round's in a proposal's own cluster (arXiv:2508.05004).

    Proposals whose sets of `n` characters in a row overlap by at least `same` (Jaccard) are of one cluster, and so are
    those that a chain of such pairs joins.
    """

    weight: float = 1.0
    n: int = 3
    same: float = 0.5

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(self.n >= 1, self, "n", "a whole number of at least 1")
        require(0.0 < self.same <= 1.0, self, "same", "more than 0 and at most 1")

    def __call__(self, texts: list[str]) -> np.ndarray:
        """What each proposal loses, in (0, `weight`]."""
        pieces = [{text[start : start + self.n] for start in range(max(1, len(text) - self.n + 1))} for text in texts]
        cluster = list(range(len(texts)))

        def head(index: int) -> int:
            while cluster[index] != index:
                index = cluster[index]
            return index

        for one in range(len(texts)):
            for other in range(one):
                shared = len(pieces[one] & pieces[other])
                if shared >= self.same * (len(pieces[one]) + len(pieces[other]) - shared):
                    cluster[head(one)] = head(other)
        heads = np.array([head(index) for index in range(len(texts))])
        return self.weight * np.bincount(heads, minlength=len(texts))[heads] / len(texts)


@dataclass(frozen=True)
class Learnability:
    """Another selection for the solver, and beside it the proposals that its tasks came from, paid by how they went.

    `by` is the verdict that says how often the solver did a task, its share p of n attempts: `band` pays 1 where
    `min_agree` to `max_agree` attempts did it (arXiv:2508.03682; None is all but one), `hard` pays 1 - p where p > 0
    (arXiv:2505.03335), `middle` pays min(p, 1 - p) (arXiv:2508.05004). `variety` is taken off for being like the
    round's other proposals. A proposal weighs what it is paid above the others on its topic.
    Proposals are rebuilt from their tasks: `origin` is the id of the attempt of `role` that wrote the task, and
    `traits` has its prompt, `topic`, and its text, `proposal`. A proposal from which no task could be read is in no
    table and teaches nothing. Only every `every`-th round pays the proposer.
    """

    inner: Select
    by: str = "vote"
    shape: Literal["band", "hard", "middle"] = "band"
    min_agree: int = 2
    max_agree: int | None = None
    variety: Clusters | None = None
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
        return Attempts.join([selected, self._proposals(written)])

    def pay(self, done: np.ndarray, tried: np.ndarray) -> np.ndarray:
        """What the tasks are worth, in [0, 1]: `done` of `tried` attempts did them."""
        share = done / tried
        if self.shape == "hard":
            return np.where(done > 0, 1.0 - share, 0.0)
        if self.shape == "middle":
            return np.minimum(share, 1.0 - share)
        most = tried - 1 if self.max_agree is None else self.max_agree
        return ((done >= self.min_agree) & (done <= most)).astype(float)

    def _proposals(self, written: Attempts) -> Attempts:
        traits = written.frame.schema["traits"]
        if not isinstance(traits, pl.Struct) or not {"topic", "proposal"} <= {one.name for one in traits.fields}:
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
            each = each.with_columns(pl.col("worth") - pl.Series(self.variety(each["proposal"].to_list())))
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
