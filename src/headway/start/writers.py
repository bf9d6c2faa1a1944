"""A tiny policy that has read writers of different reliability, as the internet has them."""

import random
from dataclasses import dataclass

import numpy as np

from headway.cast import Cast
from headway.domains import Chains
from headway.domains.split import is_held_out
from headway.seeds import derived_seed, world_seed
from headway.stages import require


@dataclass(frozen=True)
class Writers:
    """A tiny policy made from `documents` whole conversations, whose writers err independently of what they wrote.

    A share `careless` of the writers err in each turn at a rate of their own, drawn evenly from 0 to `most`; the others
    at `slip`. How errors in a text foretell more of them is for the policy to find out: a corpus of one kind of writer
    has nothing to find. Every layer sees positions (RoPE): with learned positions this task is answered by a shortcut.
    It plays `solver`, which a loop trains, and `base`, which stays as it came.
    """

    domain: Chains
    documents: int = 60_000
    careless: float = 0.5
    most: float = 0.9
    slip: float = 0.01
    batch: int = 48
    learning_rate: float = 3e-3
    width: int = 24
    heads: int = 2
    layers: int = 2

    def __post_init__(self) -> None:
        require(self.documents >= 1, self, "documents", "a whole number of at least 1")
        require(0.0 <= self.careless <= 1.0, self, "careless", "between 0 and 1")
        require(0.0 <= self.slip <= 1.0, self, "slip", "between 0 and 1")
        require(0.0 <= self.most <= 1.0, self, "most", "between 0 and 1")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.start.from_scratch import untrained
        from headway.train import Fit

        policy = untrained(self.domain.pieces, seed, self.width, self.layers, self.heads)
        draws = random.Random(world_seed(seed))
        rows = [policy.dialogue(self._document(draws)) for _ in range(self.documents)]
        fit = Fit(epochs=1, batch=self.batch, learning_rate=self.learning_rate)
        fit.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
        return Cast({"solver": policy, "base": policy})

    def _document(self, draws: random.Random) -> list[dict[str, str]]:
        keys = list(self.domain.values)
        plan = draws.choices(keys, k=self.domain.turns)
        while is_held_out(" ".join(plan)):
            plan = draws.choices(keys, k=self.domain.turns)
        rate = draws.uniform(0.0, self.most) if draws.random() < self.careless else self.slip
        return self.domain.document(plan, rate, draws)
