"""Log-probabilities of given texts, in training and in judgement; logits are made only where they are needed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedModel

from headway.cast import Encoded
from headway.policy.hub.tokens import Tokens
from headway.policy.hub.writing import Batch

TOKENS_AT_ONCE = 4096
"""Tokens of one forward pass when nothing is learned, padding included."""
ROWS_AT_ONCE = 64


def token_logprobs(model: PreTrainedModel, rows: Sequence[Encoded], pad: int) -> tuple[Tensor, Tensor]:
    """Log-probability of every learned token given all before it, (M,), and the row that owns it, (M,).

    Tokens come in row order. Shorter rows are padded on the right, where causal attention never looks.
    """
    ids_BT = padded([row.ids for row in rows], pad)
    length_B = np.array([len(row.ids) for row in rows])
    prompt_B = np.array([row.prompt for row in rows])
    place_T = np.arange(ids_BT.shape[1])
    owner_M, place_M = np.nonzero((place_T < length_B[:, None]) & (place_T >= prompt_B[:, None]))
    # The last token predicts nothing, so the model does not read it; a target is predicted one place before.
    before_M = torch.from_numpy(owner_M * (len(place_T) - 1) + place_M - 1)
    logits_MV = logits_at(model, ids_BT[:, :-1].to(model.device), before_M.to(model.device))
    target_M = ids_BT[owner_M, place_M].to(model.device)
    owner = torch.from_numpy(owner_M).to(model.device)
    return -functional.cross_entropy(logits_MV.float(), target_M, reduction="none"), owner


def logits_at(model: PreTrainedModel, ids_BT: Tensor, places_M: Tensor) -> Tensor:
    """Logits after some of the tokens, (M, V); places count through all rows."""
    with _only(model, places_M):
        return model(input_ids=ids_BT, use_cache=False).logits


@contextmanager
def _only(model: PreTrainedModel, places_M: Tensor) -> Iterator[None]:
    """Let the head, the widest matrix of a small model, see the stream at these places only."""

    def picked(_: torch.nn.Module, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return (arguments[0].flatten(0, -2)[places_M], *arguments[1:])

    head = model.get_output_embeddings()
    assert head is not None, "a causal language model ends in a head"
    handle = head.register_forward_pre_hook(picked)
    try:
        yield
    finally:
        handle.remove()


@dataclass(frozen=True)
class Score:
    """Rows whose texts are scored together."""

    rows: Sequence[Encoded]

    @torch.inference_mode()
    def __call__(self, model: PreTrainedModel, tokens: Tokens) -> np.ndarray:
        """Log-probability of every row's text, (B,) [nats]."""
        values, owner = token_logprobs(model, self.rows, tokens.pad)
        total = torch.zeros(len(self.rows), dtype=torch.float64)
        return total.index_add_(0, owner.cpu(), values.double().cpu()).numpy()


@dataclass(frozen=True)
class Odds:
    """Questions whose next token says one thing or the other; what they all begin with is read once."""

    rows: Sequence[Encoded]
    yes: Sequence[int]
    no: Sequence[int]

    @torch.inference_mode()
    def __call__(self, model: PreTrainedModel, tokens: Tokens) -> np.ndarray:
        """P(yes) / (P(yes) + P(no)), each the sum over its tokens, (B,)."""
        _, logits_BV = Batch.read(model, [row.ids for row in self.rows], 1, tokens.pad)
        yes_B, no_B = (torch.logsumexp(logits_BV.double()[:, list(words)], dim=-1) for words in (self.yes, self.no))
        return torch.sigmoid(yes_B - no_B).cpu().numpy()


def padded(ids: Sequence[Sequence[int]], pad: int) -> Tensor:
    """Rows of ids as one tensor, (B, T), shorter ones filled up on the right."""
    made = torch.full((len(ids), max(map(len, ids))), pad)
    for row, one in enumerate(ids):
        made[row, : len(one)] = torch.tensor(one)
    return made


def batches(rows: Sequence[Encoded]) -> Iterator[list[int]]:
    """Indices of rows that are read together, of much the same length, longest first."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids), reverse=True)
    while order:
        size = min(ROWS_AT_ONCE, max(1, TOKENS_AT_ONCE // len(rows[order[0]].ids)))
        yield order[:size]
        order = order[size:]
