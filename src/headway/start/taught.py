"""A tiny policy that learned one skill from right answers alone."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.seeds import derived_seed, world_seed
from headway.select.replay import graded_by_the_world
from headway.stages import Domain, require
from headway.train.draw import Draw

LONG = Draw(updates=2400, learning_rate=3e-3)


@dataclass(frozen=True)
class Taught:
    """A tiny policy that `train` teaches `gold` right answers by the world; it gives no verdicts.

    Every level is learned alike, however few tasks it has: the shortest are where the skill is found first.
    `rotary` says for each layer whether it sees positions (RoPE) or has to find them out (NoPE); with `window`, the
    layers that see positions see that many tokens only, and they may have a number of heads of their own,
    `rotary_heads`; once taught they see `widened` tokens, where that is given: weights know no window, and what was
    taught with a short one does not lean on marks that stand nearby in short problems only. With `sharper`, the layers
    without positions attend more sharply in longer rows, and with `beyond` they do not see that many tokens, the last
    ones of the row. `device` is where it trains and answers: cpu, which is the faster for small ones, or cuda.
    """

    domain: Domain
    train: Draw = LONG
    gold: int = 30_000
    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (False, False, False)
    window: int | None = None
    sharper: bool = False
    device: str = "cpu"
    rotary_heads: int | None = None
    widened: int | None = None
    beyond: int = 0

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.widened is None or self.window is not None, self, "widened", "None where there is no window")

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
            window=self.window,
            sharper=self.sharper,
            rotary_heads=self.rotary_heads,
            beyond=self.beyond,
        ).to(self.device)
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        rows = policy.encode(right.prompts, right["text"].to_list())
        self.train.train(policy, rows, even_over_levels(right), derived_seed(seed, "pretrain"))
        if self.widened is not None:
            policy = policy.seeing(self.widened)
        return Cast({"solver": policy, "base": policy})


def even_over_levels(attempts: Attempts) -> np.ndarray:
    """A weight for every row, so that all levels together weigh the same."""
    return attempts.frame.select(1.0 / pl.len().over("level")).to_series().to_numpy()
