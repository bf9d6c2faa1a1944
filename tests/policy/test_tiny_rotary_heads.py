"""Another number of heads in the layers that see positions: against the formula, in sampling, on disk."""

import numpy as np
import pytest
import torch
from far_weights import far_from_even
from torch.nn import functional

from headway.policy.tiny import Tiny
from headway.policy.tiny.export import to_transformers
from headway.policy.tiny.network import SHORT, Shape, join_heads, rotate, split_heads, turns


def mixed(window: int | None = None):
    return far_from_even(heads=1, window=window, rotary_heads=4)


@pytest.mark.parametrize("length", [9, SHORT + 9])
def test_each_layer_attends_with_heads_of_its_own(length):
    x_ND = torch.randn(2 * length, 16, generator=torch.Generator().manual_seed(0))
    turn = turns(torch.arange(length), 4)
    for block, heads in zip(mixed().network.blocks, (4, 1), strict=True):
        query, key, value = split_heads(block.qkv(x_ND), heads, length)
        if heads == 4:
            query, key = rotate(query, *turn), rotate(key, *turn)
        expected = join_heads(functional.scaled_dot_product_attention(query, key, value, is_causal=True))
        torch.testing.assert_close(block.attend(x_ND, length, turn), expected)


@pytest.mark.parametrize("window", [None, 3])
def test_what_is_sampled_scores_as_it_was_sampled(window):
    tiny = mixed(window)
    prompts = ["abc", "habcdefgh", "a"] * 8
    written = tiny.sample(prompts, np.arange(24, dtype=np.uint64), temperature=1.0, top_p=1.0, max_tokens=30)
    whole = [index for index, finish in enumerate(written.finish) if finish == "stop"]
    assert whole
    again = tiny.score([prompts[index] for index in whole], [written.texts[index] for index in whole])
    np.testing.assert_allclose(again.logprob, written.logprob[whole], rtol=1e-4)


def test_it_is_kept_on_disk_and_refused_where_no_stock_model_has_it(tmp_path):
    tiny = mixed()
    tiny.save(tmp_path)
    assert Tiny.load(tmp_path).network.shape == tiny.network.shape
    with pytest.raises(ValueError, match="rotary layers have 4 heads and the others 1"):
        to_transformers(tiny)


def test_its_heads_must_fit_the_width_too():
    with pytest.raises(ValueError, match="must split into 3 heads"):
        Shape(5, width=64, heads=4, rotary_heads=3)
