"""Who plays before the first round."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from headway.attempts import WORLD, Attempts
from headway.policy import load
from headway.select.replay import first_tasks, graded_by_the_world, verdict_rows
from headway.stages import Cast, Domain, Start, derived_seed, require, world_seed
from headway.train.draw import Draw


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
        from headway.policy.tiny import Tiny
        from headway.train import Fit

        policy = Tiny.create(
            self.domain.pieces,
            seed=derived_seed(seed, "weights"),
            width=self.width,
            hidden=3 * self.width,
            rotary=(True,) * self.layers,
        )
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        asked = first_tasks(graded, self.graded)
        lessons = Attempts.join([right, verdict_rows(asked, policy)])
        rows = policy.encode(lessons.prompts, lessons["text"].to_list())
        fit = Fit(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate)
        fit.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
        return Cast({"solver": policy, "base": policy})


@dataclass(frozen=True)
class Checkpoint:
    """A policy that an earlier run saved, such as `runs/x/best/solver`; it plays `solver` and `base`."""

    folder: str

    def __call__(self, seed: int) -> Cast:
        """The same cast whatever the seed; ValueError where no policy is saved there."""
        folder = Path(self.folder)
        if not (folder / "config.json").is_file():
            raise ValueError(f"{folder} holds no saved policy; give a folder with config.json and model.safetensors")
        policy = load(folder)
        return Cast({"solver": policy, "base": policy})


@dataclass(frozen=True)
class Several:
    """The solvers that one start makes from different seeds, a role each; `base` is the first one's.

    The first of `roles` is made with the run's own seed, so that what is replayed is what that one has learned;
    each of the others draws its own weights, its own data by the world and its own order.
    """

    of: Start
    roles: tuple[str, ...] = ("solver", "second", "third")

    def __post_init__(self) -> None:
        require(len(set(self.roles)) == len(self.roles) >= 1, self, "roles", "one or more different roles")

    def __call__(self, seed: int) -> Cast:
        """The cast of a run with this seed."""
        first = self.of(seed)
        others = {role: self.of(derived_seed(seed, "role", role))["solver"] for role in self.roles[1:]}
        return Cast({self.roles[0]: first["solver"], **others, "base": first["base"]})


LONG = Draw(updates=2400, learning_rate=3e-3)


@dataclass(frozen=True)
class Taught:
    """A tiny policy that `train` teaches `gold` right answers by the world; it gives no verdicts.

    `rotary` says for each layer whether it sees positions (RoPE) or has to find them out (NoPE); with `window`, the
    layers that see positions see that many tokens only.
    """

    domain: Domain
    train: Draw = LONG
    gold: int = 30_000
    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (False, False, False)
    window: int | None = None

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
            window=self.window,
        )
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        rows = policy.encode(right.prompts, right["text"].to_list())
        self.train.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
        return Cast({"solver": policy, "base": policy})
