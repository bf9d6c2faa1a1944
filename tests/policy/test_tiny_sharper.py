"""Attention that stays sharp in long rows: against its formula, in sampling, and where it cannot go."""

import math

import numpy as np
import pytest
import torch
from far_weights import far_from_even
from torch.nn import functional

from headway.policy.tiny import Tiny
from headway.policy.tiny.export import to_transformers
from headway.policy.tiny.network import SHORT, join_heads, split_heads


def sharper():
    return far_from_even(heads=2, window=3, sharper=True)


@pytest.mark.parametrize("length", [1, 9, SHORT, SHORT + 9])
def test_scores_of_layers_without_positions_grow_with_the_logarithm_of_what_is_seen(length):
    block = sharper().network.blocks[1]
    x_ND = torch.randn(2 * length, 16, generator=torch.Generator().manual_seed(0))
    query, key, value = split_heads(block.qkv(x_ND), 2, length)
    seen_T1 = torch.tensor([[math.log(place + 2) / math.log(16)] for place in range(length)])
    expected = join_heads(functional.scaled_dot_product_attention(query * seen_T1, key, value, is_causal=True))
    turn = (torch.ones(length, 8), torch.zeros(length, 8))
    torch.testing.assert_close(block.attend(x_ND, length, turn), expected)


def test_what_is_sampled_scores_as_it_was_sampled():
    tiny = sharper()
    prompts = ["abc", "habcdefgh", "a"] * 8
    written = tiny.sample(prompts, np.arange(24, dtype=np.uint64), temperature=1.0, top_p=1.0, max_tokens=30)
    whole = [index for index, finish in enumerate(written.finish) if finish == "stop"]
    assert whole
    again = tiny.score([prompts[index] for index in whole], [written.texts[index] for index in whole])
    np.testing.assert_allclose(again.logprob, written.logprob[whole], rtol=1e-4)


def test_it_is_kept_on_disk_and_refused_where_no_stock_model_has_it(tmp_path):
    tiny = sharper()
    tiny.save(tmp_path)
    assert Tiny.load(tmp_path).network.shape == tiny.network.shape
    with pytest.raises(ValueError, match="no architecture of transformers"):
        to_transformers(tiny)


def test_a_device_that_is_not_there_is_an_error():
    if torch.accelerator.current_accelerator(check_available=True) is not None:
        pytest.skip("there is an accelerator")
    with pytest.raises(ValueError, match="torch sees the processor alone"):
        sharper().to("cuda")
