"""Batched sampling over a preallocated key-value cache.

Every distinct prompt is read once, in batches of equal length, and its cache is handed to all of its
attempts, aligned so that all prompts end at one slot. Attempts then step together and leave the
batch when they stop. The random number of a step depends on the attempt's own seed and on the step,
not on the batch, so an attempt does not change when its neighbours do.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from headway.policy.decoding import choose, uniform
from headway.policy.tiny import kernels
from headway.policy.tiny.kernels import LANES
from headway.policy.tiny.network import ALL_BEFORE, Block, Network, join_heads, turns

ROWS_AT_ONCE = 1024
SLOTS_AT_ONCE = 65_536
"""Rows times slots of one cache: attempts that may be long are written in smaller batches."""
PREFILL_TOKENS = 8192


@dataclass(frozen=True)
class Written:
    """What sampling wrote: ids without the stop token, their summed log-probability [nats], and whether it stopped."""

    ids: list[list[int]]
    logprob: np.ndarray
    stopped: np.ndarray


def zeros(*size: int, device: torch.device) -> Tensor:
    """Zeros, taken on the processor when first touched: a hidden slot has weight 0, and must be a number."""
    if device.type != "cpu":
        return torch.zeros(size, device=device)
    return torch.from_numpy(np.zeros(size, dtype=np.float32))


class Cache:
    """Keys (B, H, K, L) and values (B, H, L, K) of every layer, allocated once for a batch of attempts.

    Prompts end at the same slot, so that all rows write their next token at `used`; what lies before the `first`
    slot of a row is nobody's, and hidden.
    """

    def __init__(self, network: Network, prompt_lengths: list[int], more: int) -> None:
        shape = network.shape
        self.used = max(prompt_lengths)
        self.first_B = self.used - torch.tensor(prompt_lengths, device=network.device)
        rows, slots = len(prompt_lengths), math.ceil((self.used + more) / LANES) * LANES
        sizes = [(block.heads, shape.width // block.heads) for block in network.blocks]
        self.keys = [zeros(rows, heads, width, slots, device=network.device) for heads, width in sizes]
        self.values = [zeros(rows, heads, slots, width, device=network.device) for heads, width in sizes]

    def drop(self, going_B: np.ndarray) -> np.ndarray:
        """Only rows that go on stay; their order. The last ones move into the gaps, so that little is copied."""
        stay = int(going_B.sum())
        gaps, movers = np.flatnonzero(~going_B[:stay]), np.flatnonzero(going_B[stay:]) + stay
        for kept in (self.first_B, *self.keys, *self.values):
            kept[torch.from_numpy(gaps)] = kept[torch.from_numpy(movers)]
        self.first_B = self.first_B[:stay]
        self.keys = [key[:stay] for key in self.keys]
        self.values = [value[:stay] for value in self.values]
        order = np.arange(stay)
        order[gaps] = movers
        return order

    def hidden(self, beyond: int) -> Tensor:
        """What is added to the newest token's scores over the used slots, (B, 1, 1, L): minus infinity at some.

        Those lie before a row's first slot, or after it and less than `beyond` tokens back.
        """
        slot_L, first_B1 = torch.arange(self.used, device=self.first_B.device), self.first_B[:, None]
        unseen_BL = slot_L < first_B1
        if beyond:
            unseen_BL |= (slot_L > first_B1) & (slot_L >= self.used - beyond)
        return torch.zeros(unseen_BL.shape, device=unseen_BL.device).masked_fill_(unseen_BL, -math.inf)[:, None, None]


@torch.inference_mode()
def read(network: Network, cache: Cache, prompts: list[list[int]], rows_of: list[list[int]]) -> Tensor:
    """Fill the cache with each prompt at all of its rows; logits of the next token, (B, V)."""
    logits_BV = torch.empty(len(cache.first_B), network.shape.vocabulary, device=network.device)
    by_length: dict[int, list[int]] = {}
    for index, prompt in enumerate(prompts):
        by_length.setdefault(len(prompt), []).append(index)
    for length, members in sorted(by_length.items()):
        size = max(1, PREFILL_TOKENS // length)
        for start in range(0, len(members), size):
            part = members[start : start + size]
            rows = torch.tensor([row for index in part for row in rows_of[index]])
            source = torch.tensor([place for place, index in enumerate(part) for _ in rows_of[index]])
            ids_BT = torch.tensor([prompts[index] for index in part], device=network.device)
            last_BD = _read_equal(network, cache, ids_BT, rows, source)
            logits_BV[rows] = network.head(last_BD)[source]
    return logits_BV


def _read_equal(network: Network, cache: Cache, ids_BT: Tensor, rows: Tensor, source: Tensor) -> Tensor:
    """Read prompts of one length as one dense batch; the stream at their last tokens, (B, D)."""
    batch, length = ids_BT.shape
    turn = turns(torch.arange(length, device=network.device), network.shape.turned_width)
    slots = slice(cache.used - length, cache.used)
    last_B = torch.arange(1, batch + 1) * length - 1
    place_N = torch.arange(length, device=network.device).repeat(batch)
    x_ND = network.embed(ids_BT.flatten())
    for depth, block in enumerate(network.blocks):
        query, key, value = block.heads_of(x_ND, place_N, length, turn)
        cache.keys[depth][rows, :, :, slots] = key.mT[source]
        cache.values[depth][rows, :, slots] = value[source]
        mixed_ND = join_heads(block.gather(query, key, value))
        if depth == len(network.blocks) - 1:  # what comes after is asked for at the last tokens only
            x_ND, mixed_ND = x_ND[last_B], mixed_ND[last_B]
        x_ND = block.join(x_ND, mixed_ND)
    return x_ND


@torch.inference_mode()
def step(network: Network, cache: Cache, ids_B: Tensor) -> Tensor:
    """Append one token to every row and give the logits of the next, (B, V)."""
    place_B = cache.used - cache.first_B
    turn = turns(place_B, network.shape.turned_width)
    cache.used += 1
    x_BD = network.embed(ids_B)
    for depth, block in enumerate(network.blocks):
        compiled = block.seen == ALL_BEFORE and kernels.usable(x_BD, width=network.shape.width // block.heads)
        attend = _attend_compiled if compiled else _attend
        x_BD = block.join(x_BD, attend(block, x_BD, place_B, cache, depth, turn))
    return network.head(x_BD)


def _attend_compiled(
    block: Block, x_BD: Tensor, place_B: Tensor, cache: Cache, depth: int, turn: tuple[Tensor, Tensor]
) -> Tensor:
    """What the newest token of every row gathers, (B, D); its key and value join the cache."""
    kept = (cache.keys[depth], cache.values[depth], cache.first_B)
    return kernels.attend_next(block.joined(x_BD, place_B), *kept, turn if block.rotary else None, cache.used - 1)


def _attend(
    block: Block, x_BD: Tensor, place_B: Tensor, cache: Cache, depth: int, turn: tuple[Tensor, Tensor]
) -> Tensor:
    """The same by torch's own operations."""
    cosine, sine = turn
    query, key, value = block.heads_of(x_BD, place_B, 1, (cosine[:, None, None], sine[:, None, None]))
    keys, values = cache.keys[depth], cache.values[depth]
    keys[..., cache.used - 1] = key[:, :, 0]
    values[:, :, cache.used - 1] = value[:, :, 0]
    window = block.seen.window
    near = slice(0 if window is None else max(0, cache.used - window), cache.used)
    hidden = cache.hidden(block.seen.beyond)[..., near]
    # One query a row: plain products take two thirds of the time of torch's fused kernel.
    score = torch.matmul(query * query.shape[-1] ** -0.5, keys[..., near]).add_(hidden)
    return join_heads(torch.matmul(torch.softmax(score, dim=-1), values[:, :, near]))


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
    written = Written([[] for _ in prompts], np.zeros(len(prompts)), np.zeros(len(prompts), dtype=bool))
    for chunk in chunks(prompts, decoding.max_tokens):
        _write_chunk(network, prompts, seeds, decoding, chunk, written)
    return written


def chunks(prompts: list[list[int]], max_tokens: int) -> Iterator[list[int]]:
    """Indices of attempts that are written together; those of a chunk alone, in its order, are one chunk again."""
    order = sorted(range(len(prompts)), key=lambda index: (len(prompts[index]), prompts[index]), reverse=True)
    while order:  # longest first, so that the first prompt of a batch says what the cache must hold
        rows = min(ROWS_AT_ONCE, max(1, SLOTS_AT_ONCE // (len(prompts[order[0]]) + max_tokens)))
        yield order[:rows]
        order = order[rows:]


def _write_chunk(
    network: Network,
    prompts: list[list[int]],
    seeds: np.ndarray,
    decoding: Decoding,
    chunk: list[int],
    written: Written,
) -> None:
    """Write the attempts whose indices are in `chunk`, longest prompt first, into `written`."""
    rows_of: dict[tuple[int, ...], list[int]] = {}
    for row, index in enumerate(chunk):
        rows_of.setdefault(tuple(prompts[index]), []).append(row)
    cache = Cache(network, [len(prompts[index]) for index in chunk], decoding.max_tokens)
    logits_BV = read(network, cache, [list(prompt) for prompt in rows_of], list(rows_of.values()))
    members = np.array(chunk)
    for turn in range(decoding.max_tokens):
        token_B = choose(logits_BV, decoding.temperature, decoding.top_p, uniform(seeds[members], turn))
        gained_B = torch.log_softmax(logits_BV, dim=-1).gather(1, token_B[:, None])[:, 0]
        written.logprob[members] += gained_B.double().cpu().numpy()
        token_B = token_B.cpu()
        going = (token_B != decoding.stop).numpy()
        written.stopped[members[~going]] = True
        for index, token in zip(members[going].tolist(), token_B.numpy()[going].tolist(), strict=True):
            written.ids[index].append(token)
        if not going.any() or turn == decoding.max_tokens - 1:
            return
        if not going.all():
            order = cache.drop(going)
            members, token_B = members[order], token_B[torch.from_numpy(order)]
        logits_BV = step(network, cache, token_B.to(network.device))
