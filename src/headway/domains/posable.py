"""Domains whose tasks a policy can write itself."""

from dataclasses import dataclass
from typing import Protocol

from headway.domains.levelled import Levelled


@dataclass(frozen=True)
class Posed:
    """A task as somebody wrote it: what a solver is asked, how hard, and a right answer where the world knows one."""

    prompt: str
    level: int
    truth: str | None
    """None where no answer is right: such a task is unsolvable, and can be asked all the same."""
    held_out: bool
    """Whether it is on the exam's side of the split, so that it must not be learned from."""


class Posable(Levelled, Protocol):
    """A domain of which any text can be read as a task, or as none."""

    @property
    def topics(self) -> tuple[str, ...]:
        """The prompts by which a proposer is asked for one task each."""
        ...

    def posed(self, text: str) -> Posed | None:
        """The task that a text is; None where it is malformed. Nothing is mended: equal tasks are equal texts."""
        ...
