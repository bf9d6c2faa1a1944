"""Addition as on a worksheet: the columns are given one after the other, and each is copied down before its sum."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.repeats import said_twice
from headway.domains.split import distinct_prompts

COLUMN = re.compile("[0-9][+][0-9]")
WRITTEN = re.compile("(?:[0-9][+][0-9] [01][0-9] )+")
SUM = re.compile(" ([01])([0-9]) ")


@dataclass(frozen=True)
class Worksheet:
    """Sums of two numbers of equally many digits, interleaved: column after column, last digits first.

    To `7+5 2+1 =` (27 + 15) the right text is `7+5 12 2+1 04 `: each column, then what it adds up to with the carry
    from the column before, in two digits. The answer that is judged is the sum alone, last digit first and with the
    last carry: `240`. A column is one token, and so is what it adds up to; nothing counts columns or pads them to a
    width, so which column comes next has to be found in the prompt. This is addition with the operands
    interleaved and the work shown (arXiv:2112.00114), an easier format than the plain one of `Addition`.

    The share `repeats` of what `tasks` draws has a piece that stands twice, as long sums have; `at` draws every digit
    on its own.
    """

    shortest: int = 1
    longest: int = 10
    repeats: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError(
                f"Worksheet.shortest is {self.shortest} and longest is {self.longest}; need 1 <= shortest <= longest"
            )
        if not 0.0 <= self.repeats <= 1.0:
            raise ValueError(f"Worksheet.repeats is {self.repeats}; it is a share, from 0 to 1")

    @property
    def name(self) -> str:
        return "worksheet"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a column, and one for what a column adds up to."""
        columns = (f"{one}+{other} " for one in range(10) for other in range(10))
        return (*columns, *(f"{total:02d} " for total in range(20)), "=")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums, lengths drawn evenly."""
        draws = random.Random(seed)

        def draw() -> str:
            columns = _columns(draws, draws.randint(self.shortest, self.longest))
            return "".join(said_twice(draws, columns, self.repeats)) + "="

        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=repr(self)))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct sums of two numbers of `level` digits, whatever `longest` is."""
        if level < 1:
            raise ValueError(f"{self!r} has no level {level}; a number has at least 1 digit")
        draws = random.Random(seed)
        what = f"{self!r} at level {level}"
        return self._tasks(
            distinct_prompts(lambda: "".join(_columns(draws, level)) + "=", n, held_out=held_out, what=what)
        )

    def read(self, text: str) -> str | None:
        """The digits of the sum and the last carry; None where the text is anything but whole columns."""
        if not WRITTEN.fullmatch(text):
            return None
        sums = SUM.findall(text)
        return "".join(digit for _, digit in sums) + sums[-1][0]

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the sum is right, digit for digit, whatever stands in the work."""
        return float(answer == _sum(str(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right work of each of `n` tasks, and the same with one column's sum wrong."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (_near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        return asked(self.name, prompts, lambda prompt: (prompt.count("+"), _work(prompt)))


def _columns(draws: random.Random, digits: int) -> list[str]:
    return [f"{draws.randrange(10)}+{draws.randrange(10)} " for _ in range(digits)]


def _sum(prompt: str) -> str:
    """By Python's own arithmetic on the whole numbers, last digit first, one digit more than they have."""
    columns = COLUMN.findall(prompt)
    first, second = (int("".join(column[place] for column in reversed(columns))) for place in (0, 2))
    return f"{first + second:0{len(columns) + 1}d}"[::-1]


def _work(prompt: str) -> str:
    carry, written = 0, []
    for column in COLUMN.findall(prompt):
        total = int(column[0]) + int(column[2]) + carry
        written.append(f"{column} {total:02d} ")
        carry = total // 10
    return "".join(written)


def _near_miss(draws: random.Random, right: str) -> str:
    """The right work with another last digit in one column."""
    place = len("1+2 03 ") * draws.randrange(right.count("+")) + len("1+2 0")
    other = str((int(right[place]) + draws.randint(1, 9)) % 10)
    return right[:place] + other + right[place + 1 :]
