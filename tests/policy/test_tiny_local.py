"""A window: local layers against the same attention under a mask, in training, sampling and a stock model."""

import numpy as np
import pytest
import torch
from far_weights import far_from_even
from torch.nn import functional

from headway.policy.tiny.export import from_transformers, to_transformers, write_transformers
from headway.policy.tiny.local import local_attention
from headway.policy.tiny.network import Shape


def windowed(seed=0):
    return far_from_even(seed=seed, heads=2, window=3)


@pytest.mark.parametrize("length", [1, 2, 3, 9])
def test_it_is_attention_under_a_band(length):
    heads = torch.randn(3, 2, 4, length, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    heads.requires_grad_()
    apart = torch.arange(length)[:, None] - torch.arange(length)
    banded = functional.scaled_dot_product_attention(*heads, attn_mask=(apart >= 0) & (apart < 3))
    (expected,) = torch.autograd.grad(banded.square().sum(), heads)
    local = local_attention(*heads, window=3)
    torch.testing.assert_close(local, banded)
    torch.testing.assert_close(torch.autograd.grad(local.square().sum(), heads)[0], expected)


def test_what_is_sampled_scores_as_it_was_sampled():
    tiny = windowed()
    prompts = ["abc", "habcdefgh", "a"] * 8
    written = tiny.sample(prompts, np.arange(24, dtype=np.uint64), temperature=1.0, top_p=1.0, max_tokens=30)
    whole = [index for index, finish in enumerate(written.finish) if finish == "stop"]
    assert whole
    again = tiny.score([prompts[index] for index in whole], [written.texts[index] for index in whole])
    np.testing.assert_allclose(again.logprob, written.logprob[whole], rtol=1e-4)


def test_a_stock_model_with_the_same_window_gives_the_same_logits_and_reads_back(tmp_path):
    pytest.importorskip("transformers")
    tiny = windowed()
    write_transformers(tiny, tmp_path)
    again = from_transformers(tmp_path)
    assert (again.network.shape, again.digest()) == (tiny.network.shape, tiny.digest())
    ids = torch.randint(len(tiny.vocabulary), (3, 20), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(to_transformers(tiny)(ids).logits, tiny.network(ids), atol=1e-4, rtol=1e-4)


def test_a_window_holds_at_least_the_token_itself():
    with pytest.raises(ValueError, match=r"Shape\.window is 0"):
        Shape(5, window=0)


def test_a_policy_may_see_further_with_the_same_weights():
    tiny = windowed()
    further = tiny.seeing(4)
    assert (further.network.shape.window, further.digest()) == (4, tiny.digest())
    ids = torch.randint(len(tiny.vocabulary), (2, 9), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before, after = tiny.network(ids), further.network(ids)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert (before[:, 3:] - after[:, 3:]).abs().amax() > 0.01
