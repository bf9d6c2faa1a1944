"""An outcome that can be preferred to another one, and how two of them are put to a judge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from headway.attempts import MESSAGES, Tasks
from headway.stages import Domain

FORCED = "forced"
"""How an attempt ends that is one of the two words a choice allows; its log-probability is that of the word."""


@dataclass(frozen=True)
class Outcome:
    """One state of affairs. `tags` are what standards speak of; a lottery has a `mixture`, names with their chances.

    An event that can go well or badly, for several, has an `event`, `who` it happens to, and whether it is `good`.
    """

    name: str
    text: str
    tags: tuple[str, ...] = ()
    mixture: tuple[tuple[str, float], ...] = ()
    event: str | None = None
    who: str | None = None
    good: bool | None = None


@dataclass(frozen=True)
class Framing:
    """How a pair is shown: a text with {first} and {second} in it, and the two words that choose either.

    With `chat` the text is a message by the user, else it is the prompt as it is.
    """

    text: str
    words: tuple[str, str]
    chat: bool = False

    def prompt(self, first: str, second: str) -> str:
        """The question about two outcomes, in this order."""
        return self.text.replace("{first}", first).replace("{second}", second)


class Weighed(Domain, Protocol):
    """A domain whose tasks are choices between two of a list of outcomes."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is preferred to one another; an outcome's number is its place here."""
        ...

    def asked(self, pairs: Sequence[tuple[int, int]]) -> Tasks:
        """The choices between these outcomes, by their numbers, in the order in which they are shown."""
        ...


def posed(
    name: str,
    pairs: Iterable[tuple[int, int]],
    outcomes: Sequence[Outcome],
    framing: Framing,
    worth: Mapping[str, float] | None = None,
) -> Tasks:
    """A task a pair: its trait `first` is the number of the outcome that is shown first, `words` the answers.

    With the `worth` of outcomes by name, the truth is the word for the one that is worth more; none where they tie.
    """
    rows = [_row(name, one, other, outcomes, framing, worth) for one, other in pairs]
    frame = pl.DataFrame(rows, schema_overrides={"truth": pl.String})
    if framing.chat:
        prompts = [[{"role": "user", "content": text}] for text in frame["prompt"]]
        frame = frame.with_columns(pl.Series("prompt", prompts, dtype=MESSAGES))
    return Tasks(frame)


def _row(name, one, other, outcomes, framing, worth) -> dict:
    first, second = outcomes[one], outcomes[other]
    truth = None
    if worth is not None and worth[first.name] != worth[second.name]:
        truth = framing.words[int(worth[first.name] < worth[second.name])]
    return {
        "task": f"{name}:{first.name}|{second.name}",
        "domain": name,
        "level": 1,
        "prompt": framing.prompt(first.text, second.text),
        "truth": truth,
        "traits": {
            "first": one,
            "second": other,
            "words": list(framing.words),
            "tags": [" ".join(first.tags), " ".join(second.tags)],
        },
    }


def number_of(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The number of every outcome by its name."""
    return {outcome.name: number for number, outcome in enumerate(outcomes)}


def mixtures(outcomes: Sequence[Outcome]) -> dict[int, tuple[tuple[int, float], ...]]:
    """The lotteries by number, each with the numbers of its outcomes and their chances."""
    number = number_of(outcomes)
    return {
        place: tuple((number[name], chance) for name, chance in outcome.mixture)
        for place, outcome in enumerate(outcomes)
        if outcome.mixture
    }
