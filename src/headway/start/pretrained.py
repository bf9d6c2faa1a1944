"""A tiny policy made from scratch, that answers and gives verdicts."""

from dataclasses import dataclass

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.seeds import world_seed
from headway.select.replay import first_tasks, graded_by_the_world, verdict_rows
from headway.stages import Domain, require


@dataclass(frozen=True)
class Pretrained:
    """A tiny policy made from `gold` right answers by the world, and from verdicts on the first `graded` of them.

    It plays two roles: `solver`, which the loop trains, and `base`, which stays as it came.
    """

    domain: Domain
    gold: int = 3000
    graded: int = 600
    epochs: int = 20
    batch: int = 64
    learning_rate: float = 2e-3
    width: int = 48
    layers: int = 3

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.graded >= 0, self, "graded", "0 or a whole number")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.start.from_scratch import schooled, untrained
        from headway.train import Fit

        policy = untrained(self.domain.pieces, seed, self.width, self.layers)
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        asked = first_tasks(graded, self.graded)
        lessons = Attempts.join([right, verdict_rows(asked, policy)])
        fit = Fit(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate)
        return schooled(policy, lessons, fit, seed)
