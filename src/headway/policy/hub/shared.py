"""One copy of a model's weights for several processes: a file that all of them map into their memory."""

import os
import pickle
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import Module, Parameter

from headway.policy.hub.base import ALIGNED

MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one."""


class SharedWeights:
    """The parameters of a model, moved into a mapped file; writing to them here is seen by everyone who maps it."""

    def __init__(self, model: Module) -> None:
        parameters = list(model.parameters())
        places, size = [], 0
        for one in parameters:
            places.append(size)
            size += -(-one.nbytes // ALIGNED) * ALIGNED
        handle, path = tempfile.mkstemp(prefix="headway-", dir=_roomy(size))
        os.truncate(handle, size)
        os.close(handle)
        self.path, self.size = Path(path), size
        self.offsets: dict[int, int] = {}
        storage = torch.UntypedStorage.from_file(path, True, size)
        for one, place in zip(parameters, places, strict=True):
            mapped = view(storage, place, one.dtype, one.shape)
            mapped.copy_(one.data)
            one.data = mapped
            self.offsets[id(one)] = place

    def pickled(self, thing: object) -> bytes:
        """`thing` as bytes for a process of our own, its shared parameters as places in the file."""
        offsets = self.offsets

        class Pickler(pickle.Pickler):
            def persistent_id(self, obj: Any) -> Any:
                place = offsets.get(id(obj)) if isinstance(obj, Parameter) else None
                return None if place is None else (place, obj.dtype, tuple(obj.shape))

        made = BytesIO()
        Pickler(made).dump(thing)
        return made.getvalue()

    def forget(self) -> None:
        """Remove the file's name; who has mapped it keeps it, and nothing is left behind when they end."""
        self.path.unlink(missing_ok=True)


def unpickled(content: bytes, path: str, size: int) -> Any:
    """What `SharedWeights.pickled` wrote, its parameters mapped from the file."""
    storage = torch.UntypedStorage.from_file(path, True, size)

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, pid: tuple[int, torch.dtype, tuple[int, ...]]) -> Parameter:
            return Parameter(view(storage, *pid), requires_grad=False)

    return Unpickler(BytesIO(content)).load()


def view(storage: Any, place: int, kind: torch.dtype, shape: tuple[int, ...]) -> Tensor:
    """A tensor over a part of a storage; `place` counts bytes."""
    whole = torch.empty(0, dtype=torch.uint8).set_(storage)
    size = torch.Size(shape).numel() * kind.itemsize
    return whole[place : place + size].view(kind).view(shape)


def _roomy(size: int) -> str | None:
    """A folder for the file: in memory where twice its size is free there, else the usual one."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 * size:
        return str(MEMORY)
    return None
