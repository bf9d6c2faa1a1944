"""A tiny policy that learned to answer, and to judge answers, perhaps of other tasks."""

from dataclasses import dataclass

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.seeds import world_seed
from headway.select.replay import graded_by_the_world, verdict_rows
from headway.stages import Domain, require


@dataclass(frozen=True)
class Judging:
    """A tiny policy made from `gold` right answers, and from verdicts on a right and a wrong answer to `graded` tasks.

    `judged` is the domain whose tasks the verdicts are about, the domain itself where it is None: another part of the
    facts, for instance, so that answers are told on all of them and verdicts taught on some. It plays `solver`,
    which a loop trains, and `base`, which stays as it came.
    """

    domain: Domain
    gold: int = 6000
    graded: int = 6000
    judged: Domain | None = None
    epochs: int = 10
    batch: int = 64
    learning_rate: float = 2e-3
    width: int = 48
    layers: int = 3

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.graded >= 1, self, "graded", "a whole number of at least 1")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.start.from_scratch import schooled, untrained
        from headway.train import Fit

        policy = untrained(self.domain.pieces, seed, self.width, self.layers)
        told = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = told.filter(told.verdict(WORLD) == 1.0)
        asked = graded_by_the_world(self.judged or self.domain, self.graded, world_seed(seed))
        lessons = Attempts.join([right, verdict_rows(asked, policy)])
        fit = Fit(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate)
        return schooled(policy, lessons, fit, seed)
