"""Sums of whole numbers, written forwards or with the last digit first, checked exactly."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts


@dataclass(frozen=True)
class Addition:
    """Sums of two numbers of `shortest` to `longest` digits; the level is the digits of the longer one.

    With `reverse`, every number is written last digit first, in which order carries are computed. With
    `padded`, zeros bring the sum to one digit more than the longer number has, so that its length tells nothing.
    With `equal`, both numbers have as many digits; otherwise their lengths are drawn independently.
    With `pairs`, a sum and its twin with the numbers exchanged are held out both or neither: otherwise the exam may
    ask what was learned the other way round.
    `Addition(1, 16, padded=True)` is the reverse addition of arXiv:2502.01612, and with `equal` what it asks itself.
    """

    shortest: int = 1
    longest: int = 3
    reverse: bool = True
    padded: bool = False
    equal: bool = False
    pairs: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError(
                f"Addition.shortest is {self.shortest} and longest is {self.longest}; need 1 <= shortest <= longest"
            )

    @property
    def name(self) -> str:
        return "addition"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a digit."""
        return tuple("0123456789+=")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums, lengths drawn evenly."""
        draws = random.Random(seed)
        what = repr(self)
        return self._tasks(
            distinct_prompts(lambda: self._draw(draws), n, held_out=held_out, what=what, side=self._side)
        )

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums whose longer number has `level` digits, whatever `longest` is."""
        if level < 1:
            raise ValueError(f"{self!r} has no level {level}; a number has at least 1 digit")
        draws = random.Random(seed)
        what = f"{self!r} at level {level}"
        prompts = distinct_prompts(
            lambda: self._draw_at(draws, level), n, held_out=held_out, what=what, side=self._side
        )
        return self._tasks(prompts)

    def read(self, text: str) -> str | None:
        """The digits as written; None for anything else."""
        return text if re.fullmatch("[0-9]+", text) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer is the sum, digit for digit."""
        return float(answer == self._sum(str(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right sum of each of `n` tasks, and one with a digit changed or a carry forgotten."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (self._near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        return asked(
            self.name,
            prompts,
            lambda prompt: (max(len(number) for number in prompt[:-1].split("+")), self._sum(prompt)),
        )

    def _side(self, prompt: str) -> str:
        """What decides whether a prompt is held out."""
        return "+".join(sorted(prompt.removesuffix("=").split("+"))) if self.pairs else prompt

    def _draw(self, draws: random.Random) -> str:
        def digits() -> int:
            return draws.randint(self.shortest, self.longest)

        first = digits()
        written = self._number(draws, first)
        return f"{written}+{self._number(draws, first if self.equal else digits())}="

    def _draw_at(self, draws: random.Random, level: int) -> str:
        other = level if self.equal else draws.randint(min(self.shortest, level), level)
        first, second = (level, other) if draws.random() < 0.5 else (other, level)
        return f"{self._number(draws, first)}+{self._number(draws, second)}="

    def _number(self, draws: random.Random, digits: int) -> str:
        """A number of that many digits, without a leading zero unless it is 0."""
        low = 0 if digits == 1 else 10 ** (digits - 1)
        return self._written(draws.randint(low, 10**digits - 1))

    def _sum(self, prompt: str) -> str:
        first, second = prompt.removesuffix("=").split("+")
        step = -1 if self.reverse else 1
        digits = max(len(first), len(second)) + 1 if self.padded else 1
        return f"{int(first[::step]) + int(second[::step]):0{digits}d}"[::step]

    def _written(self, number: int) -> str:
        return str(number)[:: -1 if self.reverse else 1]

    def _near_miss(self, draws: random.Random, right: str) -> str:
        place = draws.randrange(len(right))
        other = str((int(right[place]) + draws.choice((1, 9, draws.randint(1, 9)))) % 10)
        return right[:place] + other + right[place + 1 :]
