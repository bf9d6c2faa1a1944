"""Domains whose difficulty is a knob."""

from typing import Protocol

from headway.attempts import Tasks
from headway.stages import Domain


class Levelled(Domain, Protocol):
    """A domain that can be asked for tasks of one level, also of levels that its own `tasks` never draw."""

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct tasks of exactly this level; held out by the same rule as those of `tasks`.

        ValueError where the level does not exist, or has not that many tasks.
        """
        ...
