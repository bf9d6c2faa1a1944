"""Sums and differences of whole numbers, that a policy can also write itself; some differences have no answer."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.posable import Posed
from headway.domains.split import distinct_prompts, is_held_out

TOPIC = "?"
PROBLEM = re.compile("([0-9]+)([+-])([0-9]+)=")


@dataclass(frozen=True)
class Arithmetic:
    """`a+b=` and `a-b=` of two numbers of equally many digits, `shortest` to `longest`, last digit first.

    Zeros bring the result to one digit more than the numbers have: `21+43=` (12 + 34) is `640`. The level is the digits
    of a number. Only numbers from 0 on exist here: a difference below 0 can be posed, but no answer to it is right, and
    `tasks` never asks for one. As a task that somebody wrote, `posed` takes numbers of 1 to `limit` digits. A sum and
    its twin with the numbers exchanged are held out both or neither.
    """

    shortest: int = 1
    longest: int = 3
    limit: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest <= self.limit:
            raise ValueError(
                f"Arithmetic.shortest is {self.shortest}, longest {self.longest} and limit {self.limit}; "
                f"need 1 <= shortest <= longest <= limit"
            )

    @property
    def name(self) -> str:
        return "arithmetic"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a digit, and the topic."""
        return tuple(f"0123456789+-={TOPIC}")

    @property
    def topics(self) -> tuple[str, ...]:
        """One topic: a problem, and no hint of which."""
        return (TOPIC,)

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct problems that have answers, lengths drawn evenly, as many sums as differences."""
        draws = random.Random(seed)

        def draw() -> str:
            return _problem(draws, draws.randint(self.shortest, self.longest))

        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=repr(self), side=side))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct problems that have answers and whose numbers have `level` digits, whatever `longest` is."""
        if level < 1:
            raise ValueError(f"{self!r} has no level {level}; a number has at least 1 digit")
        draws = random.Random(seed)
        what = f"{self!r} at level {level}"
        prompts = distinct_prompts(lambda: _problem(draws, level), n, held_out=held_out, what=what, side=side)
        return self._tasks(prompts)

    def posed(self, text: str) -> Posed | None:
        """The problem that a text is, in this form only; None for anything else."""
        found = PROBLEM.fullmatch(text)
        if found is None or len(found[1]) != len(found[3]) or len(found[1]) > self.limit:
            return None
        return Posed(text, len(found[1]), solved(text), is_held_out(side(text)))

    def read(self, text: str) -> str | None:
        """The digits as written; None for anything else."""
        return text if re.fullmatch("[0-9]+", text) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer is right, digit for digit; 0.0 for every answer to a difference below 0."""
        return float(answer is not None and answer == solved(str(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right answer to each of `n` tasks, and one with a digit changed."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (_near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        return asked(self.name, prompts, lambda prompt: (level_of(prompt), str(solved(prompt))))


def level_of(prompt: str) -> int:
    """The digits of each number of a problem."""
    return (len(prompt) - 2) // 2


def solved(prompt: str) -> str | None:
    """The right answer, last digit first and one digit longer than the numbers; None where it is below 0."""
    first, operation, second = re.split("([+-])", prompt.removesuffix("="))
    one, other = int(first[::-1]), int(second[::-1])
    result = one + other if operation == "+" else one - other
    return f"{result:0{len(first) + 1}d}"[::-1] if result >= 0 else None


def side(prompt: str) -> str:
    """What decides whether a problem is held out: a sum's numbers in one order."""
    return "+".join(sorted(prompt.removesuffix("=").split("+")))


def _problem(draws: random.Random, digits: int) -> str:
    """A problem that has an answer; numbers may begin with zeros."""
    numbers = draws.randrange(10**digits), draws.randrange(10**digits)
    if draws.random() < 0.5:
        operation, (one, other) = "+", numbers
    else:
        operation, one, other = "-", max(numbers), min(numbers)
    return f"{one:0{digits}d}"[::-1] + operation + f"{other:0{digits}d}"[::-1] + "="


def _near_miss(draws: random.Random, right: str) -> str:
    place = draws.randrange(len(right))
    other = str((int(right[place]) + draws.choice((1, 9, draws.randint(1, 9)))) % 10)
    return right[:place] + other + right[place + 1 :]
