"""What is judged: a program, and tests of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headway.sandbox.plain import NotPlain, spelled


@dataclass(frozen=True)
class Case:
    """One test: what the function is called with, and what it must return, by exact type and value."""

    arguments: tuple[Any, ...]
    expected: Any


@dataclass(frozen=True)
class Candidate:
    """A program, the name of its function, and the tests that it does not get to see."""

    source: str
    entry: str
    cases: tuple[Case, ...]

    def __post_init__(self) -> None:
        if not self.cases:
            raise ValueError(f"no test is given for {self.entry!r}; a program without tests would always pass")


def refuse_unplain(cases: Sequence[Case]) -> None:
    """ValueError where a test's arguments or expected value are no plain data."""
    for place, case in enumerate(cases):
        try:
            spelled((case.arguments, case.expected))
        except NotPlain as problem:
            raise ValueError(
                f"test {place + 1} holds {problem}, which is no plain value; "
                f"use None, bool, int, float (not NaN), str, bytes, list, tuple, dict, set, frozenset"
            ) from None
