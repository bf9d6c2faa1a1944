"""Batched sampling: every distinct prompt is read once, finished attempts leave the batch.

What all prompts of a batch begin with (a system message, worked examples) is read once for all of them.
The random number of a step depends on the attempt's own seed and on the step alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from headway.policy.decoding import choose, uniform
from headway.policy.hub.cache import drop, ordinary, roomy_cache
from headway.policy.hub.tokens import Tokens

FEWEST_ROWS, MOST_ROWS, PARTS = 16, 64, 4
"""Rows of a batch; few attempts are still cut into parts for several processes."""
ROWS_OF_AN_ACCELERATOR = 512
SLOTS_AT_ONCE = 65_536
"""Rows times slots of a cache: attempts with long prompts are written in smaller batches."""
READ_AT_ONCE = 4096
"""Prompt tokens in one forward pass."""
SHARED = 8
"""A common beginning shorter than this is not worth a pass of its own."""
SLOTS_AHEAD = 64


@dataclass(frozen=True)
class Written:
    """Ids drawn, the end token left out; their summed log-probability [nats]; and how many tokens, end included."""

    ids: list[list[int]]
    logprob: np.ndarray
    drawn: np.ndarray
    stopped: np.ndarray


@dataclass(frozen=True)
class Write:
    """One batch of attempts to be written: a prompt and a seed a row, and how tokens are drawn."""

    prompts: Sequence[list[int]]
    seeds: np.ndarray
    temperature: float
    top_p: float
    max_tokens: int

    @torch.inference_mode()
    def __call__(self, model: PreTrainedModel, tokens: Tokens) -> Written:
        """One continuation for each prompt."""
        written = Written(
            [[] for _ in self.prompts], *(np.zeros(len(self.prompts), kind) for kind in (float, int, bool))
        )
        batch, logits_BV = Batch.read(model, self.prompts, self.max_tokens, tokens.pad)
        members = np.arange(len(self.prompts))
        for turn in range(self.max_tokens):
            token_B = choose(logits_BV, self.temperature, self.top_p, uniform(self.seeds[members], turn))
            going = self._note(written, members, token_B, logits_BV, tokens)
            if not going.any() or turn == self.max_tokens - 1:
                break
            if not going.all():
                order = batch.drop(going)
                members, token_B = members[order], token_B[torch.from_numpy(order).to(token_B.device)]
            logits_BV = batch.step(token_B)
        return written

    def _note(
        self, written: Written, members: np.ndarray, token_B: Tensor, logits_BV: Tensor, tokens: Tokens
    ) -> np.ndarray:
        """Write down the token of every row; which rows go on."""
        chosen_B = logits_BV.gather(1, token_B[:, None])[:, 0] - torch.logsumexp(logits_BV, dim=-1)
        written.logprob[members] += chosen_B.double().cpu().numpy()
        written.drawn[members] += 1
        for member, token in zip(members.tolist(), token_B.tolist(), strict=True):
            if not tokens.ended(token):
                written.ids[member].append(token)
            written.stopped[member] = tokens.ended(token) or tokens.stopped(written.ids[member])
        return ~written.stopped[members]


class Batch:
    """Attempts under way: their cache, which slots each may look at, and where each has got to."""

    def __init__(self, model: PreTrainedModel, cache: DynamicCache, seen_BL: Tensor, position_B: Tensor) -> None:
        self.model, self.cache, self.seen_BL, self.position_B = model, cache, seen_BL, position_B

    @classmethod
    def read(
        cls, model: PreTrainedModel, prompts: Sequence[list[int]], max_tokens: int, pad: int
    ) -> tuple["Batch", Tensor]:
        """The batch after its prompts, and the logits of the next token, (B, V)."""
        places: dict[tuple[int, ...], int] = {}
        of_row = torch.tensor([places.setdefault(tuple(prompt), len(places)) for prompt in prompts])
        cache = roomy_cache(model.config, min(max_tokens, SLOTS_AHEAD))
        distinct = list(places)
        shared = common_beginning(distinct) if ordinary(cache) else 0
        longest = max(map(len, distinct))
        ids_PT = torch.full((len(distinct), longest), pad)
        seen_PT = torch.zeros(len(distinct), longest, dtype=torch.bool)
        for row, prompt in enumerate(distinct):
            ids_PT[row, :shared] = torch.tensor(prompt[:shared])
            ids_PT[row, longest - len(prompt) + shared :] = torch.tensor(prompt[shared:])
            seen_PT[row, :shared] = seen_PT[row, longest - len(prompt) + shared :] = True
        seen_PT, of_row, ids_PT = (part.to(model.device) for part in (seen_PT, of_row, ids_PT))
        position_PT = (seen_PT.cumsum(dim=1) - 1).clamp_(min=0)
        batch = cls(model, cache, seen_PT[:1], position_PT[:1, -1])
        if shared:
            batch._through(ids_PT[:1, :shared], position_PT[:1, :shared])
            cache.reorder_cache(torch.zeros(len(distinct), dtype=torch.long, device=model.device))  # type: ignore[arg-type]
        batch.seen_BL = seen_PT
        size = max(1, READ_AT_ONCE // len(distinct))
        logits_PV = None
        for start in range(shared, longest, size):
            part = slice(start, start + size)
            logits_PV = batch._through(ids_PT[:, part], position_PT[:, part])
        assert logits_PV is not None
        cache.reorder_cache(of_row)  # type: ignore[arg-type]
        batch.seen_BL, batch.position_B = seen_PT[of_row], position_PT[of_row, -1]
        return batch, logits_PV[of_row]

    def step(self, token_B: Tensor) -> Tensor:
        """Append one token to every row; the logits of the next, (B, V)."""
        self.position_B = self.position_B + 1
        self.seen_BL = torch.cat([self.seen_BL, self.seen_BL.new_ones(len(token_B), 1)], dim=1)
        return self._through(token_B[:, None], self.position_B[:, None])

    def drop(self, going_B: np.ndarray) -> np.ndarray:
        """Only rows that go on stay; their order."""
        order = drop(self.cache, going_B)
        rows = torch.from_numpy(order).to(self.seen_BL.device)
        self.seen_BL, self.position_B = self.seen_BL[rows], self.position_B[rows]
        return order

    def _through(self, ids_BT: Tensor, position_BT: Tensor) -> Tensor:
        """Logits after the last of these tokens, (B, V), in single precision."""
        seen = self.seen_BL[:, : self.cache.get_seq_length() + ids_BT.shape[1]]
        out = self.model(
            input_ids=ids_BT,
            attention_mask=None if seen.all() else seen.long(),
            position_ids=position_BT,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return out.logits[:, -1].float()


def common_beginning(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all of several distinct prompts begin with, 0 where they are few; one at least is left to each."""
    if len(prompts) < 2:
        return 0
    least, most = min(map(tuple, prompts)), max(map(tuple, prompts))
    limit = min(map(len, prompts)) - 1
    same = next((i for i, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), len(least))
    shared = min(same, limit)
    return shared if shared >= SHARED else 0


def batches(prompts: Sequence[list[int]], max_tokens: int, *, accelerator: bool) -> Iterator[list[int]]:
    """Indices of attempts that are written together, siblings and prompts of much the same length beside each other.

    It depends on the prompts alone, so that any number of processes gives the same bits.
    """
    order = sorted(range(len(prompts)), key=lambda index: (len(prompts[index]), prompts[index]), reverse=True)
    usual = ROWS_OF_AN_ACCELERATOR if accelerator else min(MOST_ROWS, max(FEWEST_ROWS, -(-len(order) // PARTS)))
    while order:  # longest first: the first prompt says how many rows fit, and the longest batch is begun first
        rows = min(usual, max(1, SLOTS_AT_ONCE // (len(prompts[order[0]]) + max_tokens)))
        yield order[:rows]
        order = order[rows:]
