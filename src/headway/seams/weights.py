"""Weights by hash: a policy is published once, and whoever is to use it fetches exactly that one.

A policy with adapters travels as its adapters alone; the model below them must be on the worker's own machine, and is
compared with the one that they were trained on.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

from headway.cast import Policy
from headway.engine.store import Ref, Store
from headway.policy import load
from headway.seams import folders

AT_ONCE = 4
"""Policies that a worker keeps in memory, the most recently used ones."""


def frozen(policy: Policy) -> dict[str, bytes]:
    """The files that a policy saves."""
    with tempfile.TemporaryDirectory(prefix="headway-") as folder:
        policy.save(Path(folder))
        return folders.read_folder(Path(folder))


def thawed(files: dict[str, bytes], workers: int | None = None) -> Policy:
    """The policy whose files these are, with at most `workers` processes of its own."""
    with tempfile.TemporaryDirectory(prefix="headway-") as folder:
        folders.write_folder(files, Path(folder))
        return load(Path(folder), workers)


def fetched(store: Store, ref: Ref) -> Policy:
    """The policy that was published under this hash, for a worker of one process."""
    return _fetched(store.folder, ref)


@lru_cache(maxsize=AT_ONCE)
def _fetched(folder: Path, ref: Ref) -> Policy:
    return thawed(folders.unpacked(Store(folder).get(ref)), workers=0)
