"""Seeds derived from their parts, so that any round, stage or attempt can be drawn again alone."""

import hashlib
from collections.abc import Iterable

import numpy as np


def derived_seed(*parts: int | str) -> int:
    """A 63-bit seed from its parts; equal parts give equal seeds on every machine."""
    text = "/".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def derived_seeds(seed: int, names: Iterable[str], n: int) -> np.ndarray:
    """`derived_seed(seed, name, index)` of every name and every index below `n`, one name after the other."""
    indices = [str(index).encode() for index in range(n)]
    digests = []
    for name in names:
        begun = hashlib.blake2b(f"{seed}/{name}/".encode(), digest_size=8)
        for index in indices:
            whole = begun.copy()
            whole.update(index)
            digests.append(whole.digest())
    return np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64) >> np.uint64(1)


def world_seed(seed: int) -> int:
    """The seed of the world's own data in a run: what the first policy was made from, and what is replayed."""
    return derived_seed(seed, "world")
