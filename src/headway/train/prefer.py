"""Preferences: at one task, attempts of positive weight against attempts of negative weight."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from headway.attempts import Attempts
from headway.cast import Cast, Encoded, Learner
from headway.stages import RoundRefused, require
from headway.train.descend import descend, optimizer_of
from headway.train.fit import logprobs, pieces, rate
from headway.train.losses import Preference, preference


@dataclass(frozen=True)
class Prefer:
    """Train `role` to prefer: DPO, IPO or a hinge (see `losses.preference`), with `beta` against the role `reference`.

    Pairs come from attempts of opposite weight at one task. Every attempt on the side that has more of them is in one
    pair, and those on the other side take turns; `pairs` is the most that a task gives, so that tasks count alike. The
    role itself may be the reference: it then is as it was when the round began. With `updates`, that many batches are
    learned instead, in as many epochs as it takes: arms that give different numbers of pairs then get the same compute.
    """

    role: str = "solver"
    loss: Preference = "dpo"
    beta: float = 0.1
    reference: str = "base"
    pairs: int = 4
    epochs: int = 1
    batch: int = 32
    learning_rate: float = 1e-4
    updates: int | None = None

    def __post_init__(self) -> None:
        require(self.loss in ("dpo", "ipo", "hinge"), self, "loss", "'dpo', 'ipo' or 'hinge'")
        require(self.beta > 0.0, self, "beta", "more than 0")
        require(self.pairs >= 1, self, "pairs", "a whole number of at least 1")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.batch >= 1, self, "batch", "a whole number of at least 1")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")
        require(self.updates is None or self.updates >= 1, self, "updates", "None or a whole number of at least 1")

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in `role`; RoundRefused where no task has attempts on both sides."""
        learner = cast.learner(self.role).copy()
        chosen, rejected = paired(attempts, self.pairs, np.random.default_rng(seed))
        if not len(chosen):
            raise RoundRefused(
                f"none of the {attempts['task'].n_unique()} tasks has attempts of both positive and negative weight, "
                f"so there is nothing to prefer; select with Advantage or DivPO"
            )
        rows = learner.encode(attempts.prompts, attempts["text"].to_list())
        pairs = [(rows[good], rows[bad]) for good, bad in zip(chosen, rejected, strict=True)]
        self.train(learner, cast.learner(self.reference), pairs, seed)
        return cast.replace(self.role, learner)

    def train(
        self, learner: Learner, reference: Learner, pairs: Sequence[tuple[Encoded, Encoded]], seed: int
    ) -> list[float]:
        """Train `learner` in place on (chosen, rejected) pairs; the loss of every update."""
        random = np.random.default_rng(seed)
        rows = [side for pair in pairs for side in pair]
        known = torch.stack([total.sum() for total in logprobs(reference, rows)]).view(-1, 2)
        each = math.ceil(len(pairs) / self.batch)
        steps = self.updates or self.epochs * each
        optimizer = optimizer_of(learner, self.learning_rate)
        losses: list[float] = []
        while len(losses) < steps:
            order = random.permutation(len(pairs))
            for place in range(min(each, steps - len(losses))):
                members = order[place * self.batch : (place + 1) * self.batch]
                now = self.learning_rate * rate(len(losses), steps)
                batch = self.losses(learner, [pairs[index] for index in members], known[members])
                losses.append(descend(learner, optimizer, batch, now))
        return losses

    def losses(
        self, learner: Learner, pairs: Sequence[tuple[Encoded, Encoded]], reference_P2: Tensor
    ) -> Iterator[Tensor]:
        """The mean loss of a batch of pairs in pieces that add up to it; `reference_P2` are sums over tokens [nats]."""
        rows = [side for pair in pairs for side in pair]
        for piece in even(pieces(rows)):
            logprob_M, owner_M = learner.token_logprobs(rows[piece])
            size = piece.stop - piece.start
            length_B = torch.bincount(owner_M, minlength=size)
            total_B = logprob_M.new_zeros(size).index_add(0, owner_M, logprob_M)
            gain_B = total_B - reference_P2.to(total_B)[piece.start // 2 : piece.stop // 2].flatten()
            if self.loss == "ipo":
                gain_B = gain_B / length_B
            chosen_P, rejected_P = gain_B.view(-1, 2).unbind(1)
            yield preference(chosen_P, rejected_P, self.beta, self.loss).sum() / len(pairs)


def even(parts: Iterator[slice]) -> Iterator[slice]:
    """The same parts with ends moved on to whole pairs."""
    start = 0
    for part in parts:
        stop = part.stop + part.stop % 2
        if stop > start:
            yield slice(start, stop)
            start = stop


def paired(attempts: Attempts, most: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are chosen and rows that are rejected, in pairs at one task, at most `most` pairs a task."""
    weights, tasks = attempts["weight"].to_numpy(), attempts["task"].to_list()
    members: dict[str, list[int]] = {}
    for row, task in enumerate(tasks):
        members.setdefault(task, []).append(row)
    chosen, rejected = [], []
    for rows in members.values():
        good = random.permutation([row for row in rows if weights[row] > 0.0]).astype(np.int64)
        bad = random.permutation([row for row in rows if weights[row] < 0.0]).astype(np.int64)
        if len(good) and len(bad):
            count = min(most, max(len(good), len(bad)))
            chosen.append(np.resize(good, count))
            rejected.append(np.resize(bad, count))
    nothing = np.empty(0, dtype=np.int64)
    return (np.concatenate(chosen), np.concatenate(rejected)) if chosen else (nothing, nothing)
