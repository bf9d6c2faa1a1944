"""Attention within a window: each token sees itself and the few before it, at a cost that is linear in the row."""

import math

import torch
from torch import Tensor
from torch.nn import functional


def local_attention(query_BHTK: Tensor, key_BHTK: Tensor, value_BHTK: Tensor, window: int) -> Tensor:
    """Causal attention over the last `window` tokens, the token itself included, (B, H, T, K).

    One offset after the other, so that no T x T scores are made.
    """
    length = query_BHTK.shape[2]
    query = query_BHTK * query_BHTK.shape[-1] ** -0.5
    key, value = (functional.pad(one, (0, 0, window - 1, 0)) for one in (key_BHTK, value_BHTK))
    score_BHTW = torch.stack([(query * key[:, :, place : place + length]).sum(-1) for place in range(window)], dim=-1)
    first_T, place_W = (torch.arange(size, device=query.device) for size in (length, window))
    before_TW = first_T[:, None] + place_W < window - 1
    share_BHTW = torch.softmax(score_BHTW.masked_fill(before_TW, -math.inf), dim=-1)
    mixed = share_BHTW[..., :1] * value[:, :, :length]
    for place in range(1, window):
        mixed = mixed + share_BHTW[..., place : place + 1] * value[:, :, place : place + length]
    return mixed
