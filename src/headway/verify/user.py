"""What people said of an attempt, from the log that `headway review` keeps."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.people import Half, read_log, words
from headway.stages import require


@dataclass(frozen=True)
class User:
    """The majority of people, null where nobody said anything and where as many accept as reject.

    A word holds for every attempt that has the same text at the same task, or with `on="answer"` the same answer.
    `half` is the half of the tasks that it sees: words that decide what is learned never gate, and a loop that would
    do so is refused. `say="share"` gives the share of people who accept instead of the majority: how far they agree.
    The log grows; `lines` takes only its first so many, so that a run resumed later is the same run.
    """

    log: str
    half: Half
    lines: int | None = None
    on: Literal["text", "answer"] = "text"
    say: Literal["majority", "share"] = "majority"
    name: str = "user"

    def __post_init__(self) -> None:
        require(self.half in ("train", "gate"), self, "half", "'train' or 'gate'")
        require(self.lines is None or self.lines >= 0, self, "lines", "None, or a whole number")
        require(self.on in ("text", "answer"), self, "on", "'text' or 'answer'")
        require(self.say in ("majority", "share"), self, "say", "'majority' or 'share'")

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row; LogError where the log cannot be read."""
        said = {(word.task, word.about): word for word in words(read_log(self.log, self.lines), self.half, self.on)}
        known = {key: word.share if self.say == "share" else word.verdict for key, word in said.items()}
        pairs = zip(attempts["task"].to_list(), attempts[self.on].to_list(), strict=True)
        return pl.Series(self.name, [known.get(pair) for pair in pairs], dtype=pl.Float64)
