"""Domains of many turns, in which each answer goes on from the one before."""

import random
from typing import Protocol

import polars as pl

from headway.attempts import Prompt
from headway.stages import Domain

Messages = list[dict[str, str]]


class Chained(Domain, Protocol):
    """A domain whose task is a plan of `turns` turns; the trait `plan` of a task is what is asked turn by turn."""

    @property
    def turns(self) -> int:
        """Turns of a task."""
        ...

    def opening(self) -> Messages:
        """What stands before the first turn, and stays when earlier turns are left out."""
        ...

    def truths(self, plan: list[str]) -> list[str]:
        """The texts of a writer without errors, one a turn."""
        ...

    def right(self, prompt: Prompt) -> str:
        """The text that rightly goes on from what stands in this prompt, errors in it included."""
        ...

    def wrong(self, prompt: Prompt, draws: random.Random) -> str:
        """A text in the same form that does not."""
        ...

    def record(self, text: str) -> str:
        """What of a turn's text later turns are shown: without the thinking before its answer."""
        ...


def user(content: str) -> dict[str, str]:
    """What is asked in one turn."""
    return {"role": "user", "content": content}


def assistant(content: str) -> dict[str, str]:
    """What was answered."""
    return {"role": "assistant", "content": content}


def turn_of(conversation: str, turn: int) -> str:
    """The task id of one turn of a conversation."""
    return f"{conversation}/{turn}"


def conversation() -> pl.Expr:
    """The conversation that each row is a turn of, read from its task id."""
    return pl.col("task").str.replace("/[0-9]+$", "")
