"""A rater: the verdict of a policy, trained on comparisons of two answers."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.nn import functional

from headway.attempts import Prompt
from headway.cast import Encoded, Learner
from headway.stages import require
from headway.train.descend import descend, optimizer_of
from headway.train.fit import pieces, rate

Comparison = tuple[Prompt, str, str]
"""A prompt, the answer that is preferred, and the other one."""


@dataclass(frozen=True)
class Compare:
    """Trains the verdict that a policy gives, so that its log-odds are a score: Bradley and Terry's model of choices.

    The loss of a comparison is -log sigmoid(score of the preferred - score of the other), as reward models of language
    models have it (arXiv:2203.02155). A score is of one text: nothing here sees a set of them.
    """

    epochs: int = 1
    batch: int = 32
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.batch >= 1, self, "batch", "a whole number of at least 1")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")

    def train(self, learner: Learner, comparisons: Sequence[Comparison], seed: int) -> list[float]:
        """Train `learner` in place; the loss of every update."""
        random = np.random.default_rng(seed)
        rows = [asked(learner, prompt, answer) for prompt, *pair in comparisons for answer in pair]
        quads = [rows[2 * place] + rows[2 * place + 1] for place in range(len(comparisons))]
        steps = self.epochs * math.ceil(len(quads) / self.batch)
        optimizer = optimizer_of(learner, self.learning_rate)
        losses: list[float] = []
        for _ in range(self.epochs):
            order = random.permutation(len(quads))
            for start in range(0, len(quads), self.batch):
                chosen = [quads[index] for index in order[start : start + self.batch]]
                now = self.learning_rate * rate(len(losses), steps)
                losses.append(descend(learner, optimizer, parts_of(learner, chosen), now))
        return losses


def asked(learner: Learner, prompt: Prompt, answer: str) -> list[Encoded]:
    """The question for a verdict on an answer with each of the two replies, the reply alone being learned."""
    question = learner.verdict_question(prompt, answer)
    rows = learner.encode([question] * 2, learner.verdict_words)
    return [Encoded(row.ids[: row.prompt + 1], row.prompt) for row in rows]


def parts_of(learner: Learner, quads: Sequence[list[Encoded]]) -> Iterator[Tensor]:
    """The mean loss of some comparisons in pieces that add up to it; four rows each, yes and no of either answer."""
    flat = [row for quad in quads for row in quad]
    start = 0
    for piece in pieces(flat):
        stop = piece.stop - piece.stop % 4 if piece.stop < len(flat) else piece.stop
        if stop > start:
            logprob_M, _ = learner.token_logprobs(flat[start:stop])
            yield comparison(logprob_M.view(-1, 2, 2)).sum() / len(quads)
            start = stop


def comparison(logprob_P22: Tensor) -> Tensor:
    """The loss of every comparison, (P,), from log-probabilities by answer (preferred first) and reply (yes first)."""
    score_P2 = logprob_P22[..., 0] - logprob_P22[..., 1]
    return -functional.logsigmoid(score_P2[:, 0] - score_P2[:, 1])
