"""Weighted likelihood on batches that are drawn: for long training on many short rows of few lengths."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from headway.attempts import Attempts
from headway.cast import Cast, Encoded, Learner
from headway.stages import require
from headway.train.fit import step

FINAL_RATE = 0.01
SOONEST = 10
"""The average forgets as if it were this many steps younger at first, so that it leaves the first weights behind."""


@dataclass(frozen=True)
class Draw:
    """Train `role` for `updates` batches, drawn with replacement: a row as often as its weight says.

    A batch has `groups` groups of about `tokens / groups` tokens each. The rows of a group have one length, so
    nothing is padded, and every batch mixes lengths: training that sees one length at a time learns an offset
    for each instead of the task. AdamW; the rate warms up over the share `warm`, stays, and over the last
    share `decay` falls to a hundredth. What comes out is not the last weights but their running average, which
    forgets at the rate 1 - `average` a step: past the trained length it is right far more often.
    """

    role: str = "solver"
    updates: int = 300
    tokens: int = 1536
    groups: int = 4
    learning_rate: float = 1e-3
    warm: float = 0.05
    decay: float = 0.3
    average: float = 0.995

    def __post_init__(self) -> None:
        require(self.updates >= 1, self, "updates", "a whole number of at least 1")
        require(self.groups >= 1, self, "groups", "a whole number of at least 1")
        require(self.tokens >= self.groups, self, "tokens", "a whole number of at least `groups`")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")
        require(0.0 <= self.warm <= 1.0, self, "warm", "between 0 and 1")
        require(0.0 <= self.decay <= 1.0 - self.warm, self, "decay", "between 0 and what `warm` leaves")
        require(0.0 <= self.average < 1.0, self, "average", "at least 0 and less than 1")

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in `role`; RoundRefused where the loss is no longer a number."""
        learner = cast.learner(self.role).copy()
        rows = learner.encode(attempts.prompts, attempts["text"].to_list())
        self.train(learner, rows, attempts["weight"].to_numpy(), seed)
        return cast.replace(self.role, learner)

    def train(self, learner: Learner, rows: Sequence[Encoded], weights: np.ndarray, seed: int) -> list[float]:
        """Train `learner` in place; the loss of every step [nats a token]. ValueError for a negative weight."""
        if not (weights >= 0.0).all() or not (weights > 0.0).any():
            raise ValueError(
                f"Draw draws rows as often as their weight says, so weights must be 0 or more and not all 0; "
                f"the least is {weights.min():g}; use Fit to unlearn"
            )
        drawn = Drawing(rows, weights, np.random.default_rng(seed))
        current = learner.parameters()
        average = [parameter.detach().clone() for parameter in current]
        optimizer = torch.optim.AdamW(current, lr=self.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        losses = []
        for index in range(self.updates):
            optimizer.param_groups[0]["lr"] = self.learning_rate * self.rate(index)
            batch = drawn.batch(self.groups, self.tokens // self.groups)
            losses.append(step(learner, optimizer, batch, np.ones(len(batch))))
            kept = min(self.average, (index + 1) / (index + 1 + SOONEST))
            for mean, parameter in zip(average, current, strict=True):
                mean.lerp_(parameter.detach(), 1.0 - kept)
        with torch.no_grad():
            for parameter, mean in zip(current, average, strict=True):
                parameter.copy_(mean)
        return losses

    def rate(self, index: int) -> float:
        """The share of the full learning rate at a step: warm-up, stable, decay."""
        begun, left = (index + 1) / max(1.0, self.warm * self.updates), 1.0 - index / self.updates
        return min(1.0, begun, max(FINAL_RATE, left / self.decay if self.decay else 1.0))


class Drawing:
    """Rows by their length, to be drawn in proportion to their weight."""

    def __init__(self, rows: Sequence[Encoded], weights: np.ndarray, random: np.random.Generator) -> None:
        self.rows, self.random = rows, random
        length = np.array([len(row.ids) for row in rows])
        self.lengths = np.unique(length)
        self.members = [np.flatnonzero(length == one) for one in self.lengths]
        # Cumulative weights: of the lengths, and of the rows of each length.
        self.within = [np.cumsum(weights[members]) for members in self.members]
        self.between = np.cumsum([within[-1] for within in self.within])

    def batch(self, groups: int, tokens: int) -> list[Encoded]:
        """`groups` groups of one length each, the shortest first, so that what is padded together is alike."""
        chosen = np.sort(np.searchsorted(self.between, self.random.random(groups) * self.between[-1], side="right"))
        return [row for place in chosen for row in self._group(place, max(1, tokens // int(self.lengths[place])))]

    def _group(self, place: int, size: int) -> list[Encoded]:
        within = self.within[place]
        picked = np.searchsorted(within, self.random.random(size) * within[-1], side="right")
        return [self.rows[index] for index in self.members[place][picked]]
