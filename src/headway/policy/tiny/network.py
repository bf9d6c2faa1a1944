"""The network: a pre-norm decoder with RMSNorm, SwiGLU and, per layer, rotary positions or none.

The layout of weights, the norm and the rotation are those of Llama and SmolLM3, so that the same
weights give the same logits in a stock `transformers` model.

Axes: B rows, T tokens, D width, H heads, K head width, F hidden width, V vocabulary, N = B x T.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

ROPE_THETA = 10_000.0
NORM_EPSILON = 1e-6


@dataclass(frozen=True)
class Shape:
    """The size of a network; `rotary` says for each layer whether it sees positions (RoPE) or not (NoPE)."""

    vocabulary: int
    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (True, True, True)

    def __post_init__(self) -> None:
        if self.width % self.heads or (self.width // self.heads) % 2:
            raise ValueError(
                f"width {self.width} must split into {self.heads} heads of even width; "
                f"try width={self.heads * max(2, 2 * (self.width // self.heads // 2))}"
            )
        if not self.rotary:
            raise ValueError("a network needs at least one layer; give rotary=(True,) or more")

    @property
    def layers(self) -> int:
        return len(self.rotary)

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    def matmul_flops(self, tokens: int, targets: int) -> int:
        """Multiply-adds times two of one forward pass, attention scores left out [flop]."""
        layer = self.width * (4 * self.width + 3 * self.hidden)
        return 2 * (tokens * self.layers * layer + targets * self.width * self.vocabulary)


class Normed(nn.Module):
    """RMSNorm followed by a matrix; the norm's gain is folded into the matrix, which saves one pass over memory."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))
        self.weight = nn.Parameter(torch.empty(out, width))

    def forward(self, x_ND: Tensor) -> Tensor:
        width = x_ND.shape[-1]
        scale_N1 = torch.rsqrt(
            torch.linalg.vector_norm(x_ND, dim=-1, keepdim=True).square() / width + NORM_EPSILON
        )
        return functional.linear(x_ND * scale_N1, self.weight * self.gain)


class SwiGLU(torch.autograd.Function):
    """silu(gate) * up over the two halves of the last axis, with a backward pass that makes few temporaries."""

    @staticmethod
    def forward(ctx, both_N2F: Tensor) -> Tensor:
        gate, up = both_N2F.chunk(2, dim=-1)
        ctx.save_for_backward(both_N2F)
        return functional.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx, grad_NF: Tensor) -> Tensor:
        (both_N2F,) = ctx.saved_tensors
        gate, up = both_N2F.chunk(2, dim=-1)
        out = torch.empty_like(both_N2F)
        d_gate, d_up = out.chunk(2, dim=-1)
        sigmoid = torch.sigmoid(gate)
        silu = sigmoid * gate
        torch.mul(grad_NF, silu, out=d_up)
        # d silu(g) = s + silu(g) (1 - s)
        d_gate.copy_(silu).addcmul_(silu, sigmoid, value=-1).add_(sigmoid)
        d_gate.mul_(grad_NF).mul_(up)
        return out


class Block(nn.Module):
    """Attention and SwiGLU, each added to the stream."""

    def __init__(self, shape: Shape, rotary: bool) -> None:
        super().__init__()
        self.heads, self.rotary = shape.heads, rotary
        self.qkv = Normed(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = Normed(shape.width, 2 * shape.hidden)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def heads_of(self, x_ND: Tensor, batch: int, turn: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (B, H, T, K), turned by position where this layer is rotary."""
        qkv = self.qkv(x_ND).view(batch, -1, 3, self.heads, x_ND.shape[-1] // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        if self.rotary:
            query, key = rotate(query, *turn), rotate(key, *turn)
        return query, key, value

    def join(self, x_ND: Tensor, mixed_BHTK: Tensor) -> Tensor:
        """The stream after attention's output and the feed-forward part are added."""
        x_ND = x_ND + self.out(mixed_BHTK.transpose(1, 2).reshape(x_ND.shape))
        hidden_NF: Tensor = SwiGLU.apply(self.gate_up(x_ND))  # type: ignore[assignment]
        return x_ND + self.down(hidden_NF)


class Network(nn.Module):
    """Token ids to logits, teacher-forced; `sampling` walks the same blocks with a cache."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape, rotary) for rotary in shape.rotary)
        self.head = Normed(shape.width, shape.vocabulary)

    def initialise(self, generator: torch.Generator) -> None:
        """Normal weights of deviation 0.02, the two matrices that write into the stream scaled down by depth."""
        deep = (2 * self.shape.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if name.endswith("gain"):
                continue
            scale = deep if name.endswith(("out.weight", "down.weight")) else 1.0
            with torch.no_grad():
                parameter.normal_(0.0, 0.02 * scale, generator=generator)

    def stream(self, ids_BT: Tensor) -> Tensor:
        """The stream after the last block, (N, D), of rows that all start at position 0."""
        batch, length = ids_BT.shape
        turn = turns(torch.arange(length), self.shape.head_width)
        x_ND = self.embed(ids_BT).view(-1, self.shape.width)
        for block in self.blocks:
            query, key, value = block.heads_of(x_ND, batch, turn)
            mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            x_ND = block.join(x_ND, mixed)
        return x_ND

    def forward(self, ids_BT: Tensor) -> Tensor:
        """Logits (B, T, V)."""
        return self.head(self.stream(ids_BT)).view(*ids_BT.shape, -1)


def turns(positions: Tensor, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines (..., K) of the rotation at `positions` (RoPE, arXiv:2104.09864, in Llama's half-split layout)."""
    frequency = ROPE_THETA ** (-torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    angle = positions[..., None].float() * frequency
    angle = torch.cat((angle, angle), dim=-1)
    return angle.cos(), angle.sin()


def rotate(x_BHTK: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Each head vector turned by its position."""
    low, high = x_BHTK.chunk(2, dim=-1)
    return x_BHTK * cosine + torch.cat((-high, low), dim=-1) * sine
