"""Losses of policy gradients and of preferences, as plain functions of log-probabilities.

Axes: M learned tokens of all rows, in row order; B rows; P pairs. `owner_M` says which row a token belongs to.
They are sums of shares, so that a batch may be taken in pieces and the pieces added up.
"""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Over = Literal["row", "token"]
Level = Literal["token", "sequence"]
Preference = Literal["dpo", "ipo", "hinge"]


def shares(length_B: Tensor, over: Over) -> Tensor:
    """What one token of each row counts for in the mean of a batch, (B,).

    `row`: every row counts alike and its tokens share that (GRPO, arXiv:2402.03300). `token`: every token counts
    alike (DAPO, arXiv:2503.14476), so that a long row is not learned less a token.
    """
    if over == "row":
        return 1.0 / (length_B * len(length_B))
    return torch.full_like(length_B, 1.0) / length_B.sum()


def row_means(value_M: Tensor, owner_M: Tensor, rows: int) -> Tensor:
    """The mean over the tokens of each row, (B,)."""
    total_B = value_M.new_zeros(rows).index_add(0, owner_M, value_M)
    return total_B / torch.bincount(owner_M, minlength=rows)


def ratios(logprob_M: Tensor, old_M: Tensor, owner_M: Tensor, rows: int, level: Level) -> Tensor:
    """How much likelier each token is than under the policy that wrote it, (M,); `old_M` are its log-probabilities.

    At `sequence` level all tokens of a row have one ratio, the geometric mean of theirs (GSPO, arXiv:2507.18071).
    """
    log_ratio_M = logprob_M - old_M
    if level == "sequence":
        log_ratio_M = row_means(log_ratio_M, owner_M, rows)[owner_M]
    return log_ratio_M.exp()


def surrogate(ratio_M: Tensor, weight_M: Tensor, clip_low: float, clip_high: float) -> Tensor:
    """The clipped policy-gradient loss of every token, (M,) (PPO, arXiv:1707.06347).

    Where ratios are 1 the gradient is that of REINFORCE, -weight * grad log-probability. A gain counts up to the ratio
    1 + `clip_high`, and what is unlearned down to 1 - `clip_low`.
    """
    return -torch.minimum(ratio_M * weight_M, ratio_M.clamp(1.0 - clip_low, 1.0 + clip_high) * weight_M)


def divergence(logprob_M: Tensor, reference_M: Tensor) -> Tensor:
    """An estimate of the divergence from a reference at every token, (M,), never negative [nats].

    exp(d) - d - 1 with d = reference - logprob: on the policy's own samples its mean is KL(policy || reference). Times
    the ratio its gradient is that of the divergence as well (arXiv:2512.02556).
    """
    distance_M = reference_M - logprob_M
    return distance_M.exp() - distance_M - 1.0


def preference(chosen_P: Tensor, rejected_P: Tensor, beta: float, kind: Preference) -> Tensor:
    """The loss of every pair, (P,), from how much likelier each side is than under the reference [nats].

    `dpo`: -log sigmoid(beta * difference) (arXiv:2305.18290). `hinge`: what is missing to a margin of 1 / beta, times
    beta (SLiC, arXiv:2305.10425). `ipo`: (difference - 1 / (2 beta))^2 (arXiv:2310.12036), of means over tokens and
    not of sums.
    """
    difference_P = chosen_P - rejected_P
    if kind == "dpo":
        return -functional.logsigmoid(beta * difference_P)
    if kind == "hinge":
        return torch.relu(1.0 - beta * difference_P)
    return (difference_P - 1.0 / (2.0 * beta)) ** 2
