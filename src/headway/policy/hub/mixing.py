"""Weights between those of two policies (WiSE-FT, arXiv:2109.01903)."""

import torch
from torch import Tensor
from torch.nn import Parameter

from headway.policy.hub.body import Weights


@torch.no_grad()
def mixed(one: Weights, other: Weights, share: float) -> dict[str, Parameter]:
    """`share` of the other's weights and the rest of the first's.

    What adapters add to a matrix is mixed, not their factors: the result is the nearest of the same rank,
    which is exact where one of the two adds nothing, as a base does.
    """
    if share in (0.0, 1.0):
        return {name: Parameter(value.clone()) for name, value in (other if share else one).items()}
    made: dict[str, Parameter] = {}
    for name in one:
        if ".lora_A." in name:
            up = name.replace(".lora_A.", ".lora_B.")
            small, large = _nearest((one[name], other[name]), (one[up], other[up]), share)
            made[name], made[up] = Parameter(small), Parameter(large)
        elif ".lora_B." not in name:
            made[name] = Parameter(torch.lerp(one[name], other[name], share))
    return {name: made[name] for name in one}


def _nearest(downs: tuple[Tensor, Tensor], ups: tuple[Tensor, Tensor], share: float) -> tuple[Tensor, Tensor]:
    """Factors (R, D) and (D', R) of the best approximation to the mix of two products, by their singular values."""
    if not ups[1].any():
        return downs[0].clone(), ups[0] * (1 - share)
    rank = downs[0].shape[0]
    left, left_rest = torch.linalg.qr(torch.cat([ups[0] * (1 - share), ups[1] * share], dim=1))
    right, right_rest = torch.linalg.qr(torch.cat(downs, dim=0).mT)
    u, singular, v = torch.linalg.svd(left_rest @ right_rest.mT)
    root = singular[:rank].sqrt()
    return (root[:, None] * v[:rank]) @ right.mT, (left @ u[:, :rank]) * root
