"""What `kernels.c` does, for tensors: one pass over memory where torch needs several, and products of tall matrices.

The file is compiled when it is first needed, with the C compiler of this machine, and kept in the user's cache. Where
there is no compiler, or torch may use several threads, `usable` is false and torch's own operations do the same: the
numbers then differ in their last bits, as they do between machines.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from headway.cache import user_cache

SOURCE = Path(__file__).with_name("kernels.c")
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-fPIC", "-shared")
LONGEST, LANES = 64, 16
"""Tokens of a row, and width of a head, that attention has room for; floats of a vector."""

COLUMNS, DEEP, FEWEST_ROWS = 64, 192, 64
"""Columns of a tile of a product, inner places that it sums at once, and rows below which packing does not pay."""

Turn = tuple[Tensor, Tensor] | None
"""Cosines and signed sines of the rotation, (T, K) each, or None for no rotation."""


class Sizes(ctypes.Structure):
    """The sizes of a batch, as `kernels.c` has them."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("rows", "length", "heads", "width")),
        *((name, ctypes.c_void_p) for name in ("cosine", "sine")),
    )


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """The compiled file; None where it cannot be made here."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    # What `native` means here and now is part of the name: a home may be shared by machines that differ.
    native = subprocess.run([compiler, *FLAGS, "-dM", "-E", "-x", "c", os.devnull], capture_output=True)
    key = hashlib.sha256(native.stdout + SOURCE.read_bytes() + repr(FLAGS).encode()).hexdigest()[:16]
    folder = user_cache()
    made = folder / f"kernels-{key}.so"
    if not made.exists():
        if not _writable(folder):
            return None
        fresh = made.with_suffix(f".{os.getpid()}.tmp")
        if subprocess.run([compiler, *FLAGS, "-o", fresh, SOURCE], capture_output=True).returncode:
            return None
        os.replace(fresh, made)
    return ctypes.CDLL(str(made))


def _writable(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    return True


def usable(x: Tensor, length: int = 1, width: int = 1) -> bool:
    """Whether the compiled kernels can work on `x`; for attention in rows of this length with heads of this width."""
    fits = max(length, width) <= LONGEST and x.dtype == torch.float32 and x.device.type == "cpu"
    return fits and in_use()


def in_use() -> bool:
    """Whether the compiled kernels do the work of tiny in this process as it stands; without them bits differ."""
    return torch.get_num_threads() == 1 and library() is not None


@lru_cache(maxsize=1)
def tiles() -> bool:
    """Whether the processor has the registers that `product` was written for; elsewhere torch's library is faster."""
    compiled = library()
    return compiled is not None and bool(compiled.tiles())


def product(x_NK: Tensor, weight: Tensor, turned: bool = False, add_NM: Tensor | None = None) -> Tensor:
    """`x @ weight`, or `x @ weight.T` where it is `turned`, plus `add`: (N, M). No gradient goes through it.

    Many rows and a small matrix are where MKL is furthest from its own best on AMD: a quarter faster here, same bits.
    """
    rows, inner = x_NK.shape
    columns = weight.shape[0 if turned else 1]
    dense = weight.is_contiguous() and x_NK.is_contiguous() and (add_NM is None or add_NM.is_contiguous())
    if not (usable(x_NK) and rows >= FEWEST_ROWS and columns % COLUMNS == 0 and dense and tiles()):
        matrix = weight.T if turned else weight
        return x_NK @ matrix if add_NM is None else torch.addmm(add_NM, x_NK, matrix)
    out_NM, room = x_NK.new_empty(rows, columns), x_NK.new_empty(min(inner, DEEP) * columns)
    add = ctypes.c_void_p(None) if add_NM is None else add_NM
    call("product", x_NK, weight, add, out_NM, room, ctypes.c_int64(rows), inner, columns, int(turned))
    return out_NM


def call(name: str, *arguments: object) -> None:
    """Call a kernel: tensors go as addresses, and must be dense and float32."""
    passed = []
    for argument in arguments:
        if isinstance(argument, Tensor):
            if not argument.is_contiguous() or argument.dtype != torch.float32:
                raise ValueError(f"{name} reads dense float32, not {argument.dtype} with strides {argument.stride()}")
            argument = ctypes.c_void_p(argument.data_ptr())
        passed.append(argument)
    library()[name](*passed)  # type: ignore[index]


class Attention(torch.autograd.Function):
    """Causal attention of short rows from joined queries, keys and values (N, 3D) to (N, D), rotation included."""

    @staticmethod
    def forward(ctx, qkv_N3D: Tensor, heads: int, length: int, turn: Turn) -> Tensor:
        n, width = qkv_N3D.shape[0], qkv_N3D.shape[1] // 3
        out_ND = qkv_N3D.new_empty(n, width)
        places = () if turn is None else (turn[0].data_ptr(), turn[1].data_ptr())
        sizes = Sizes(n // length, length, heads, width // heads, *places)
        call("attention", qkv_N3D, out_ND, sizes)
        ctx.save_for_backward(qkv_N3D)
        ctx.sizes, ctx.turn = sizes, turn  # the turn is kept because the sizes hold its addresses
        return out_ND

    @staticmethod
    def backward(ctx, grad_ND: Tensor) -> tuple[Tensor, None, None, None]:
        (qkv_N3D,) = ctx.saved_tensors
        d_qkv_N3D = torch.empty_like(qkv_N3D)
        call("attention_back", qkv_N3D, grad_ND.contiguous(), d_qkv_N3D, ctx.sizes)
        return d_qkv_N3D, None, None, None


class SwiGLU(torch.autograd.Function):
    """silu(gate) * up over the two halves of the last axis."""

    @staticmethod
    def forward(ctx, both_N2F: Tensor) -> Tensor:
        n, hidden = both_N2F.shape[0], both_N2F.shape[1] // 2
        out_NF = both_N2F.new_empty(n, hidden)
        call("swiglu", both_N2F, out_NF, ctypes.c_int64(n), hidden)
        ctx.save_for_backward(both_N2F)
        return out_NF

    @staticmethod
    def backward(ctx, grad_NF: Tensor) -> Tensor:
        (both_N2F,) = ctx.saved_tensors
        d_both_N2F = torch.empty_like(both_N2F)
        call("swiglu_back", both_N2F, grad_NF.contiguous(), d_both_N2F, ctypes.c_int64(len(grad_NF)), grad_NF.shape[1])
        return d_both_N2F


def attend_next(qkv_B3D: Tensor, keys: Tensor, values: Tensor, first_B: Tensor, turn: Turn, slot: int) -> Tensor:
    """What one more token of every row gathers, (B, D); its key and value are added to the cache at `slot`.

    Keys are (B, H, K, L) and values (B, H, L, K), L a multiple of `LANES`; a row's tokens lie from `first_B` on.
    """
    batch, heads, slots, width = values.shape
    out_BD = qkv_B3D.new_empty(batch, heads * width)
    sizes = Sizes(batch, slots, heads, width, *(() if turn is None else (turn[0].data_ptr(), turn[1].data_ptr())))
    call("attention_next", qkv_B3D, keys, values, out_BD, ctypes.c_void_p(first_B.data_ptr()), sizes, slot)
    return out_BD
