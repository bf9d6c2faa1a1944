"""What passes between the scheduler and an engine."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from headway.engine.store import Ref, Store

__all__ = ["Capacity", "Done", "Engine", "Failed", "Job", "Lost", "Needs", "Outcome", "Ref", "Work"]

Work = Callable[[str, Store], bytes]
"""Carries a job out: its text and where its inputs are, to its result. A function of a module, so that it has a name.

It must be a pure function of the text: any worker may be asked, and more than one may be.
"""


@dataclass(frozen=True)
class Needs:
    """What a job takes of the worker that does it: processors and accelerators, which may be fractions."""

    processors: float = 1.0
    accelerators: float = 0.0

    def within(self, other: "Needs") -> bool:
        """Whether a worker that has `other` can do it."""
        return self.processors <= other.processors and self.accelerators <= other.accelerators


@dataclass(frozen=True)
class Job:
    """Something to be done: `text` is JSON that says what, `inputs` are the objects that it reads.

    The text names every input by its hash, so equal texts have equal results, whoever carries them out and when.
    """

    text: str
    inputs: tuple[Ref, ...] = ()
    needs: Needs = Needs()

    @cached_property
    def key(self) -> str:
        """SHA-256 of the text: under it the result is committed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def kind(self) -> str:
        """The first field of the text; jobs of a kind take about as long as each other."""
        return str(next(iter(json.loads(self.text).values()), ""))


@dataclass(frozen=True)
class Capacity:
    """How many workers an engine has, how many of them are idle, and what the largest one can give a job."""

    workers: int
    free: int
    largest: Needs


@dataclass(frozen=True)
class Done:
    """The job of this ticket is done; its result is in the store."""

    ticket: int
    result: Ref


@dataclass(frozen=True)
class Failed:
    """The job raised an error, as it would anywhere: trying again does not help."""

    ticket: int
    reason: str


@dataclass(frozen=True)
class Lost:
    """Whoever did the job is gone, or had not the means; another may do it."""

    ticket: int
    reason: str


Outcome = Done | Failed | Lost


class Engine(Protocol):
    """Carries jobs out, one a worker at a time. It decides nothing, and may do a job more than once."""

    def submit(self, job: Job) -> int:
        """Give a job to an idle worker; the ticket by which its outcome is told. There must be an idle worker."""
        ...

    def poll(self, seconds: float) -> list[Outcome]:
        """What has come to an end, waiting up to `seconds` where nothing has."""
        ...

    def cancel(self, ticket: int) -> None:
        """Take a job from whoever has it, by force; nothing needs to be told of it, and its worker is made anew."""
        ...

    def capacity(self) -> Capacity:
        """What there is now."""
        ...

    def put(self, data: bytes) -> Ref:
        """Keep bytes where every worker can have them."""
        ...

    def get(self, ref: Ref) -> bytes:
        """The bytes that were kept, compared with their hash."""
        ...

    def retain(self, refs: set[Ref]) -> None:
        """Forget every object but these."""
        ...

    def close(self) -> None:
        """End every worker."""
        ...
