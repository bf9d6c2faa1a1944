"""Gradients of the hand-written parts, and what the network says of its own cost."""

import pytest
import torch

from headway.policy.tiny.network import Network, NormedLinear, Shape, ShortAttention, SwiGLU, turns


def numbers(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, dtype=torch.float64, generator=generator).requires_grad_()


def test_gradient_of_swiglu() -> None:
    assert torch.autograd.gradcheck(SwiGLU.apply, numbers(5, 6))


def test_gradient_of_the_norm_and_its_matrix() -> None:
    assert torch.autograd.gradcheck(NormedLinear.apply, (numbers(5, 6), numbers(6), numbers(4, 6)))


@pytest.mark.parametrize("rotary", [True, False])
def test_gradient_of_short_attention(rotary: bool) -> None:
    cosine, sine = turns(torch.arange(3), 4)
    turn = (cosine.double(), sine.double()) if rotary else None
    assert torch.autograd.gradcheck(lambda qkv: ShortAttention.apply(qkv, 2, 3, turn), numbers(6, 24))


def test_short_and_long_rows_are_attended_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(Shape(11, width=16, heads=2, hidden=24, rotary=(True, False)))
    network.initialise(torch.Generator().manual_seed(0))
    ids_BT = torch.randint(11, (3, 9), generator=torch.Generator().manual_seed(1))
    answers = []
    for short in (9, 8):
        monkeypatch.setattr("headway.policy.tiny.network.SHORT", short)
        network.zero_grad()
        logits = network(ids_BT)
        logits.square().sum().backward()
        answers.append([logits.detach(), *(torch.clone(p.grad) for p in network.parameters() if p.grad is not None)])
    for one, other in zip(*answers, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_a_later_token_changes_nothing_before_it() -> None:
    network = Network(Shape(11, width=16, heads=2, hidden=24))
    network.initialise(torch.Generator().manual_seed(0))
    ids_BT = torch.arange(8)[None]
    other_BT = ids_BT.clone()
    other_BT[0, 5:] = 10
    torch.testing.assert_close(network(ids_BT)[:, :5], network(other_BT)[:, :5])


def test_a_shape_that_does_not_split_says_what_would() -> None:
    with pytest.raises(ValueError, match="try width=60"):
        Shape(10, width=64, heads=6)
