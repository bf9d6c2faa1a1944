"""Policy gradients: an attempt becomes likelier as much as its weight says, and less likely where that is negative."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl
import torch
from torch import Tensor

from headway.attempts import Attempts
from headway.cast import Cast, Encoded, Learner
from headway.seeds import derived_seed
from headway.stages import require
from headway.train.descend import descend, optimizer_of
from headway.train.fit import batches, logprobs, pieces, rate
from headway.train.losses import Level, Over, divergence, ratios, shares, surrogate


@dataclass(frozen=True)
class Reinforce:
    """Policy-gradient updates of `roles` on their own attempts, whose weights are advantages (see `select.Advantage`).

    With one update a round this is REINFORCE; with more, log-probabilities of before the first update are what later
    ones are clipped against: a token's ratio counts down to 1 - `clip_low` and up to 1 + `clip_high`
    (arXiv:1707.06347, arXiv:2503.14476). That is exact where attempts were sampled at temperature 1 with nothing
    truncated. `level` and `over` choose among GRPO, DAPO and GSPO (see `losses`). `kl` weighs the divergence from the
    role `reference`. Roles that one policy plays are trained together; with `apart` each becomes a policy of its own.
    Replayed rows by others are learned by all. An attempt whose author was behind (`staleness`) counts by how much
    likelier it is now than when it was written, at most `stale` times (V-trace's truncated ratio, arXiv:1802.01561).
    AdamW; the rate warms up and falls to a tenth within each round.
    """

    roles: tuple[str, ...] = ("solver",)
    epochs: int = 1
    batch: int = 256
    updates: int | None = None
    learning_rate: float = 3e-4
    clip_low: float = 0.2
    clip_high: float = 0.2
    kl: float = 0.0
    reference: str = "base"
    level: Level = "token"
    over: Over = "token"
    apart: bool = False
    stale: float = 2.0

    def __post_init__(self) -> None:
        require(1 <= len(self.roles) == len(set(self.roles)), self, "roles", "one or more different roles")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.batch >= 1, self, "batch", "a whole number of at least 1")
        require(self.updates is None or self.updates >= 1, self, "updates", "None or a whole number of at least 1")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")
        require(0.0 < self.clip_low <= 1.0, self, "clip_low", "more than 0 and at most 1")
        require(self.clip_high > 0.0, self, "clip_high", "more than 0")
        require(self.kl >= 0.0, self, "kl", "0 or more")
        require(self.level in ("token", "sequence"), self, "level", "'token' or 'sequence'")
        require(self.over in ("row", "token"), self, "over", "'row' or 'token'")
        require(self.stale > 0.0, self, "stale", "more than 0")

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in every role that wrote something; RoundRefused where a loss is no number."""
        for roles in self._together(cast):
            own = attempts.filter(~pl.col("author").is_in([role for role in self.roles if role not in roles]))
            if not len(own):
                continue
            learner = cast.learner(roles[0]).copy()
            rows = learner.encode(own.prompts, own["text"].to_list())
            reference = cast.learner(self.reference) if self.kl else None
            weights = own["weight"].to_numpy() * self.caught_up(learner, rows, own)
            self.train(learner, rows, weights, derived_seed(seed, *roles), reference)
            for role in roles:
                cast = cast.replace(role, learner)
        return cast

    def caught_up(self, learner: Learner, rows: Sequence[Encoded], attempts: Attempts) -> np.ndarray:
        """What every attempt counts, (rows,): 1, or the truncated ratio where its author was behind.

        ValueError where such an attempt does not say how likely it was.
        """
        behind = np.flatnonzero(attempts["staleness"].fill_null(0).to_numpy())
        counts = np.ones(len(rows))
        if len(behind):
            then = attempts["logprob"][behind]
            if then.null_count():
                raise ValueError(
                    f"{then.null_count()} attempts by a policy that was behind have no log-probability, so what they "
                    f"count cannot be corrected; set staleness to 0, or train with Fit"
                )
            now = [float(one.sum()) for one in logprobs(learner, [rows[place] for place in behind.tolist()])]
            counts[behind] = np.exp(np.minimum(np.array(now) - then.to_numpy(), math.log(self.stale)))
        return counts

    def _together(self, cast: Cast) -> list[list[str]]:
        """The roles, those that the same policy plays in one group, unless they go apart."""
        if self.apart:
            return [[role] for role in self.roles]
        groups: dict[int, list[str]] = {}
        for role in self.roles:
            groups.setdefault(id(cast[role]), []).append(role)
        return list(groups.values())

    def train(
        self,
        learner: Learner,
        rows: Sequence[Encoded],
        weights: np.ndarray,
        seed: int,
        reference: Learner | None = None,
    ) -> list[float]:
        """Train `learner` in place on rows with these advantages; the loss of every update.

        Rows of weight 0 are left out unless there is a reference to stay near.
        """
        if reference is None:
            rows = [row for row, weight in zip(rows, weights, strict=True) if weight]
            weights = weights[weights != 0.0]
        random = np.random.default_rng(seed)
        steps = self.updates or self.epochs * math.ceil(len(rows) / self.batch)
        old = logprobs(learner, rows) if steps > 1 else None
        far = logprobs(reference, rows) if reference is not None and self.kl else None
        optimizer = optimizer_of(learner, self.learning_rate)
        losses: list[float] = []
        while len(losses) < steps:
            for members in islice(batches(rows, self.batch, random), steps - len(losses)):
                batch = Batch(
                    [rows[index] for index in members],
                    torch.from_numpy(weights[members]),
                    None if old is None else [old[index] for index in members],
                    None if far is None else [far[index] for index in members],
                )
                now = self.learning_rate * rate(len(losses), steps)
                losses.append(descend(learner, optimizer, self.losses(learner, batch), now))
        return losses

    def losses(self, learner: Learner, batch: "Batch") -> Iterator[Tensor]:
        """The loss of a batch in pieces that add up to it."""
        share_B = shares(torch.tensor([float(len(row.ids) - row.prompt) for row in batch.rows]), self.over)
        for piece in pieces(batch.rows):
            logprob_M, owner_M = learner.token_logprobs(batch.rows[piece])
            old_M = logprob_M.detach() if batch.old is None else torch.cat(batch.old[piece])
            ratio_M = ratios(logprob_M, old_M, owner_M, piece.stop - piece.start, self.level)
            weight_M, share_M = (each_B[piece].to(logprob_M)[owner_M] for each_B in (batch.weights, share_B))
            loss_M = surrogate(ratio_M, weight_M, self.clip_low, self.clip_high)
            if batch.reference is not None:
                loss_M = loss_M + self.kl * ratio_M * divergence(logprob_M, torch.cat(batch.reference[piece]))
            yield (share_M * loss_M).sum()


@dataclass(frozen=True)
class Batch:
    """Rows that are learned at once, their weights (B,), and what others thought of their tokens, a tensor a row.

    `old`: log-probabilities under the policy that wrote, None where that is the learner as it is.
    """

    rows: Sequence[Encoded]
    weights: Tensor
    old: list[Tensor] | None = None
    reference: list[Tensor] | None = None
