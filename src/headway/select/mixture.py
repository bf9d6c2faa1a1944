"""The newest round beside all that was learned before it, in fixed proportions."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.seeds import world_seed
from headway.select.replay import graded_by_the_world
from headway.stages import Domain, Select, State, require


@dataclass(frozen=True)
class Mixture:
    """Another selection, which is the part `newest` of what is learned, and beside it the sets before it.

    The sets are gold, drawn from the `gold` right answers that the first policy was made from, and what each
    earlier round of the current cast's line kept. They share the rest in proportion to the number of levels that
    each covers (arXiv:2502.01612). Rows are drawn anew each round, none twice in one; a set that has too few
    gives all it has. Proportions are kept by numbers of rows, each of weight 1, and not by weights, which
    a loss that is averaged over a batch of one level would cancel.
    """

    inner: Select
    domain: Domain
    newest: float = 0.5
    gold: int = 3000

    def __post_init__(self) -> None:
        require(0.0 < self.newest <= 1.0, self, "newest", "more than 0 and at most 1")
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The inner selection first, then gold, then the earlier rounds from the oldest on."""
        selected = self.inner(attempts, state)
        rest = len(selected.kept) * (1 - self.newest) / self.newest
        if rest == 0:
            return selected
        sets = [self._gold(state), *own_sets(state)]
        covered = np.array([table["level"].n_unique() for table in sets])
        random = np.random.default_rng(state.seed_for("mixture"))
        parts = [
            some(table, round(rest * weight), random)
            for table, weight in zip(sets, covered / covered.sum(), strict=True)
        ]
        return Attempts.join([selected, *parts])

    def _gold(self, state: State) -> Attempts:
        graded = graded_by_the_world(self.domain, self.gold, world_seed(state.seed))
        return graded.filter(graded.verdict(WORLD) == 1.0)


def own_sets(state: State) -> list[Attempts]:
    """What each round of the current cast's line kept of its own attempts, oldest first, without replayed rows."""
    sets = []
    for turn in state.line:
        if turn.attempts is not None and turn.sampled is not None:
            kept = turn.attempts.kept
            sets.append(kept.filter(pl.col("id").is_in(turn.sampled["id"].implode())))
    return [table for table in sets if len(table)]


def some(table: Attempts, n: int, random: np.random.Generator) -> Attempts:
    """`n` rows in their order, each with weight 1, without repeats; all of them where there are fewer."""
    rows = np.sort(random.permutation(len(table))[:n])
    return Attempts(table.frame[rows]).weighing(np.ones(len(rows)))
