"""How a token is drawn, for every policy: each attempt has its own random numbers, whoever its neighbours are."""

import numpy as np
import torch
from torch import Tensor


def uniform(seeds: np.ndarray, step: int) -> np.ndarray:
    """One number in (0, 1) for each seed at this step: splitmix64 of the pair, so no state is carried."""
    with np.errstate(over="ignore"):
        z = seeds.astype(np.uint64) + np.uint64((0x9E3779B97F4A7C15 * (step + 1)) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def choose(logits_BV: Tensor, temperature: float, top_p: float, draw_B: np.ndarray) -> Tensor:
    """The next token of every row: the likeliest at temperature 0, else by inverse transform of what top_p leaves."""
    if temperature == 0.0:
        return logits_BV.argmax(dim=-1)
    probability = torch.softmax(logits_BV.double() / temperature, dim=-1)
    order = None
    if top_p < 1.0:
        probability, order = probability.sort(dim=-1, descending=True, stable=True)
        before = probability.cumsum(dim=-1) - probability
        probability = probability.masked_fill(before >= top_p, 0.0)
    total = probability.cumsum(dim=-1)
    target = torch.from_numpy(draw_B).to(total.device)[:, None] * total[:, -1:]
    picked = torch.searchsorted(total, target, right=True).clamp_(max=total.shape[-1] - 1)
    return (picked if order is None else order.gather(1, picked))[:, 0]
