"""Keys and values of attempts that are written together, with room to grow in place."""

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PretrainedConfig
from transformers.cache_utils import DynamicLayer

GROWTH = 1.5


class RoomyLayer(DynamicLayer):
    """A layer whose keys and values, (B, H, L, K), are appended in place; the stock layer copies all of them.

    `more` is the number of slots beyond the first ones read that it starts with.
    """

    keys: Tensor
    values: Tensor

    def __init__(self, more: int) -> None:
        super().__init__()
        self.more, self.used = more, 0

    def update(self, key_states: Tensor, value_states: Tensor, *args, **kwargs) -> tuple[Tensor, Tensor]:
        """Append; what is used so far, as views."""
        end = self.used + key_states.shape[-2]
        if not self.is_initialized:
            self.dtype, self.device, self.is_initialized = key_states.dtype, key_states.device, True
            self.keys, self.values = (
                state.new_empty((*state.shape[:2], end + self.more, state.shape[3]))
                for state in (key_states, value_states)
            )
        if end > self.keys.shape[-2]:
            self._grow(max(end, int(self.keys.shape[-2] * GROWTH)))
        self.keys[:, :, self.used : end] = key_states
        self.values[:, :, self.used : end] = value_states
        self.used = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def get_seq_length(self) -> int:
        """Slots used."""
        return self.used

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """These rows, in this order, repeats welcome."""
        self.keys, self.values = (self._moved(old, old.shape[-2], beam_idx) for old in (self.keys, self.values))

    def drop(self, gaps: Tensor, movers: Tensor, stay: int) -> None:
        """The first `stay` rows, after those in `movers` have taken the places in `gaps`."""
        for kept in (self.keys, self.values):
            kept[gaps, :, : self.used] = kept[movers, :, : self.used]
        self.keys, self.values = self.keys[:stay], self.values[:stay]

    def _grow(self, slots: int) -> None:
        self.keys, self.values = (self._moved(old, slots, slice(None)) for old in (self.keys, self.values))

    def _moved(self, old: Tensor, slots: int, rows: Tensor | slice) -> Tensor:
        used = old[rows, :, : self.used]
        new = old.new_empty((*used.shape[:2], slots, used.shape[3]))
        new[:, :, : self.used] = used
        return new


def roomy_cache(config: PretrainedConfig, more: int) -> DynamicCache:
    """An empty cache for a model; layers of ordinary attention get `more` slots ahead, the others are stock."""
    cache = DynamicCache(config=config)
    cache.layers = [RoomyLayer(more) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def ordinary(cache: DynamicCache) -> bool:
    """Whether every layer keeps all keys, so that a hidden slot between two others does no harm."""
    return all(isinstance(layer, RoomyLayer) for layer in cache.layers)


def drop(cache: DynamicCache, going_B: np.ndarray) -> np.ndarray:
    """Only rows that go on stay; their order. The last ones move into the gaps, so that little is copied."""
    stay = int(going_B.sum())
    gaps, movers = np.flatnonzero(~going_B[:stay]), np.flatnonzero(going_B[stay:]) + stay
    order = np.arange(stay)
    order[gaps] = movers
    for layer in cache.layers:
        if isinstance(layer, RoomyLayer):
            layer.drop(torch.from_numpy(gaps), torch.from_numpy(movers), stay)
        else:
            layer.reorder_cache(torch.from_numpy(order))  # type: ignore[arg-type]
    return order
