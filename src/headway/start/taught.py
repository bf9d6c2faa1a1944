"""A tiny policy that learned one skill from right answers alone."""

from dataclasses import dataclass

import numpy as np

from headway.attempts import WORLD
from headway.select.replay import graded_by_the_world
from headway.stages import Cast, Domain, derived_seed, require, world_seed
from headway.train.draw import Draw

LONG = Draw(updates=2400, learning_rate=3e-3)


@dataclass(frozen=True)
class Taught:
    """A tiny policy that `train` teaches `gold` right answers by the world; it gives no verdicts.

    `rotary` says for each layer whether it sees positions (RoPE) or has to find them out (NoPE).
    """

    domain: Domain
    train: Draw = LONG
    gold: int = 30_000
    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (False, False, False)

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.policy.tiny import Tiny

        policy = Tiny.create(
            self.domain.pieces,
            seed=derived_seed(seed, "weights"),
            width=self.width,
            heads=self.heads,
            hidden=self.hidden,
            rotary=self.rotary,
        )
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        rows = policy.encode(right.prompts, right["text"].to_list())
        self.train.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
        return Cast({"solver": policy, "base": policy})
