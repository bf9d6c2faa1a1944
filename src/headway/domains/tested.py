"""Domains whose answers are programs."""

from typing import Protocol

from headway.attempts import Prompt
from headway.sandbox.candidate import Candidate
from headway.stages import Domain


class Tested(Domain, Protocol):
    """A domain that tells how an answer is run, and by which tests it is judged."""

    def candidate(self, prompt: Prompt, truth: str | None, answer: str) -> Candidate:
        """The program of an answer, and its tests, which no prompt shows."""
        ...
