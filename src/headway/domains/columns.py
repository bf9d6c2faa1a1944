"""Reversed addition written out: each column's two digits are copied down before their sum's digit."""

import re
from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.addition import Addition
from headway.domains.gold import gold

WRITTEN = re.compile("(?:[0-9]{3},)+[0-9]")


@dataclass(frozen=True)
class Columns:
    """Sums of two numbers of equally many digits, last digit first, with the work shown.

    To `12+34=` (21 + 43) the right text is `134,246,0`: the first digits 1 and 3 and their sum 4, then 2, 4 and 6,
    then the last carry. The answer that is judged is the sum alone, `460`, zero-padded to one digit more than the
    numbers have. A number format, not a hint of places: which digit comes next has to be found in the prompt.
    """

    shortest: int = 1
    longest: int = 10

    def __post_init__(self) -> None:
        self.sums  # noqa: B018  (the sums check both fields)

    @property
    def sums(self) -> Addition:
        """The same tasks, with the sum alone as the answer."""
        return Addition(self.shortest, self.longest, padded=True, equal=True)

    @property
    def name(self) -> str:
        return "columns"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a digit."""
        return (*self.sums.pieces, ",")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums, lengths drawn evenly."""
        return self._written(self.sums.tasks(n, seed, held_out=held_out))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums of two numbers of `level` digits."""
        return self._written(self.sums.at(level, n, seed, held_out=held_out))

    def read(self, text: str) -> str | None:
        """The digits of the sum, the third of every column and the last carry; None where columns are not whole."""
        return text[2::4] + text[-1] if WRITTEN.fullmatch(text) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the sum is right, digit for digit, whatever stands in the work."""
        return self.sums.check(prompt, truth, answer)

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right columns of each of `n` tasks, and the same with the last carry changed."""

        def tried(task):
            right = task["truth"]
            return (right, 1.0), (right[:-1] + str(1 - int(right[-1])), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    def _written(self, tasks: Tasks) -> Tasks:
        """The tasks with the whole right text as their truth."""
        truths = [_columns(prompt, total) for prompt, total in zip(tasks["prompt"], tasks["truth"], strict=True)]
        return Tasks(
            tasks.frame.with_columns(
                pl.col("task").str.replace("addition:", "columns:", literal=True),
                pl.lit(self.name).alias("domain"),
                pl.Series("truth", truths),
            )
        )


def _columns(prompt: str, total: str) -> str:
    first, second = prompt.removesuffix("=").split("+")
    return "".join(f"{one}{other}{digit}," for one, other, digit in zip(first, second, total, strict=False)) + total[-1]
