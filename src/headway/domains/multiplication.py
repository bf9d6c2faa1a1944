"""Products of whole numbers, last digit first, with the partial products written out or not."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts


@dataclass(frozen=True)
class Multiplication:
    """Products of two numbers of `shortest` to `longest` digits, every number written last digit first.

    `21*43=` asks for 12 x 34. With `steps` the answer is the sum in columns: a partial product for each digit of
    the second number, after each but the first and last the sum so far in brackets, and then the product,
    `840+0630=8040`, all padded with zeros to their greatest length (the format of arXiv:2502.01612, after
    arXiv:2405.14838). Without `steps` the padded product alone is right.

    A level is a pair of lengths in the order in which that paper lets them grow, (1, 1), (1, 2), (2, 2),
    (1, 3), ...: longer * (longer - 1) / 2 + shorter, so 15 is five by five and 16 is one by six.
    """

    shortest: int = 1
    longest: int = 5
    steps: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError(
                f"Multiplication.shortest is {self.shortest} and longest is {self.longest}; "
                f"need 1 <= shortest <= longest"
            )

    @property
    def name(self) -> str:
        return "multiplication"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a character."""
        return tuple("0123456789*=+()" if self.steps else "0123456789*=")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct products, both lengths drawn evenly and independently."""
        draws = random.Random(seed)

        def draw() -> str:
            return _asked(draws, *(draws.randint(self.shortest, self.longest) for _ in range(2)))

        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=repr(self)))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct products of one pair of lengths, in either order, whatever `longest` is."""
        pair = lengths(level)
        draws = random.Random(seed)

        def draw() -> str:
            return _asked(draws, *draws.sample(pair, 2))

        what = f"{self!r} at level {level}"
        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=what))

    def read(self, text: str) -> str | None:
        """The whole working as written, so that a vote and a check see all of it; None for anything else."""
        return text if re.fullmatch(r"[0-9+()]+=[0-9]+" if self.steps else "[0-9]+", text) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the product, and with `steps` all that leads to it, is right digit for digit."""
        return float(answer == self._right(str(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right answer to each of `n` tasks, and one with a digit changed."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (_near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        return asked(
            self.name, prompts, lambda prompt: (level_of(*map(len, prompt[:-1].split("*"))), self._right(prompt))
        )

    def _right(self, prompt: str) -> str:
        first, second = prompt.removesuffix("=").split("*")
        number = int(first[::-1])
        product = _written(number * int(second[::-1]), len(first) + len(second))
        if not self.steps:
            return product
        working, so_far = "", 0
        for place, digit in enumerate(second):
            part, width = number * int(digit) * 10**place, len(first) + place + 1
            so_far += part
            working += ("+" if place else "") + _written(part, width)
            if 0 < place < len(second) - 1:
                working += f"({_written(so_far, width)})"
        return f"{working}={product}"


def level_of(first: int, second: int) -> int:
    """The level of a pair of lengths, whichever is the longer."""
    longer, shorter = max(first, second), min(first, second)
    return longer * (longer - 1) // 2 + shorter


def lengths(level: int) -> tuple[int, int]:
    """The pair of lengths of a level, the longer first; ValueError below 1."""
    if level < 1:
        raise ValueError(f"Multiplication has no level {level}; the first is 1, one digit by one digit")
    longer = 1
    while longer * (longer + 1) // 2 < level:
        longer += 1
    return longer, level - longer * (longer - 1) // 2


def _asked(draws: random.Random, *digits: int) -> str:
    numbers = [draws.randint(0 if many == 1 else 10 ** (many - 1), 10**many - 1) for many in digits]
    return "*".join(str(number)[::-1] for number in numbers) + "="


def _written(number: int, digits: int) -> str:
    """A number last digit first, padded to that many digits."""
    return f"{number:0{digits}d}"[::-1]


def _near_miss(draws: random.Random, right: str) -> str:
    place = draws.choice([index for index, sign in enumerate(right) if sign.isdigit()])
    other = str((int(right[place]) + draws.randint(1, 9)) % 10)
    return right[:place] + other + right[place + 1 :]
