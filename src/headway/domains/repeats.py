"""A piece that stands twice: what is rare in a short string and common in a long one."""

import random
from typing import TypeVar

Symbol = TypeVar("Symbol")


def said_twice(draws: random.Random, symbols: list[Symbol], share: float, most: int | None = None) -> list[Symbol]:
    """With the probability `share`, the symbols with a random piece of up to half of them written over a later one.

    The piece has at most `most` symbols, where that is given. As they are where there are fewer than 4.
    """
    if len(symbols) < 4 or not share or draws.random() >= share:
        return symbols
    half = len(symbols) // 2
    size = draws.randint(1, half if most is None else min(most, half))
    first = draws.randint(0, len(symbols) - 2 * size)
    again = draws.randint(first + size, len(symbols) - size)
    return [*symbols[:again], *symbols[first : first + size], *symbols[again + size :]]
