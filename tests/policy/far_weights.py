"""A tiny policy whose attention is far from the nearly even one of fresh weights, so that masks and scales show."""

import torch

from headway.policy.tiny import Tiny


def far_from_even(**shape) -> Tiny:
    """A policy over eight letters, width 16, of this shape."""
    tiny = Tiny.create("abcdefgh", **{"seed": 0, "width": 16, "hidden": 32, "rotary": (True, False), **shape})
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in tiny.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.2)
    return tiny
