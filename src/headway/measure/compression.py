"""How well texts compress together: repetition of any kind, in one number."""

import gzip
from collections.abc import Sequence


def compression_ratio(texts: Sequence[str]) -> float | None:
    """Bytes over gzip-9 bytes of the texts, one a line; about 1 and up, and higher is more repetitive.

    As in arXiv:2403.00553, but compressed once. gzip looks back 32 KB, so repeats further apart than that go unseen,
    and the order of texts matters. Grows with the number of bytes: compare equal samples only. None for no text at all.
    """
    joined = "\n".join(texts).encode("utf-8", "surrogatepass")
    return len(joined) / len(gzip.compress(joined, 9, mtime=0)) if joined else None
