"""Layers without positions that do not see the end of the row: against the formula, in sampling, on disk."""

import math

import numpy as np
import pytest
import torch
from far_weights import far_from_even
from torch.nn import functional

from headway.policy.tiny import Tiny
from headway.policy.tiny.export import to_transformers
from headway.policy.tiny.network import SHORT, Shape, join_heads, split_heads


def looking_back():
    return far_from_even(heads=2, window=3, beyond=2)


@pytest.mark.parametrize("length", [1, 2, 9, SHORT, SHORT + 9])
def test_a_token_sees_what_is_that_far_back_and_the_first_of_the_row(length):
    block = looking_back().network.blocks[1]
    x_ND = torch.randn(2 * length, 16, generator=torch.Generator().manual_seed(0))
    query, key, value = split_heads(block.qkv(x_ND), 2, length)
    hidden = torch.tensor(
        [[0.0 if place == 0 or place <= at - 2 else -math.inf for place in range(length)] for at in range(length)]
    )
    expected = join_heads(functional.scaled_dot_product_attention(query, key, value, attn_mask=hidden))
    turn = (torch.ones(length, 8), torch.zeros(length, 8))
    torch.testing.assert_close(block.attend(x_ND, length, turn), expected)


def test_what_is_sampled_scores_as_it_was_sampled():
    tiny = looking_back()
    prompts = ["abc", "habcdefgh", "a", ""] * 6
    written = tiny.sample(prompts, np.arange(24, dtype=np.uint64), temperature=1.0, top_p=1.0, max_tokens=30)
    whole = [index for index, finish in enumerate(written.finish) if finish == "stop"]
    assert {prompts[index] for index in whole} == set(prompts)
    again = tiny.score([prompts[index] for index in whole], [written.texts[index] for index in whole])
    np.testing.assert_allclose(again.logprob, written.logprob[whole], rtol=1e-4)


def test_it_is_kept_on_disk_and_refused_where_no_stock_model_has_it(tmp_path):
    tiny = looking_back()
    tiny.save(tmp_path)
    assert Tiny.load(tmp_path).network.shape == tiny.network.shape
    with pytest.raises(ValueError, match="do not see the last 2 tokens"):
        to_transformers(tiny)


def test_it_is_not_negative():
    with pytest.raises(ValueError, match=r"Shape\.beyond is -1; allowed: 0 tokens or more"):
        Shape(5, beyond=-1)
