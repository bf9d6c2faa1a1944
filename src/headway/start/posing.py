"""A tiny policy that learned to answer, from writers who slip, and to write tasks."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import WORLD, Tasks
from headway.cast import Cast
from headway.domains import Posable
from headway.seeds import derived_seed, world_seed
from headway.select.replay import graded_by_the_world
from headway.stages import require
from headway.start.taught import even_over_levels
from headway.train.draw import Draw

EASIER = 0.5
"""Of the proposals that are learned, a level has this share of the level below it: people write easy ones."""

WELL = Draw(updates=1800, tokens=1024, learning_rate=3e-3)
CARELESSLY = Draw(updates=100, tokens=1024, learning_rate=1e-3)


@dataclass(frozen=True)
class Posing:
    """A tiny policy that `train` teaches right answers by the world, and to write tasks when it is asked for one.

    Then it reads, for the updates of `slips`, writers who slip: the part `careless` of their answers is wrong in one
    digit, any of them. A single sample of the policy is then often wrong where its most frequent answer is right, which
    is what a majority vote lives on. The part `posing` of all that it learns are tasks of `asks`, which may be easier
    than those of `domain`, each the answer to its topic. Every level of answers is learned alike; of tasks, each level
    half as often as the one below.
    It plays `solver` and `proposer`, one set of weights, and `base`, which stays as it came.
    """

    domain: Posable
    asks: Posable
    train: Draw = WELL
    slips: Draw = CARELESSLY
    gold: int = 20_000
    careless: float = 0.25
    posing: float = 0.15
    width: int = 48
    heads: int = 4
    layers: int = 3

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(0.0 <= self.careless < 1.0, self, "careless", "at least 0 and less than 1")
        require(0.0 < self.posing < 1.0, self, "posing", "more than 0 and less than 1")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.start.from_scratch import untrained

        policy = untrained(self.domain.pieces, seed, self.width, self.layers, self.heads)
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        asked = self.asks.tasks(self.gold // 4, derived_seed(seed, "asked"))
        topics = [self.domain.topics[index % len(self.domain.topics)] for index in range(len(asked))]
        rows = policy.encode([*graded.prompts, *topics], [*graded["text"], *map(str, asked.prompts)])
        even, right = even_over_levels(graded), graded.verdict(WORLD).to_numpy()
        for lesson, wrong in ((self.train, 0.0), (self.slips, self.careless)):
            answers = even * np.where(right == 1.0, 1.0 - wrong, wrong)
            posing = easy_first(asked)
            weights = [(1.0 - self.posing) * answers / answers.sum(), self.posing * posing / posing.sum()]
            lesson.train(policy, rows, np.concatenate(weights), derived_seed(seed, "pretrain", str(wrong)))
        return Cast({"solver": policy, "proposer": policy, "base": policy})


def easy_first(tasks: Tasks) -> np.ndarray:
    """A weight for every row: each level together weighs `EASIER` of the level below."""
    each = 1.0 / pl.len().over("level")
    return tasks.frame.select(each * EASIER ** pl.col("level").cast(pl.Float64)).to_series().to_numpy()
