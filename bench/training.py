"""Training of `tiny` at width 128: against this machine's own matrix product, and against a bare transformers loop.

Both loops see the same rows in the same batches, with the same AdamW and the same clipping of gradients. The peer
pads on the right and masks prompts by labels of -100, as its users do. Counted are three forward passes' worth of
matrix products (forward, and two in backward) on tokens that are not padding, the output matrix on learned tokens
only; attention scores, the optimiser and everything else cost time and count nothing.
"""

import random
import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch.nn.utils import clip_grad_norm_

from bench.rows import Row, interleaved
from headway.cast import Encoded
from headway.domains.puzzles import Puzzles
from headway.policy.tiny import Shape, Tiny
from headway.policy.tiny.export import to_transformers
from headway.train.fit import TOKENS_AT_ONCE, Fit, batches

WIDE = Puzzles(numbers=8)
ROWS = 512
BATCH = 256
REPETITIONS = 9
SQUARE = 768
"""Side of the matrices whose product is the machine's rate; the fastest of those tried (512 to 1024)."""


def puzzles(n: int, seed: int, fewest: int, most: int) -> tuple[list[str], list[str]]:
    """`n` prompts and texts in the form of puzzles, `fewest` to `most` numbers each, all used: 3 tokens a number."""
    draws = random.Random(seed)
    prompts, texts = [], []
    for _ in range(n):
        numbers = [draws.randint(1, WIDE.largest) for _ in range(draws.randint(fewest, most))]
        prompts.append(" ".join(map(str, numbers)) + f"={draws.randint(1, 160)}")
        texts.append("".join(draws.choice("+-") + str(number) for number in numbers))
    return prompts, texts


def peer_epoch(model: torch.nn.Module, optimizer: torch.optim.Optimizer, rows: list[Encoded], seed: int) -> None:
    """One epoch of an ordinary training loop over the batches that `Fit` would draw."""
    for members in batches(rows, BATCH, np.random.default_rng(seed)):
        chosen = [rows[index] for index in members]
        longest = max(len(row.ids) for row in chosen)
        ids = torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in chosen])
        attention = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in chosen])
        labels = torch.tensor(
            [[-100] * row.prompt + row.ids[row.prompt :] + [-100] * (longest - len(row.ids)) for row in chosen]
        )
        loss = model(input_ids=ids, attention_mask=attention, labels=labels).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def bare_products(shape: Shape, tokens: int) -> tuple[Callable[[], object], int]:
    """The matrix products of training on so many tokens and nothing else, every layer on its own memory; their flop.

    Slower than a square product over and over, since operands come from memory that was last used a while ago.
    """
    sizes = ((3 * shape.width, shape.width), (shape.width, shape.width), (2 * shape.hidden, shape.width))
    each = [
        (torch.randn(tokens, wide), torch.randn(out, wide), torch.randn(tokens, out))
        for _ in range(shape.layers)
        for out, wide in (*sizes, (shape.width, shape.hidden))
    ]

    def multiply() -> None:
        for x, weight, y in each:
            torch.mm(x, weight.T, out=y)
        for x, weight, y in reversed(each):
            torch.mm(y.T, x)
            torch.mm(y, weight)

    return multiply, 3 * sum(2 * x.numel() * len(weight) for x, weight, _ in each)


def measure() -> list[Row]:
    """Four rows: the share of the machine's matrix rate, by three rulers, and the speed against transformers."""
    torch.set_num_threads(1)
    tiny = Tiny.create(WIDE.pieces, seed=0, width=128, heads=4, hidden=384, rotary=(True, True, True, True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = to_transformers(tiny).train()
    rows = tiny.encode(*puzzles(ROWS, 0, fewest=6, most=9))
    fit, weights = Fit(epochs=1, batch=BATCH), np.ones(len(rows))
    optimizer = torch.optim.AdamW(
        peer.parameters(), lr=fit.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    left, right = torch.randn(SQUARE, SQUARE), torch.randn(SQUARE, SQUARE)
    out, products = torch.empty(SQUARE, SQUARE), 50

    bare, bare_flop = bare_products(tiny.network.shape, TOKENS_AT_ONCE)

    def multiply() -> None:
        for _ in range(products):
            torch.mm(left, right, out=out)

    ours, theirs, machine, alone = interleaved(
        REPETITIONS,
        lambda: fit.train(tiny, rows, weights, seed=1),
        lambda: peer_epoch(peer, optimizer, rows, seed=1),
        multiply,
        bare,
    )
    tokens, targets = sum(len(row.ids) - 1 for row in rows), sum(len(row.ids) - row.prompt for row in rows)
    flop = 3 * tiny.network.shape.matmul_flops(tokens, targets)
    # What the field adds as model-FLOPs utilisation (PaLM, arXiv:2204.02311, appendix B): queries times keys and shares
    # times values, 12 LHQT flop a token, as if each token attended to its whole row.
    shape = tiny.network.shape
    attention_flop = 12 * shape.layers * shape.width * sum((len(row.ids) - 1) ** 2 for row in rows)
    limit = products * 2 * SQUARE**3
    return [
        Row(
            f"training, share of the fp32 rate of torch.mm at {SQUARE} x {SQUARE}",
            flop / ours.best / 1e9,
            limit / machine.best / 1e9,
            "GFLOP/s",
            0.70,
            f"medians {flop / ours.median / 1e9:.1f} and {limit / machine.median / 1e9:.1f}",
        ),
        Row(
            "the same, with attention's products counted as PaLM counts them (a looser ruler)",
            (flop + attention_flop) / ours.best / 1e9,
            limit / machine.best / 1e9,
            "GFLOP/s",
            0.70,
            f"{attention_flop / flop:.1%} more flop",
        ),
        Row(
            "training, share of the rate of its own matrix products alone",
            flop / ours.best / 1e9,
            bare_flop / alone.best / 1e9,
            "GFLOP/s",
            0.70,
            f"medians {flop / ours.median / 1e9:.1f} and {bare_flop / alone.median / 1e9:.1f}",
        ),
        Row(
            "training, against a bare transformers loop",
            tokens / ours.best,
            tokens / theirs.best,
            "token/s",
            1.0,
            f"medians {tokens / ours.median:,.0f} and {tokens / theirs.median:,.0f}",
        ),
    ]
