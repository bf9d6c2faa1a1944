"""How the tiny policies that nobody trained before are made, and what they then play."""

from collections.abc import Iterable

import numpy as np

from headway.attempts import Attempts
from headway.cast import Cast
from headway.policy.tiny import Tiny
from headway.seeds import derived_seed
from headway.train import Fit


def untrained(pieces: Iterable[str], seed: int, width: int, layers: int, heads: int = 4) -> Tiny:
    """A policy with random weights that reads and writes these pieces; every layer sees positions."""
    return Tiny.create(
        pieces,
        seed=derived_seed(seed, "weights"),
        width=width,
        heads=heads,
        hidden=3 * width,
        rotary=(True,) * layers,
    )


def schooled(policy: Tiny, lessons: Attempts, fit: Fit, seed: int) -> Cast:
    """The policy after these lessons, as `solver`, which a loop trains, and as `base`, which stays as it came."""
    rows = policy.encode(lessons.prompts, lessons["text"].to_list())
    fit.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
    return Cast({"solver": policy, "base": policy})
