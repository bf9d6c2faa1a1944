"""Batched sampling over a preallocated key-value cache, without padding.

Every distinct prompt is read once, in batches of equal length, and its cache is handed to all of its
attempts. Attempts then step together, sorted by length, and leave the batch when they stop. The
random number of a step depends on the attempt's own seed and on the step, not on the batch, so an
attempt does not change when its neighbours do.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from headway.policy.tiny.network import Network, turns, rotate

ROWS_AT_ONCE = 512
PREFILL_TOKENS = 8192


@dataclass(frozen=True)
class Written:
    """What sampling wrote: ids without the stop token, their summed log-probability [nats], and whether it stopped."""

    ids: list[list[int]]
    logprob: np.ndarray
    stopped: np.ndarray


def uniform(seeds: np.ndarray, step: int) -> np.ndarray:
    """One number in (0, 1) for each seed at this step: splitmix64 of the pair, so no state is carried."""
    with np.errstate(over="ignore"):
        z = seeds.astype(np.uint64) + np.uint64((0x9E3779B97F4A7C15 * (step + 1)) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


class Cache:
    """Keys and values of every layer, (B, H, T, K) each, allocated once for a batch of attempts."""

    def __init__(self, network: Network, rows: int, length: int) -> None:
        shape = network.shape
        size = (rows, shape.heads, length, shape.head_width)
        self.keys = [torch.empty(size) for _ in network.blocks]
        self.values = [torch.empty(size) for _ in network.blocks]

    def keep(self, rows: Tensor) -> None:
        """Only these rows stay, in this order."""
        self.keys = [key[rows] for key in self.keys]
        self.values = [value[rows] for value in self.values]


@torch.inference_mode()
def read(network: Network, cache: Cache, prompts: list[list[int]], rows_of: list[list[int]]) -> Tensor:
    """Fill the cache with each prompt at all of its rows; logits of the next token, (B, V)."""
    logits = torch.empty(cache.keys[0].shape[0], network.shape.vocabulary)
    by_length: dict[int, list[int]] = {}
    for index, prompt in enumerate(prompts):
        by_length.setdefault(len(prompt), []).append(index)
    for length, members in sorted(by_length.items()):
        step = max(1, PREFILL_TOKENS // length)
        for start in range(0, len(members), step):
            _read_equal(network, cache, prompts, rows_of, members[start : start + step], logits)
    return logits


def _read_equal(
    network: Network,
    cache: Cache,
    prompts: list[list[int]],
    rows_of: list[list[int]],
    members: list[int],
    logits: Tensor,
) -> None:
    """Read prompts of one length as one dense batch."""
    ids_BT = torch.tensor([prompts[index] for index in members])
    batch, length = ids_BT.shape
    rows = torch.tensor([row for index in members for row in rows_of[index]])
    source = torch.tensor([place for place, index in enumerate(members) for _ in rows_of[index]])
    turn = turns(torch.arange(length), network.shape.head_width)
    x_ND = network.embed(ids_BT).view(-1, network.shape.width)
    for block, keys, values in zip(network.blocks, cache.keys, cache.values, strict=True):
        query, key, value = block.heads_of(x_ND, batch, turn)
        keys[rows, :, :length] = key[source]
        values[rows, :, :length] = value[source]
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x_ND = block.join(x_ND, mixed)
    last = x_ND.view(batch, length, -1)[:, -1]
    logits[rows] = network.head(last)[source]


@torch.inference_mode()
def step(network: Network, cache: Cache, ids_B: Tensor, positions_B: Tensor) -> Tensor:
    """Append one token to every row and give the logits of the next, (B, V)."""
    batch, length = len(ids_B), int(positions_B.max()) + 1
    rows = torch.arange(batch)
    cosine, sine = turns(positions_B, network.shape.head_width)
    turn = (cosine[:, None, None], sine[:, None, None])
    mask = None
    if int(positions_B.min()) + 1 < length:
        mask = (torch.arange(length) <= positions_B[:, None])[:, None, None]
    x_BD = network.embed(ids_B)
    for block, keys, values in zip(network.blocks, cache.keys, cache.values, strict=True):
        query, key, value = block.heads_of(x_BD, batch, turn)
        keys[rows, :, positions_B] = key[:, :, 0]
        values[rows, :, positions_B] = value[:, :, 0]
        mixed = functional.scaled_dot_product_attention(
            query, keys[:, :, :length], values[:, :, :length], attn_mask=mask
        )
        x_BD = block.join(x_BD, mixed)
    return network.head(x_BD)


def choose(logits_BV: Tensor, temperature: float, top_p: float, draw_B: np.ndarray) -> Tensor:
    """The next token of every row: greedy at temperature 0, else by inverse transform of the (truncated) distribution."""
    if temperature == 0.0:
        return logits_BV.argmax(dim=-1)
    probability = torch.softmax(logits_BV.double() / temperature, dim=-1)
    order = None
    if top_p < 1.0:
        probability, order = probability.sort(dim=-1, descending=True, stable=True)
        before = probability.cumsum(dim=-1) - probability
        probability = probability.masked_fill(before >= top_p, 0.0)
    total = probability.cumsum(dim=-1)
    target = torch.from_numpy(draw_B)[:, None] * total[:, -1:]
    picked = torch.searchsorted(total, target, right=True).clamp_(max=total.shape[-1] - 1)
    return (picked if order is None else order.gather(1, picked))[:, 0]


@dataclass(frozen=True)
class Decoding:
    """How tokens are drawn: temperature (0 is greedy), nucleus, the most tokens an attempt may have, the stop id."""

    temperature: float
    top_p: float
    max_tokens: int
    stop: int


@torch.inference_mode()
def write(network: Network, prompts: list[list[int]], seeds: np.ndarray, decoding: Decoding) -> Written:
    """One continuation for each prompt (repeats welcome), each drawn with its own seed."""
    order = sorted(range(len(prompts)), key=lambda index: (len(prompts[index]), prompts[index]))
    written = Written([[] for _ in prompts], np.zeros(len(prompts)), np.zeros(len(prompts), dtype=bool))
    for start in range(0, len(order), ROWS_AT_ONCE):
        _write_chunk(network, prompts, seeds, decoding, order[start : start + ROWS_AT_ONCE], written)
    return written


def _write_chunk(
    network: Network,
    prompts: list[list[int]],
    seeds: np.ndarray,
    decoding: Decoding,
    chunk: list[int],
    written: Written,
) -> None:
    """Write the attempts whose indices are in `chunk`, sorted by prompt length, into `written`."""
    rows_of: dict[tuple[int, ...], list[int]] = {}
    for row, index in enumerate(chunk):
        rows_of.setdefault(tuple(prompts[index]), []).append(row)
    cache = Cache(network, len(chunk), len(prompts[chunk[-1]]) + decoding.max_tokens)
    logits = read(network, cache, [list(prompt) for prompt in rows_of], list(rows_of.values()))
    members = np.array(chunk)
    positions = torch.tensor([len(prompts[index]) for index in chunk])
    for turn in range(decoding.max_tokens):
        token = choose(logits, decoding.temperature, decoding.top_p, uniform(seeds[members], turn))
        gained = torch.log_softmax(logits, dim=-1).gather(1, token[:, None])[:, 0]
        written.logprob[members] += gained.double().numpy()
        going = (token != decoding.stop).numpy()
        written.stopped[members[~going]] = True
        for index, value in zip(members[going], token.numpy()[going], strict=True):
            written.ids[index].append(int(value))
        if not going.any() or turn == decoding.max_tokens - 1:
            return
        if not going.all():
            alive = torch.from_numpy(np.flatnonzero(going))
            members, positions, token = members[going], positions[alive], token[alive]
            cache.keep(alive)
        logits = step(network, cache, token, positions)
        positions = positions + 1
