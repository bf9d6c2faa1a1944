"""What was learned before is learned again: earlier rounds, given data, and the verdict format."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.stages import Domain, Select, State, require

VERDICTS = "verdicts"
"""The `domain` of replayed rows that keep the verdict format alive."""


@dataclass(frozen=True)
class Replay:
    """Another selection, and beside it earlier rounds' selections and data by the world.

    `earlier` adds what all rounds before this one kept (accumulate, arXiv:2404.01413) instead of
    replacing it. `share` is the part of the training data that is gold, `verdicts` the number of
    verdict examples for each selected attempt, half of them right and half wrong; both are drawn from
    the `world` graded tasks that `domain` gives with `seed`, which the first policy was made from too.
    """

    inner: Select
    domain: Domain
    share: float = 0.3
    verdicts: float = 0.2
    earlier: bool = True
    world: int = 3000
    seed: int = 0
    role: str = "solver"

    def __post_init__(self) -> None:
        require(0.0 <= self.share < 1.0, self, "share", "at least 0 and less than 1")
        require(self.verdicts >= 0.0, self, "verdicts", "0 or more")
        require(self.world >= 1, self, "world", "a whole number of at least 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection first, then the replayed rows, each with weight 1."""
        selected = self.inner(attempts, state)
        new = len(selected.kept)
        if new == 0:
            return selected
        tables = [selected]
        if self.earlier:
            tables += [kept.filter(pl.col("author") != WORLD) for kept in state.kept]
        learned = new + sum(len(table) for table in tables[1:])
        random = np.random.default_rng(state.seed_for("replay"))
        graded = self.domain.graded(self.world, self.seed) if self.share or self.verdicts else None
        if graded is not None:
            gold = _drawn(graded, graded.verdict(WORLD) == 1.0, round(learned * self.share / (1 - self.share)), random)
            pairs = round(new * self.verdicts / 2)
            right = _drawn(graded, graded.verdict(WORLD) == 1.0, pairs, random)
            wrong = _drawn(graded, graded.verdict(WORLD) == 0.0, pairs, random)
            tables += [gold, verdict_rows(right, state, self.role), verdict_rows(wrong, state, self.role)]
        return Attempts.join([tables[0], *(table.weighing(np.ones(len(table))) for table in tables[1:])])


def _drawn(attempts: Attempts, mask: pl.Series, n: int, random: np.random.Generator) -> Attempts:
    """`n` of the rows for which `mask` holds, without repeats; all of them where there are fewer."""
    rows = np.flatnonzero(mask.to_numpy())
    return Attempts(attempts.frame[np.sort(random.permutation(rows)[:n])])


def verdict_rows(graded: Attempts, state: State, role: str) -> Attempts:
    """Graded attempts turned into examples of the verdict format that the role's policy has."""
    policy = state.cast[role]
    yes, no = policy.verdict_words
    said = graded.frame.select(pl.coalesce("answer", "text"))["answer"]
    pairs = zip(graded["prompt"], said, strict=True)
    right = (graded.verdict(WORLD) == 1.0).to_list()
    return Attempts(
        graded.frame.with_columns(
            pl.format("{}?", "id").alias("id"),
            pl.lit(VERDICTS).alias("domain"),
            pl.Series("prompt", [policy.verdict_question(prompt, answer) for prompt, answer in pairs]),
            pl.Series("text", [yes if good else no for good in right]),
            pl.lit(None, dtype=pl.String).alias("answer"),
        )
    )
