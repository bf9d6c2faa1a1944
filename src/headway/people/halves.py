"""Which half of the tasks a word is for: what people said of a task trains or gates, never both."""

import hashlib
from typing import Literal

Half = Literal["train", "gate"]
HALVES: tuple[Half, Half] = ("train", "gate")


def half_of(task: str) -> Half:
    """The half that this task is in: a property of its id alone, so that no seed, run or reviewer can change it."""
    digest = hashlib.blake2b(f"people/{task}".encode(), digest_size=4).digest()
    return HALVES[digest[0] & 1]
