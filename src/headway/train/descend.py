"""One update: gradients of pieces added up, refused where they are no numbers, clipped, applied."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from headway.cast import Learner
from headway.stages import RoundRefused
from headway.train.fit import LONGEST_GRADIENT


def optimizer_of(learner: Learner, learning_rate: float) -> torch.optim.Optimizer:
    """AdamW as policy gradients and preferences use it: nothing pulls the weights towards 0."""
    return torch.optim.AdamW(learner.parameters(), lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)


def descend(learner: Learner, optimizer: torch.optim.Optimizer, losses: Iterable[Tensor], rate: float) -> float:
    """One step at this learning rate down the sum of `losses`; that sum. RoundRefused where it is no number."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    value = 0.0
    for loss in losses:
        loss.backward()
        value += loss.item()
    if not math.isfinite(value):
        raise RoundRefused(f"the loss became {value}; lower train.learning_rate or look at the rewards")
    if not math.isfinite(clip_grad_norm_(learner.parameters(), LONGEST_GRADIENT, foreach=True).item()):
        raise RoundRefused("a gradient is no longer a number; lower train.learning_rate")
    optimizer.step()
    return value
