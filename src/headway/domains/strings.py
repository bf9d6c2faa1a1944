"""Strings to copy, or to write backwards: the simplest thing that has a length."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.repeats import said_twice
from headway.domains.split import distinct_prompts

PIECE = 8
"""The most symbols of a piece that `asked` writes twice: longer ones are not to be told apart by what stands before."""
NEAR = 3
"""How many symbols back what `near` says again may stand."""
HANDFUL = 10
"""The most different symbols of a string that is written with a handful of them."""


@dataclass(frozen=True)
class Strings:
    """Strings of `shortest` to `longest` symbols of `alphabet`; the level is the length.

    `x=` is asked, and `x` is right, or with `reverse` the same symbols in the other order (arXiv:2502.01612
    has decimal digits, 1 to 10). A larger alphabet repeats fewer symbols in a string. The share `repeats` of what
    `tasks` draws has a piece that stands twice, as long strings have. Of what `at` draws for training the share `asked`
    has one, of up to eight symbols; for an exam `at` draws every symbol on its own. The share `handful` of what `tasks`
    draws is written with a handful of the alphabet, 2 to 10 symbols that are chosen for each string: a short string
    then has the same few symbols in one place and another, as a long one has, and in more ways than by a piece. Of
    what `at` draws for training each symbol is, with the probability `near`, one of the three before it again.
    """

    shortest: int = 1
    longest: int = 10
    reverse: bool = False
    alphabet: str = "0123456789"
    repeats: float = 0.0
    asked: float = 0.0
    handful: float = 0.0
    near: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError(
                f"Strings.shortest is {self.shortest} and longest is {self.longest}; need 1 <= shortest <= longest"
            )
        for name, share in (
            ("repeats", self.repeats),
            ("asked", self.asked),
            ("handful", self.handful),
            ("near", self.near),
        ):
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"Strings.{name} is {share}; it is a share, from 0 to 1")
        if len(set(self.alphabet)) != len(self.alphabet) or len(self.alphabet) < 2 or "=" in self.alphabet:
            raise ValueError(f"Strings.alphabet is {self.alphabet!r}; give two or more different symbols other than =")

    @property
    def name(self) -> str:
        return "reverse" if self.reverse else "copy"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a symbol."""
        return (*self.alphabet, "=")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct strings, lengths drawn evenly; the shortest lengths have few strings and run out first."""
        draws = random.Random(seed)

        def draw() -> str:
            alphabet = self._handful(draws) if self.handful and draws.random() < self.handful else self.alphabet
            symbols = draws.choices(alphabet, k=draws.randint(self.shortest, self.longest))
            return "".join(said_twice(draws, symbols, self.repeats)) + "="

        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=repr(self)))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct strings of `level` symbols, whatever `longest` is."""
        if level < 1:
            raise ValueError(f"{self!r} has no level {level}; a string has at least 1 symbol")
        draws = random.Random(seed)
        what, share = f"{self!r} at level {level}", 0.0 if held_out else self.asked

        def draw() -> str:
            symbols = draws.choices(self.alphabet, k=level)
            if self.near and not held_out:
                self._say_again(draws, symbols)
            return "".join(said_twice(draws, symbols, share, PIECE)) + "="

        return self._tasks(distinct_prompts(draw, n, held_out=held_out, what=what))

    def read(self, text: str) -> str | None:
        """The symbols as written; None where there is none, or something else."""
        return text if text and set(text) <= set(self.alphabet) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer is the string, symbol for symbol."""
        return float(answer == self._right(str(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right string of each of `n` tasks, and one with a symbol changed, dropped or said twice."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (self._near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        return asked(self.name, prompts, lambda prompt: (len(prompt) - 1, self._right(prompt)))

    def _say_again(self, draws: random.Random, symbols: list[str]) -> None:
        for place in range(NEAR, len(symbols)):
            if draws.random() < self.near:
                symbols[place] = symbols[place - draws.randint(1, NEAR)]

    def _handful(self, draws: random.Random) -> list[str]:
        return draws.sample(self.alphabet, draws.randint(2, min(HANDFUL, len(self.alphabet))))

    def _right(self, prompt: str) -> str:
        string = prompt.removesuffix("=")
        return string[::-1] if self.reverse else string

    def _near_miss(self, draws: random.Random, right: str) -> str:
        place = draws.randrange(len(right))
        change = draws.choice(("change", "drop", "repeat")) if len(right) > 1 else draws.choice(("change", "repeat"))
        if change == "drop":
            return right[:place] + right[place + 1 :]
        if change == "repeat":
            return right[: place + 1] + right[place:]
        other = draws.choice([symbol for symbol in self.alphabet if symbol != right[place]])
        return right[:place] + other + right[place + 1 :]
