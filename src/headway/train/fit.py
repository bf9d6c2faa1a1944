"""Weighted likelihood: the policy learns what selection kept, as much as its weight says."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import torch
from torch.nn.utils import clip_grad_norm_

from headway.attempts import Attempts
from headway.cast import Cast, Encoded, Learner
from headway.stages import RoundRefused, require
from headway.train.losses import divergence
from headway.train.ranks import Ranks

BATCHES_SORTED_TOGETHER = 16
"""Rows are sorted by length within this many batches: little padding, and still another order every epoch."""
TOKENS_AT_ONCE = 2048
"""Tokens in one forward and backward pass: fewer pay more for starting operations, more only take memory."""
WARM_UP = 0.05
FINAL_RATE = 0.1
LONGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Fit:
    """Train `role` for `epochs` over the kept attempts: AdamW, a short warm-up, then a linear decay to a tenth.

    With `updates`, that many batches are learned instead, in as many epochs as it takes: arms of a
    study that keep different numbers of attempts then get the same compute.
    The loss of a batch is -sum(weight * log-probability) / sum(|weight|) over the tokens of its texts.
    `start="base"` begins each round from the role `base` (ReST-EM, arXiv:2312.06585) instead of the
    current weights; `interpolate` mixes that share of the base's weights into the result (WiSE-FT,
    arXiv:2109.01903).
    """

    role: str = "solver"
    epochs: int = 2
    batch: int = 64
    learning_rate: float = 3e-4
    start: Literal["current", "base"] = "current"
    interpolate: float = 0.0
    base: str = "base"
    updates: int | None = None
    reference: float = 0.0

    def __post_init__(self) -> None:
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.batch >= 1, self, "batch", "a whole number of at least 1")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")
        require(self.start in ("current", "base"), self, "start", "'current' or 'base'")
        require(0.0 <= self.interpolate < 1.0, self, "interpolate", "at least 0 and less than 1")
        require(self.updates is None or self.updates >= 1, self, "updates", "None or a whole number of at least 1")
        require(self.reference >= 0.0, self, "reference", "0 or more")

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in `role`; RoundRefused where the loss is no longer a number."""
        learner = cast.learner(self.base if self.start == "base" else self.role).copy()
        rows = learner.encode(attempts.prompts, attempts["text"].to_list())
        base = cast.learner(self.base) if self.reference else None
        self.train(learner, rows, attempts["weight"].to_numpy(), seed, base)
        if self.interpolate:
            learner = learner.interpolate(cast.learner(self.base), self.interpolate)
        return cast.replace(self.role, learner)

    def train(
        self,
        learner: Learner,
        rows: Sequence[Encoded],
        weights: np.ndarray,
        seed: int,
        base: Learner | None = None,
        among: Ranks | None = None,
    ) -> list[float]:
        """Train `learner` in place on rows with these weights; the loss of every step [nats a token].

        Rows of weight 0 are left out. `base` is what `reference` holds it near. `among` says with which other
        processes every batch is shared.
        """
        random = np.random.default_rng(seed)
        rows = [row for row, weight in zip(rows, weights, strict=True) if weight]
        weights = weights[weights != 0.0]
        steps = self.updates or self.epochs * math.ceil(len(rows) / self.batch)
        near = Near(self.reference, logprobs(base, rows)) if base is not None else None
        if among is not None:
            among.prepare(learner)
        optimizer = torch.optim.AdamW(
            learner.parameters(), lr=self.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        losses: list[float] = []
        while len(losses) < steps:
            for members in islice(batches(rows, self.batch, random), steps - len(losses)):
                for group in optimizer.param_groups:
                    group["lr"] = self.learning_rate * rate(len(losses), steps)
                held = near.of(members) if near else None
                chosen = [rows[index] for index in members]
                losses.append(step(learner, optimizer, chosen, weights[members], held, among))
        return losses


@dataclass(frozen=True)
class Near:
    """What holds a policy near another: `strength`, and the other's log-probability of each learned token, by row."""

    strength: float
    logprobs: list[torch.Tensor]

    def of(self, members: Sequence[int] | np.ndarray) -> "Near":
        """The same for these rows only."""
        return Near(self.strength, [self.logprobs[index] for index in members])

    def loss(self, logprob_M: torch.Tensor, piece: slice) -> torch.Tensor:
        """What is added to the loss of every token of these rows, (M,): 0 where both policies agree, never negative."""
        return self.strength * divergence(logprob_M, torch.cat(self.logprobs[piece]).to(logprob_M))


@torch.no_grad()
def logprobs(learner: Learner, rows: Sequence[Encoded]) -> list[torch.Tensor]:
    """The log-probability of every learned token of each row under `learner` as it is, a tensor a row."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids))  # rows of a length, so nothing is padded
    found: list[torch.Tensor] = [torch.empty(0)] * len(rows)
    ordered = [rows[index] for index in order]
    for piece in pieces(ordered):
        value_M, owner_M = learner.token_logprobs(ordered[piece])
        sizes = torch.bincount(owner_M, minlength=piece.stop - piece.start).tolist()
        for index, part in zip(order[piece], value_M.split(sizes), strict=True):
            found[index] = part
    return found


def step(
    learner: Learner,
    optimizer: torch.optim.Optimizer,
    rows: Sequence[Encoded],
    weights: np.ndarray,
    near: Near | None = None,
    among: Ranks | None = None,
) -> float:
    """One update on one batch; its loss [nats a token]. RoundRefused before a number that is none is learned."""
    learned = np.array([len(row.ids) - row.prompt for row in rows])
    share = weights / (np.abs(weights) @ learned)
    any_row = rows[:1]
    if among is not None:
        mine = among.part(len(rows))
        rows, share, near = rows[mine], share[mine], near and near.of(range(mine.start, mine.stop))
    optimizer.zero_grad(set_to_none=True)
    value = 0.0
    passes = list(pieces(rows)) if len(rows) else []
    # Agreed on before the first pass, which may already take all processes at once.
    idle = among.idle(len(passes)) if among is not None else 0
    for piece in passes:
        logprob_M, owner_M = learner.token_logprobs(rows[piece])
        share_M = torch.from_numpy(share[piece]).to(logprob_M)[owner_M]
        loss = -(share_M * logprob_M).sum()
        if near is not None:
            loss = loss + (share_M.abs() * near.loss(logprob_M, piece)).sum()
        loss.backward()
        value += loss.item()
    for _ in range(idle):
        (0.0 * learner.token_logprobs(any_row)[0].sum()).backward()
    if among is not None:
        value = among.add_up(learner.parameters(), value)
    if not math.isfinite(value):
        raise RoundRefused(
            f"the training loss became {value}; lower train.learning_rate or look at the texts that were selected"
        )
    norm = clip_grad_norm_(learner.parameters(), LONGEST_GRADIENT, foreach=True)
    if not math.isfinite(norm.item() if among is None else among.whole(norm)):
        raise RoundRefused("a gradient is no longer a number; lower train.learning_rate")
    optimizer.step()
    return value


def pieces(rows: Sequence[Encoded]) -> Iterator[slice]:
    """Parts of a batch, in order, whose gradients are added up: as many rows as fit `TOKENS_AT_ONCE` when padded."""
    start = longest = 0
    for index, row in enumerate(rows):
        longest = max(longest, len(row.ids))
        if index > start and longest * (index + 1 - start) > TOKENS_AT_ONCE:
            yield slice(start, index)
            start, longest = index, len(row.ids)
    yield slice(start, len(rows))


def batches(rows: Sequence[Encoded], size: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Every row once, in batches of rows of much the same length, in random order."""
    order = random.permutation(len(rows))
    lengths = np.array([len(row.ids) for row in rows])
    chunk = size * BATCHES_SORTED_TOGETHER
    groups = []
    for start in range(0, len(order), chunk):
        near = order[start : start + chunk]
        near = near[np.argsort(lengths[near], kind="stable")]
        groups += [near[place : place + size] for place in range(0, len(near), size)]
    for index in random.permutation(len(groups)):
        yield groups[index]


def rate(step_index: int, steps: int) -> float:
    """The share of the full learning rate at a step: up over the first twentieth, then down to a tenth."""
    warm = max(1, round(WARM_UP * steps))
    if step_index < warm:
        return (step_index + 1) / warm
    return 1.0 - (1.0 - FINAL_RATE) * (step_index - warm) / max(1, steps - warm)
