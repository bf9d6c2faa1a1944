"""The compiled kernels give what torch's own operations give, and a machine without a compiler loses nothing."""

from pathlib import Path

import numpy as np
import pytest
import torch

from headway.policy.tiny import Tiny, kernels
from headway.policy.tiny.network import ShortAttention, SwiGLU, turns

compiled = pytest.mark.skipif(kernels.library() is None, reason="no C compiler here")


def answers(function: type[torch.autograd.Function], x: torch.Tensor, *others: object) -> list[torch.Tensor]:
    """What a function gives and the gradient of its input, for one gradient of its result."""
    x = x.requires_grad_()
    y: torch.Tensor = function.apply(x, *others)  # type: ignore[assignment]
    (d_x,) = torch.autograd.grad(y, x, torch.linspace(-1, 1, y.numel()).view_as(y))
    return [y.detach(), d_x]


@compiled
@pytest.mark.parametrize(
    ("rows", "length", "heads", "width"),
    [(3, 1, 2, 4), (2, 5, 1, 6), (2, 16, 3, 12), (4, 17, 2, 16), (2, 33, 1, 64), (1, 64, 2, 32)],
)
@pytest.mark.parametrize("rotary", [True, False])
def test_attention(rows: int, length: int, heads: int, width: int, rotary: bool) -> None:
    qkv = 3.0 * torch.randn(rows * length, 3 * heads * width, generator=torch.Generator().manual_seed(length))
    turn = turns(torch.arange(length), width) if rotary else None
    for one, other in zip(
        answers(kernels.Attention, qkv, heads, length, turn),
        answers(ShortAttention, qkv, heads, length, turn),
        strict=True,
    ):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-4)


@compiled
@pytest.mark.parametrize("hidden", [1, 16, 23, 48])
def test_swiglu_from_the_smallest_to_the_largest_numbers(hidden: int) -> None:
    both = torch.randn(9, 2 * hidden, generator=torch.Generator().manual_seed(hidden))
    both = both * torch.logspace(-4, 3, 9)[:, None]
    for one, other in zip(answers(kernels.SwiGLU, both), answers(SwiGLU, both), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


@compiled
def test_scores_that_no_exponential_can_hold_still_share_out_one() -> None:
    qkv = torch.zeros(8, 12)
    qkv[:, :8] = 1e4  # equal and huge: every token shares alike among those before it
    qkv[:, 8:] = torch.arange(8.0)[:, None]
    mixed = kernels.Attention.apply(qkv, 1, 8, None)
    torch.testing.assert_close(mixed, (torch.arange(8.0) / 2)[:, None].expand(8, 4))


@compiled
@pytest.mark.parametrize(("rows", "inner", "columns"), [(64, 1, 64), (65, 192, 128), (200, 193, 64), (131, 500, 192)])
@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("added", [True, False])
def test_product(rows: int, inner: int, columns: int, turned: bool, added: bool) -> None:
    draws = torch.Generator().manual_seed(rows)
    x, weight = torch.randn(rows, inner, generator=draws), torch.randn(inner, columns, generator=draws)
    add = torch.randn(rows, columns, generator=draws) if added else None
    expected = x.double() @ weight.double() + (0.0 if add is None else add.double())
    made = kernels.product(x, weight.T.contiguous() if turned else weight, turned, add)
    torch.testing.assert_close(made.double(), expected, atol=1e-4, rtol=1e-5)


def test_without_a_compiler_the_same_is_said_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny = Tiny.create("abcdefgh", seed=0, width=24, heads=2, hidden=24, rotary=(True, False))
    with torch.no_grad():
        for weight in tiny.parameters():
            weight.mul_(3.0)  # further from uniform, so that what is attended to matters
    prompts = ["abcdefgh" * (index % 5) + "abc"[: index % 4] for index in range(40)]

    def said() -> tuple[list[str], np.ndarray]:
        written = tiny.sample(prompts, np.arange(40, dtype=np.uint64), temperature=1.0, top_p=1.0, max_tokens=40)
        return written.texts, np.stack([written.logprob, tiny.score(prompts, written.texts).logprob])

    texts, logprob = said()
    monkeypatch.setenv("PATH", str(tmp_path))
    kernels.library.cache_clear()
    try:
        assert kernels.library() is None
        plain_texts, plain_logprob = said()
        assert texts == plain_texts
        np.testing.assert_allclose(logprob, plain_logprob, atol=1e-4)
    finally:
        kernels.library.cache_clear()


@compiled
def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kernels.library.cache_clear()
    try:
        assert kernels.library() is None
    finally:
        kernels.library.cache_clear()
