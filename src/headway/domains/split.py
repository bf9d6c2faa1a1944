"""Which tasks are held out: a property of the prompt itself, so no seed can leak one into training."""

import hashlib
from collections.abc import Callable, Iterator

from headway.attempts import Prompt


def is_held_out(prompt: Prompt, share: float = 0.2) -> bool:
    """Whether this prompt belongs to the exam: its hash falls in the first `share` of the range."""
    digest = hashlib.blake2b(str(prompt).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") < share * 2**32


def distinct_prompts(
    draw: Callable[[], str], n: int, *, held_out: bool, what: str, side: Callable[[str], str] = str
) -> Iterator[str]:
    """`n` distinct prompts from the right side of the split; ValueError when `what` has not that many.

    Prompts for which `side` gives the same text are on the same side.
    """
    seen: set[str] = set()
    misses = 0
    while len(seen) < n:
        prompt = draw()
        if prompt in seen or is_held_out(side(prompt)) != held_out:
            misses += 1
            if misses > 200 * (n + 10):
                which = "held out" if held_out else "for training"
                raise ValueError(f"{what} has only about {len(seen)} distinct tasks {which}, {n} were asked for")
            continue
        seen.add(prompt)
        yield prompt
