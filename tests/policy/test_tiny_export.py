"""The weights of `tiny` in a stock architecture of transformers give the same logits."""

import pytest
import torch

from headway.policy.tiny import Tiny
from headway.policy.tiny.network import SHORT

pytest.importorskip("transformers")

from headway.policy.tiny.export import to_transformers


@pytest.mark.parametrize(
    ("rotary", "architecture"),
    [
        ((True, True, True), "LlamaForCausalLM"),
        ((True, False, True), "SmolLM3ForCausalLM"),
        ((False,), "SmolLM3ForCausalLM"),
    ],
)
def test_logits_are_those_of_transformers(rotary: tuple[bool, ...], architecture: str) -> None:
    tiny = Tiny.create("abcdefgh", seed=0, width=32, heads=4, hidden=48, rotary=rotary)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in tiny.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.2)
    model = to_transformers(tiny)
    assert type(model).__name__ == architecture
    for length in (1, 2, 7, 23, SHORT, SHORT + 1):
        ids_BT = torch.randint(len(tiny.vocabulary), (3, length), generator=generator)
        with torch.no_grad():
            torch.testing.assert_close(tiny.network(ids_BT), model(ids_BT).logits, atol=1e-4, rtol=1e-4)


def test_the_model_has_weights_of_its_own() -> None:
    tiny = Tiny.create("ab", seed=0)
    before = tiny.digest()
    with torch.no_grad():
        for parameter in to_transformers(tiny).parameters():
            parameter.zero_()
    assert tiny.digest() == before
