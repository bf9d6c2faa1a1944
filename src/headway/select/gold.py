"""The control of self-training: the same training, on given data only."""

from dataclasses import dataclass

import numpy as np

from headway.attempts import WORLD, Attempts
from headway.seeds import world_seed
from headway.select.mixture import some
from headway.select.replay import graded_by_the_world
from headway.stages import Domain, State, require


@dataclass(frozen=True)
class Gold:
    """Nothing that was written is learned; `rows` of the `gold` right answers that made the first policy are.

    An arm that does no better than this one has gained by more training, and not by what it wrote.
    """

    domain: Domain
    rows: int = 2000
    gold: int = 30_000

    def __post_init__(self) -> None:
        require(self.rows >= 1, self, "rows", "a whole number of at least 1")
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")

    @property
    def of(self) -> None:
        """No verdict is optimised."""
        return None

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """The attempts with weight 0, then the gold rows, drawn anew each round."""
        graded = graded_by_the_world(self.domain, self.gold, world_seed(state.seed))
        random = np.random.default_rng(state.seed_for("gold"))
        given = some(graded.filter(graded.verdict(WORLD) == 1.0), self.rows, random)
        return Attempts.join([attempts.weighing(np.zeros(len(attempts))), given])
