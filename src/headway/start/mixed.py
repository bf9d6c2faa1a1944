"""One tiny policy that learned several domains at once."""

from dataclasses import dataclass

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.seeds import world_seed
from headway.select.replay import graded_by_the_world
from headway.stages import Domain, require


@dataclass(frozen=True)
class Mixed:
    """A tiny policy made from the right answers that each of `domains` gives, learned together.

    `gold` is the number of tasks of each domain. The policy reads and writes the pieces of all of them. It plays
    `solver`, which a loop trains, and `base`, which stays as it came.
    """

    domains: tuple[Domain, ...]
    gold: tuple[int, ...]
    epochs: int = 6
    batch: int = 64
    learning_rate: float = 3e-3
    width: int = 64
    layers: int = 3

    def __post_init__(self) -> None:
        require(len(self.domains) >= 1, self, "domains", "one or more domains")
        fits = len(self.gold) == len(self.domains) and min(self.gold) >= 1
        require(fits, self, "gold", "a whole number of at least 1 for each domain")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.start.from_scratch import schooled, untrained
        from headway.train import Fit

        pieces = dict.fromkeys(piece for domain in self.domains for piece in domain.pieces)
        policy = untrained(pieces, seed, self.width, self.layers)
        pairs = zip(self.domains, self.gold, strict=True)
        told = [graded_by_the_world(domain, gold, world_seed(seed)) for domain, gold in pairs]
        right = Attempts.join([each.filter(each.verdict(WORLD) == 1.0) for each in told])
        fit = Fit(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate)
        return schooled(policy, right, fit, seed)
