"""Tasks after worked examples: how a language model that was made for no domain is told what is asked of it."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.stages import Domain

END = "\n"
"""What ends an example, and so an attempt."""


@dataclass(frozen=True)
class Shots:
    """Another domain's tasks, each after the same `shots` worked examples: a line each, the prompt and a right answer.

    Examples are drawn with `seed` from the training side of the inner domain's split and are never asked
    themselves. An attempt is read up to the end of its first line. Answers are checked by the inner domain.
    A policy that samples these tasks should stop at the end of a line.
    """

    domain: Domain
    shots: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if self.shots < 1:
            raise ValueError(f"Shots.shots is {self.shots}; allowed: a whole number of at least 1")

    @property
    def name(self) -> str:
        return self.domain.name

    @property
    def pieces(self) -> tuple[str, ...]:
        """Those of the inner domain, and the end of a line."""
        return (*self.domain.pieces, END)

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` of the inner domain's tasks, none of them an example."""
        spare = 0 if held_out else self.shots
        tasks = self.domain.tasks(n + spare, seed, held_out=held_out)
        return Tasks(self._shown(tasks.frame.filter(~pl.col("task").is_in(self._examples["task"].implode()))[:n]))

    def read(self, text: str) -> str | None:
        """The inner domain's reading of the first line."""
        return self.domain.read(text.strip().partition(END)[0].strip())

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """The inner domain's word on the answer to the last line of the prompt."""
        return self.domain.check(str(prompt).removeprefix(self.preamble), truth, answer)

    def graded(self, n: int, seed: int) -> Attempts:
        """The inner domain's gold, after the examples."""
        return Attempts(self._shown(self.domain.graded(n, seed).frame))

    @cached_property
    def preamble(self) -> str:
        """The worked examples, each on a line of its own."""
        pairs = zip(self._examples["prompt"], self._examples["truth"], strict=True)
        return "".join(f"{prompt}{truth}{END}" for prompt, truth in pairs)

    @cached_property
    def _examples(self) -> pl.DataFrame:
        examples = self.domain.tasks(self.shots, self.seed).frame
        if examples["prompt"].dtype != pl.String or examples["truth"].null_count():
            raise ValueError(f"{self.domain!r} cannot be shown as worked examples: it needs plain prompts and answers")
        return examples

    def _shown(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.concat_str(pl.lit(self.preamble), "prompt").alias("prompt"))
