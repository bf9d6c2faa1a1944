"""What was learned before is learned again: earlier rounds, given data, and the verdict format."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Policy
from headway.seeds import world_seed
from headway.stages import Domain, Select, State, require

VERDICTS = "verdicts"
"""The `domain` of replayed rows that keep the verdict format alive."""


@dataclass(frozen=True)
class Replay:
    """Another selection, and beside it earlier rounds' selections and data by the world.

    `earlier` adds what all rounds before this one kept (accumulate, arXiv:2404.01413) instead of
    replacing it. `share` is the part of the training data that is gold, drawn from the `gold` right
    answers that the first policy was made from. `verdicts` is the number of verdict examples for each
    selected attempt, half of them on right and half on wrong answers, drawn from the `graded` tasks on
    which the first policy learned to give verdicts: the loop gets no data by the world that the policy
    has not seen.
    """

    inner: Select
    domain: Domain
    share: float = 0.3
    verdicts: float = 0.2
    earlier: bool = True
    gold: int = 3000
    graded: int = 600
    role: str = "solver"

    def __post_init__(self) -> None:
        require(0.0 <= self.share < 1.0, self, "share", "at least 0 and less than 1")
        require(self.verdicts >= 0.0, self, "verdicts", "0 or more")
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.graded >= 0, self, "graded", "0 or a whole number")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection first, then the replayed rows, each with weight 1."""
        selected = self.inner(attempts, state)
        new = len(selected.kept)
        if new == 0:
            return selected
        earlier = self._earlier(state, selected)
        learned = new + sum(map(len, earlier))
        replayed = [
            *earlier,
            *self._given(state, round(learned * self.share / (1 - self.share)), round(new * self.verdicts / 2)),
        ]
        return Attempts.join([selected, *(table.weighing(np.ones(len(table))) for table in replayed)])

    def _earlier(self, state: State, selected: Attempts) -> list[Attempts]:
        """Each attempt that the current cast has learned, and not unlearned: once, however often it was replayed.

        What people wrote may be selected again, and is then not replayed beside it.
        """
        line = state.kept if self.earlier else []
        if not line:
            return []
        learned = Attempts(
            pl.concat([kept.frame for kept in line], how="diagonal_relaxed").unique("id", maintain_order=True)
        )
        again = pl.col("id").is_in(selected["id"].implode())
        return [learned.filter((pl.col("author") != WORLD) & (pl.col("weight") > 0.0) & ~again)]

    def _given(self, state: State, gold: int, pairs: int) -> list[Attempts]:
        """That many gold answers, and verdicts on as many right and as many wrong answers."""
        if not gold and not pairs:
            return []
        random = np.random.default_rng(state.seed_for("replay"))
        world = graded_by_the_world(self.domain, self.gold, world_seed(state.seed))
        asked = first_tasks(world, self.graded)
        policy = state.cast[self.role]
        return [
            drawn(world, 1.0, gold, random),
            verdict_rows(drawn(asked, 1.0, pairs, random), policy),
            verdict_rows(drawn(asked, 0.0, pairs, random), policy),
        ]


@lru_cache(maxsize=4)
def graded_by_the_world(domain: Domain, gold: int, seed: int) -> Attempts:
    """The domain's graded attempts: the same in every round of a run, and slow to make."""
    return domain.graded(gold, seed)


def drawn(graded: Attempts, verdict: float, n: int, random: np.random.Generator) -> Attempts:
    """`n` of the attempts with this verdict by the world, without repeats; all of them where there are fewer."""
    rows = np.flatnonzero((graded.verdict(WORLD) == verdict).to_numpy())
    return Attempts(graded.frame[np.sort(random.permutation(rows)[:n])])


def first_tasks(graded: Attempts, n: int) -> Attempts:
    """The attempts at the first `n` tasks."""
    tasks = graded["task"].unique(maintain_order=True)[:n]
    return graded.filter(graded["task"].is_in(tasks.implode()))


def verdict_rows(graded: Attempts, policy: Policy) -> Attempts:
    """Graded attempts turned into examples of the verdict format of this policy."""
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
