"""Anchored rejection: what is selected, and beside it an older policy's attempts as what to move away from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.stages import Sample, Select, State, require


@dataclass(frozen=True)
class Against:
    """Another selection, and at each task that it keeps something of, attempts drawn by `sample` with `weight`.

    With `sample` by the role `base` the rejected side comes from the first model and stays far from the chosen one
    however good that becomes (Temporal Self-Rewarding, arXiv:2508.06026). A rejected attempt whose answer is also kept
    is left out: it would teach both. A trainer of pairs takes the weight -1; `Fit` unlearns, which has no floor, so
    give it a small one.
    """

    inner: Select
    sample: Sample
    weight: float = -1.0

    def __post_init__(self) -> None:
        require(self.weight < 0.0, self, "weight", "less than 0")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection first, then the rejected attempts."""
        selected = self.inner(attempts, state)
        kept = selected.kept.frame.filter(pl.col("weight") > 0.0)
        asked = attempts.frame.filter(pl.col("task").is_in(kept["task"].unique().implode()))
        if asked.is_empty():
            return selected
        columns = ("task", "domain", "level", "prompt", "truth", "traits", "origin")
        tasks = Tasks(asked.select(columns).unique("task", maintain_order=True))
        drawn = self.sample(state.cast, tasks, state.seed_for("against"))
        chosen = kept.select("task", "answer").unique()
        rejected = Attempts(drawn.frame.join(chosen, on=["task", "answer"], how="anti", maintain_order="left"))
        return Attempts.join([selected, rejected.weighing(np.full(len(rejected), self.weight))])
