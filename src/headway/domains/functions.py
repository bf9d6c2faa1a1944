"""Functions of which little is asked: any program with a value in a given range is right, and many are.

`f(4)=10..14 f(x)=` is asked, and `x+7`, `7+x`, `2*x+3`, `15-x` are right. The first two mean the same, the others do
not.
A program is run by its own small interpreter (`expressions`), at inputs that no prompt shows.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.expressions import outputs
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts
from headway.seeds import derived_seed

INPUTS = range(-9, 21)
"""Where every program is run; no prompt shows more than one of them."""
SHOWN = range(0, 15)
"""Inputs that a prompt may show."""
LOWEST = range(0, 40)
WIDTH = 5
"""Values in the range that a prompt gives."""
END = " f(x)="
NUMBERS = 100
FEWEST_VALUES = 3
"""Different values over the inputs that a right program has at least: a constant solves nothing."""


@dataclass(frozen=True)
class Functions:
    """A function of x whose value at one place is to be in a given range. Gold has up to `ways` right programs a task.

    The answer of a text is what it means: its values at all of `INPUTS`. Programs that give the same are one answer,
    however they are written; a text that is no program, or fails at one input, has no answer.
    """

    ways: int = 6

    def __post_init__(self) -> None:
        if self.ways < 1:
            raise ValueError(f"Functions.ways is {self.ways}; allowed: a whole number of at least 1")

    @property
    def name(self) -> str:
        return "functions"

    @property
    def pieces(self) -> tuple[str, ...]:
        """Numbers, operators and the words of the language, as one token each."""
        words = ("abs(", "max(", "min(", " if", " else", "//", "==", "..")
        return (*"x+-*%()<>,=f /.", "f(", ")=", END, *words, *map(str, range(NUMBERS)))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct tasks; there are 480 for training and 120 held out, or nearly."""
        draws = random.Random(seed)

        def draw() -> str:
            low = draws.choice(LOWEST)
            return f"f({draws.choice(SHOWN)})={low}..{low + WIDTH - 1}{END}"

        def known(prompt: str) -> tuple[int, str]:
            draws = random.Random(derived_seed(prompt))
            at, low = asked_for(prompt)
            return 1, written(at, low + draws.randrange(WIDTH), draws)

        return asked(self.name, distinct_prompts(draw, n, held_out=held_out, what=repr(self)), known)

    def read(self, text: str) -> str | None:
        """The values at all inputs."""
        return _meaning(text)

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the program's value is in the range that is asked for, and it is no constant, or nearly one."""
        del truth  # any right program will do
        if answer is None:
            return 0.0
        values = answer.split(" ")
        at, low = asked_for(str(prompt))
        return float(low <= int(values[INPUTS.index(at)]) < low + WIDTH and len(set(values)) >= FEWEST_VALUES)

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: at each of `n` tasks some right programs, and one that misses the range."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            at, low = asked_for(task["prompt"])
            right = dict.fromkeys(written(at, low + draws.randrange(WIDTH), draws) for _ in range(self.ways))
            wrong = written(at, low + draws.choice((-3, -2, -1, WIDTH, WIDTH + 1)), draws)
            return (*((text, 1.0) for text in right), (wrong, 0.0))

        return gold(self.tasks(n, seed), tried, self.read)


@lru_cache(maxsize=65_536)
def _meaning(text: str) -> str | None:
    found = outputs(text, INPUTS)
    return None if found is None else " ".join(map(str, found))


def asked_for(prompt: str) -> tuple[int, int]:
    """The input that a prompt shows, and the lowest value that is right there."""
    at, values = prompt.removesuffix(END).removeprefix("f(").split(")=")
    return int(at), int(values.split("..")[0])


def written(at: int, value: int, draws: random.Random) -> str:
    """A program that gives `value` at `at`, of a kind and in a spelling drawn with very unequal chances."""
    while True:
        text = KINDS[draws.choices(range(len(KINDS)), WEIGHTS)[0]](at, value, draws)
        if len(text) <= 24 and all(int(number) < NUMBERS for number in _numbers(text)):
            return text


def _numbers(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


def _plus(body: str, constant: int, draws: random.Random) -> str:
    """`body` plus a constant, mostly behind it."""
    if constant == 0:
        return body
    if draws.random() < 0.15 and abs(constant) > 1:
        part = draws.randrange(1, abs(constant))
        sign = "+" if constant > 0 else "-"
        return f"{body}{sign}{part}{sign}{abs(constant) - part}"
    if draws.random() < 0.25:
        return f"{constant}+{body}"
    return f"{body}{'+' if constant > 0 else '-'}{abs(constant)}"


def _shift(at: int, value: int, draws: random.Random) -> str:
    return _plus("x", value - at, draws)


def _scale(at: int, value: int, draws: random.Random) -> str:
    by = draws.choices((2, 3, 4, 5), (6, 3, 2, 1))[0]
    body = draws.choices((f"x*{by}", f"{by}*x", "+".join("x" * by) if by < 4 else f"x*{by}"), (6, 3, 1))[0]
    return _plus(body, value - by * at, draws)


def _mirror(at: int, value: int, draws: random.Random) -> str:
    return f"{value + at}-x" if draws.random() < 0.8 else _plus("-x", value + at, draws)


def _bend(at: int, value: int, draws: random.Random) -> str:
    center = draws.randrange(0, 10)
    return _plus(draws.choices((f"abs(x-{center})", f"abs({center}-x)"), (4, 1))[0], value - abs(at - center), draws)


def _bound(at: int, value: int, draws: random.Random) -> str:
    bound, name = draws.randrange(0, 10), draws.choice(("max", "min"))
    body = draws.choices((f"{name}(x,{bound})", f"{name}({bound},x)"), (4, 1))[0]
    return _plus(body, value - (max if name == "max" else min)(at, bound), draws)


def _turn(at: int, value: int, draws: random.Random) -> str:
    by = draws.randrange(3, 10)
    return _plus(f"x%{by}", value - at % by, draws)


def _fork(at: int, value: int, draws: random.Random) -> str:
    bound = draws.randrange(0, 10)
    first = at > bound
    here, there = _shift(at, value, draws), _scale(at, value + draws.randrange(1, 5), draws)
    return f"{here if first else there} if x>{bound} else {there if first else here}"


def _square(at: int, value: int, draws: random.Random) -> str:
    return _plus("x*x", value - at * at, draws)


KINDS = (_shift, _scale, _mirror, _bend, _bound, _turn, _square, _fork)
WEIGHTS = (34, 24, 12, 8, 8, 7, 4, 3)
