"""The network: a pre-norm decoder with RMSNorm, SwiGLU and, per layer, rotary positions or none.

With a window the rotary layers are local, and only layers without positions see the whole row
(RNoPE-SWA, arXiv:2501.18795): what lies far away is then found by what it is, and not by how far it is.

The layout of weights, the norm and the rotation are those of Llama and SmolLM3, so that the same
weights give the same logits in a stock `transformers` model.

Axes: B rows, T tokens, D width, H heads, K head width, F hidden width, V vocabulary,
N = B x T, X = B x H.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from headway.policy.tiny import kernels
from headway.policy.tiny.local import local_attention

ROPE_THETA = 10_000.0
NORM_EPSILON = 1e-6
SHORT = 64
"""Rows of at most this many tokens are attended by plain batched products; longer ones by torch's fused kernel."""


@dataclass(frozen=True)
class Shape:
    """The size of a network; `rotary` says for each layer whether it sees positions (RoPE) or not (NoPE).

    With `window`, a rotary layer attends to that many tokens, the token itself included; `rotary_heads` is
    the number of heads of the rotary layers where it is another than that of the rest. With `sharper`, the scores of a
    layer without positions grow with the logarithm of the tokens that it sees, so that attention is as sharp among many
    as among few (arXiv:2501.19399). With `beyond`, a layer without positions sees what is at least that many tokens
    back and the first token of the row: where it looks for what reads like the end of the row, it does not find that
    end.
    """

    vocabulary: int
    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (True, True, True)
    window: int | None = None
    sharper: bool = False
    rotary_heads: int | None = None
    beyond: int = 0

    def __post_init__(self) -> None:
        for heads in (self.heads, self.heads_of(True)):
            if self.width % heads or (self.width // heads) % 2:
                raise ValueError(
                    f"width {self.width} must split into {heads} heads of even width; "
                    f"try width={heads * max(2, 2 * (self.width // heads // 2))}"
                )
        if self.window is not None and self.window < 1:
            raise ValueError(f"Shape.window is {self.window}; allowed: None, or at least 1 token")
        if self.beyond < 0:
            raise ValueError(f"Shape.beyond is {self.beyond}; allowed: 0 tokens or more")
        if not self.rotary:
            raise ValueError("a network needs at least one layer; give rotary=(True,) or more")

    @property
    def layers(self) -> int:
        return len(self.rotary)

    def heads_of(self, rotary: bool) -> int:
        """The heads of a layer that sees positions, or of one that does not."""
        return self.rotary_heads if rotary and self.rotary_heads is not None else self.heads

    @property
    def turned_width(self) -> int:
        """The width of a head that is turned by position."""
        return self.width // self.heads_of(True)

    def matmul_flops(self, tokens: int, targets: int) -> int:
        """Multiply-adds times two of one forward pass, attention scores left out [flop].

        After attention in the last layer only the `targets` are computed, and only they are counted.
        """
        attended, joined = 3 * self.width**2, self.width * (self.width + 3 * self.hidden)
        everywhere = self.layers * attended + (self.layers - 1) * joined
        return 2 * (tokens * everywhere + targets * (joined + self.width * self.vocabulary))


@dataclass(frozen=True)
class Seen:
    """What a token attends to among itself and those before it: within the `window`, or what is `beyond` in the row."""

    window: int | None = None
    beyond: int = 0

    def hidden(self, like: Tensor, length: int) -> Tensor:
        """What is added to the scores of a row, (T, T): minus infinity where a token does not see another."""
        hidden_TT = like.new_full((length, length), -math.inf).triu_(1 - self.beyond)
        if self.beyond:
            hidden_TT[:, 0] = 0.0
        if self.window is not None:
            hidden_TT += like.new_full((length, length), -math.inf).tril_(-self.window)
        return hidden_TT


ALL_BEFORE = Seen()


class NormedLinear(torch.autograd.Function):
    """RMSNorm, its gain, then a matrix. The gain is folded into the matrix, and backward goes over the stream once."""

    @staticmethod
    def forward(ctx, x_ND: Tensor, gain_D: Tensor, weight_OD: Tensor) -> Tensor:
        square_N1 = torch.linalg.vector_norm(x_ND, dim=-1, keepdim=True).square_()
        scale_N1 = square_N1.div_(x_ND.shape[-1]).add_(NORM_EPSILON).rsqrt_()
        unit_ND, folded_OD = x_ND * scale_N1, weight_OD * gain_D
        ctx.save_for_backward(unit_ND, scale_N1, folded_OD, gain_D, weight_OD)
        return kernels.product(unit_ND, folded_OD, turned=True)

    @staticmethod
    def backward(ctx, grad_NO: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        unit_ND, scale_N1, folded_OD, gain_D, weight_OD = ctx.saved_tensors
        d_folded_OD = grad_NO.T @ unit_ND
        d_unit_ND = kernels.product(grad_NO, folded_OD)
        # A change along the unit vector is undone by the norm.
        along_N1 = torch.linalg.vecdot(d_unit_ND, unit_ND)[:, None] / unit_ND.shape[-1]
        d_x_ND = d_unit_ND.addcmul_(unit_ND, along_N1, value=-1).mul_(scale_N1)
        return d_x_ND, torch.linalg.vecdot(d_folded_OD, weight_OD, dim=0), d_folded_OD.mul_(gain_D)


class AddedLinear(torch.autograd.Function):
    """The stream plus a matrix times what is added to it."""

    @staticmethod
    def forward(ctx, x_ND: Tensor, mixed_NF: Tensor, weight_DF: Tensor) -> Tensor:
        ctx.save_for_backward(mixed_NF, weight_DF)
        return kernels.product(mixed_NF, weight_DF, turned=True, add_NM=x_ND)

    @staticmethod
    def backward(ctx, grad_ND: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mixed_NF, weight_DF = ctx.saved_tensors
        return grad_ND, kernels.product(grad_ND, weight_DF), grad_ND.T @ mixed_NF


class Normed(nn.Module):
    """The weights of an RMSNorm and of the matrix that follows it."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))
        self.weight = nn.Parameter(torch.empty(out, width))

    def forward(self, x_ND: Tensor) -> Tensor:
        return NormedLinear.apply(x_ND, self.gain, self.weight)  # type: ignore[return-value]


class SwiGLU(torch.autograd.Function):
    """silu(gate) * up over the two halves of the last axis; backward writes into one buffer."""

    @staticmethod
    def forward(ctx, both_N2F: Tensor) -> Tensor:
        gate_NF, up_NF = both_N2F.chunk(2, dim=-1)
        silu_NF = functional.silu(gate_NF)
        ctx.save_for_backward(both_N2F, silu_NF)
        return silu_NF * up_NF

    @staticmethod
    def backward(ctx, grad_NF: Tensor) -> Tensor:
        both_N2F, silu_NF = ctx.saved_tensors
        gate_NF, up_NF = both_N2F.chunk(2, dim=-1)
        d_both_N2F = torch.empty_like(both_N2F)
        d_gate_NF, d_up_NF = d_both_N2F.chunk(2, dim=-1)
        torch.mul(grad_NF, silu_NF, out=d_up_NF)
        torch.ops.aten.silu_backward.grad_input(grad_NF * up_NF, gate_NF, grad_input=d_gate_NF)
        return d_both_N2F


class ShortAttention(torch.autograd.Function):
    """Causal attention of short rows from joined queries, keys and values (N, 3D) to (N, D), rotation included.

    A few large batched products, where the fused kernel of torch spends more on starting a row than on its numbers.
    """

    @staticmethod
    def forward(
        ctx, qkv_N3D: Tensor, heads: int, length: int, turn: tuple[Tensor, Tensor] | None, seen: Seen = ALL_BEFORE
    ) -> Tensor:
        joined = split_heads(qkv_N3D, heads, length).contiguous()
        if turn is not None:
            rotate(joined[:2], *turn, out=joined[:2])
        query, key, value = joined.flatten(1, 2)
        score_XTT = torch.baddbmm(seen.hidden(joined, length), query, key.mT, alpha=joined.shape[-1] ** -0.5)
        share_XTT = torch.softmax(score_XTT, dim=-1)
        ctx.save_for_backward(joined, share_XTT)
        ctx.turn = turn
        return join_heads((share_XTT @ value).view(joined.shape[1:]))

    @staticmethod
    def backward(ctx, grad_ND: Tensor) -> tuple[Tensor, None, None, None, None]:
        joined, share_XTT = ctx.saved_tensors
        query, key, value = joined.flatten(1, 2)
        _, _, heads, length, width = joined.shape
        grad_XTK = grad_ND.view(-1, length, heads, width).transpose(1, 2).reshape(value.shape)
        d_joined = torch.empty_like(joined)
        d_query, d_key, d_value = d_joined.flatten(1, 2)
        torch.bmm(share_XTT.mT, grad_XTK, out=d_value)
        d_share_XTT = grad_XTK @ value.mT
        d_score_XTT = torch.ops.aten._softmax_backward_data(d_share_XTT, share_XTT, -1, share_XTT.dtype).mul_(
            width**-0.5
        )
        torch.bmm(d_score_XTT, key, out=d_query)
        torch.bmm(d_score_XTT.mT, query, out=d_key)
        if ctx.turn is not None:
            cosine, sine = ctx.turn
            rotate(d_joined[:2], cosine, -sine, out=d_joined[:2])
        return d_joined.permute(1, 3, 0, 2, 4).reshape(len(grad_ND), -1), None, None, None, None


def split_heads(qkv_N3D: Tensor, heads: int, length: int) -> Tensor:
    """Queries, keys and values as a view (3, B, H, T, K)."""
    return qkv_N3D.view(-1, length, 3, heads, qkv_N3D.shape[-1] // (3 * heads)).permute(2, 0, 3, 1, 4)


def join_heads(mixed_BHTK: Tensor) -> Tensor:
    """What the heads gathered, side by side, (N, D)."""
    batch, heads, length, width = mixed_BHTK.shape
    return mixed_BHTK.transpose(1, 2).reshape(batch * length, heads * width)


class Block(nn.Module):
    """Attention and SwiGLU, each added to the stream."""

    def __init__(self, shape: Shape, rotary: bool) -> None:
        super().__init__()
        self.heads, self.rotary = shape.heads_of(rotary), rotary
        self.seen = Seen(window=shape.window) if rotary else Seen(beyond=shape.beyond)
        self.sharper = shape.sharper and not rotary
        self.qkv = Normed(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = Normed(shape.width, 2 * shape.hidden)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def joined(self, x_ND: Tensor, place_N: Tensor) -> Tensor:
        """Queries, keys and values side by side, (N, 3D), of tokens at these places of their rows."""
        qkv_N3D: Tensor = self.qkv(x_ND)
        if not self.sharper:
            return qkv_N3D
        query_ND, rest_N2D = qkv_N3D.tensor_split([x_ND.shape[1]], dim=1)
        return torch.cat((query_ND * sharpness(place_N)[:, None], rest_N2D), dim=1)

    def heads_of(
        self, x_ND: Tensor, place_N: Tensor, length: int, turn: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (B, H, T, K), turned by position where this layer is rotary."""
        query, key, value = split_heads(self.joined(x_ND, place_N), self.heads, length)
        if self.rotary:
            query, key = rotate(query, *turn), rotate(key, *turn)
        return query, key, value

    def attend(self, x_ND: Tensor, length: int, turn: tuple[Tensor, Tensor]) -> Tensor:
        """What each token gathers from itself and the tokens before it in its row, (N, D)."""
        place_N = torch.arange(length, device=x_ND.device).repeat(len(x_ND) // length)
        if length <= SHORT:
            qkv_N3D, turned = self.joined(x_ND, place_N), turn if self.rotary else None
            if self.seen == ALL_BEFORE and kernels.usable(x_ND, length, x_ND.shape[1] // self.heads):
                return kernels.Attention.apply(qkv_N3D, self.heads, length, turned)  # type: ignore[return-value]
            return ShortAttention.apply(qkv_N3D, self.heads, length, turned, self.seen)  # type: ignore[return-value]
        return join_heads(self.gather(*self.heads_of(x_ND, place_N, length, turn)))

    def gather(self, query_BHTK: Tensor, key_BHTK: Tensor, value_BHTK: Tensor) -> Tensor:
        """Attention of whole rows, (B, H, T, K), to what this layer sees of them."""
        row = (query_BHTK, key_BHTK, value_BHTK)
        if self.seen.window is not None:
            return local_attention(*row, self.seen.window)
        if self.seen.beyond:
            hidden_TT = self.seen.hidden(query_BHTK, query_BHTK.shape[2])
            return functional.scaled_dot_product_attention(*row, attn_mask=hidden_TT)
        return functional.scaled_dot_product_attention(*row, is_causal=True)

    def join(self, x_ND: Tensor, mixed_ND: Tensor) -> Tensor:
        """The stream after attention's output and the feed-forward part are added."""
        x_ND = AddedLinear.apply(x_ND, mixed_ND, self.out.weight)  # type: ignore[assignment]
        swiglu = kernels.SwiGLU if kernels.usable(x_ND) else SwiGLU
        hidden_NF: Tensor = swiglu.apply(self.gate_up(x_ND))  # type: ignore[assignment]
        return AddedLinear.apply(x_ND, hidden_NF, self.down.weight)  # type: ignore[return-value]


class Network(nn.Module):
    """Token ids to logits, teacher-forced; `sampling` walks the same blocks with a cache."""

    blocks: Sequence[Block]

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape, rotary) for rotary in shape.rotary)  # type: ignore[assignment]
        self.head = Normed(shape.width, shape.vocabulary)

    @property
    def device(self) -> torch.device:
        """Where the weights are, and what is read must be."""
        return self.embed.weight.device

    def initialise(self, generator: torch.Generator) -> None:
        """Normal weights of deviation 0.02, the two matrices that write into the stream scaled down by depth."""
        deep = (2 * self.shape.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if name.endswith("gain"):
                continue
            scale = deep if name.endswith(("out.weight", "down.weight")) else 1.0
            with torch.no_grad():
                parameter.normal_(0.0, 0.02 * scale, generator=generator)

    def stream(self, ids_BT: Tensor, wanted_M: Tensor) -> Tensor:
        """The stream after the last block, (M, D), at these places of the N tokens; every row starts at position 0.

        All tokens are attended to in the last block, but only what is wanted goes on from there.
        """
        length = ids_BT.shape[1]
        turn = turns(torch.arange(length, device=self.device), self.shape.turned_width)
        x_ND = self.embed(ids_BT.flatten())
        *before, last = self.blocks
        for block in before:
            x_ND = block.join(x_ND, block.attend(x_ND, length, turn))
        mixed_ND = last.attend(x_ND, length, turn)
        return last.join(x_ND.index_select(0, wanted_M), mixed_ND.index_select(0, wanted_M))

    def forward(self, ids_BT: Tensor) -> Tensor:
        """Logits (B, T, V)."""
        return self.head(self.stream(ids_BT, torch.arange(ids_BT.numel()))).view(*ids_BT.shape, -1)


def turns(positions: Tensor, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines (..., K) of the rotation at `positions` (RoPE, arXiv:2104.09864, Llama's layout)."""
    frequency = ROPE_THETA ** (-torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    angle = positions[..., None].float() * frequency
    cosine, sine = angle.cos(), angle.sin()
    return torch.cat((cosine, cosine), dim=-1), torch.cat((-sine, sine), dim=-1)


def sharpness(place_N: Tensor) -> Tensor:
    """What queries at these places are multiplied by: the logarithm of the tokens they see, and 1 at 16 of them."""
    return torch.log2(place_N + 2.0) / 4.0


def rotate(x_K: Tensor, cosine_K: Tensor, sine_K: Tensor, out: Tensor | None = None) -> Tensor:
    """Each head vector (..., K) turned by its position: its two halves are the two coordinates of the planes."""
    low, high = x_K.chunk(2, dim=-1)
    swapped = torch.cat((high, low), dim=-1)
    return torch.mul(x_K, cosine_K, out=out).addcmul_(swapped, sine_K)
