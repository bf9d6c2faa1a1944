"""Puzzles with many right answers: make the target from the numbers, each used at most once.

`3 11 8 17=22` is asked, and `+11+8+3`, `+17+8-3` are right. This is where collapse differs from
convergence: a loop that keeps one way of answering loses something.
"""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

_TERMS = re.compile(r"(?:[+-][1-9][0-9]*){1,64}")
_TERM = re.compile(r"[+-][0-9]+")
TERMS_KNOWN = 4096
"""Terms and prompts that are taken apart once: attempts at one task follow each other."""


@lru_cache(maxsize=TERMS_KNOWN)
def _place(term: str) -> tuple[str, int]:
    """Where a signed number stands in the fixed order."""
    return term[0], int(term[1:])


@lru_cache(maxsize=TERMS_KNOWN)
def _asked(prompt: str) -> tuple[tuple[str, ...], int]:
    """The numbers of a prompt, as they are written, and its target."""
    given, target = prompt.split("=")
    return tuple(given.split()), int(target)


@dataclass(frozen=True)
class Puzzles:
    """`numbers` whole numbers of at most `largest`, and a target that takes two or more of them.

    The level is how many numbers the shortest right answer needs; the trait `right_answers` counts
    the right answers that differ in more than order.
    """

    numbers: int = 4
    largest: int = 20

    def __post_init__(self) -> None:
        if not 2 <= self.numbers <= 8:
            raise ValueError(f"Puzzles.numbers is {self.numbers}; allowed are 2 to 8")
        if not 2 <= self.largest <= 99:
            raise ValueError(f"Puzzles.largest is {self.largest}; allowed are 2 to 99")

    @property
    def name(self) -> str:
        return "puzzles"

    @property
    def pieces(self) -> tuple[str, ...]:
        """What a policy made for this domain reads as one token; single characters cover any spelling."""
        numbers = range(1, self.largest + 1)
        first = [str(number) for number in numbers if number > 9]
        signed = [sign + str(number) for sign in " +-" for number in numbers]
        targets = [f"={number}" for number in range(1, self.largest * self.numbers + 1)]
        return (*"0123456789 +-=", *first, *signed, *targets)

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct puzzles with a right answer each, drawn evenly from all that the puzzle has."""
        draws = random.Random(seed)
        rows = []
        for prompt in distinct_prompts(lambda: self._draw(draws), n, held_out=held_out, what=repr(self)):
            answers = self.right_answers(prompt)
            rows.append(
                {
                    "task": f"puzzles:{prompt}",
                    "domain": self.name,
                    "level": min(answer.count("+") + answer.count("-") for answer in answers),
                    "prompt": prompt,
                    "truth": draws.choice(answers),
                    "traits": {"right_answers": len(answers)},
                }
            )
        return Tasks(pl.DataFrame(rows))

    def read(self, text: str) -> str | None:
        """The signed numbers in a fixed order, so that `+3+8` and `+8+3` are one answer."""
        if not _TERMS.fullmatch(text):
            return None
        return "".join(sorted(_TERM.findall(text), key=_place))

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the numbers are there to be used and add up to the target."""
        del truth  # any right answer will do
        if answer is None:
            return 0.0
        numbers, target = _asked(str(prompt))
        terms = _TERM.findall(answer)
        if sum(map(int, terms)) != target:  # most wrong answers end here
            return 0.0
        left = list(numbers)
        for term in terms:
            if term[1:] not in left:
                return 0.0
            left.remove(term[1:])
        return 1.0

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: at each of `n` tasks a right answer in any order, and a near miss."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            right = _TERM.findall(task["truth"])
            draws.shuffle(right)
            wrong = self._near_miss(draws, task["prompt"], right)
            return ("".join(right), 1.0), ("".join(wrong), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    def right_answers(self, prompt: str) -> list[str]:
        """All right answers in canonical form, sorted."""
        given, target = _asked(prompt)
        numbers = np.array([int(number) for number in given])
        hits = self._signs[self._signs @ numbers == target]
        found = {self._spelled(numbers, signs) for signs in hits}
        return sorted(self.read(text) or "" for text in found)

    @cached_property
    def _signs(self) -> np.ndarray:
        """Every way to add (1), leave (0) or subtract (-1) each number that uses two or more, (ways, numbers)."""
        signs = np.array(list(product((-1, 0, 1), repeat=self.numbers)))
        return signs[np.abs(signs).sum(1) > 1]

    def _draw(self, draws: random.Random) -> str:
        numbers = [draws.randint(1, self.largest) for _ in range(self.numbers)]
        totals = self._signs @ np.array(numbers)
        target = draws.choice(sorted(set(totals[totals > 0].tolist()) - set(numbers)))
        return " ".join(map(str, numbers)) + f"={target}"

    def _near_miss(self, draws: random.Random, prompt: str, right: list[str]) -> list[str]:
        """A wrong answer that looks like a right one: a sign turned, a number changed or dropped, or other numbers."""
        numbers = prompt.split("=")[0].split()
        while True:
            terms = list(right)
            place = draws.randrange(len(terms))
            change = draws.choice(("sign", "number", "drop", "other", "other"))
            if change == "sign":
                terms[place] = ("-" if terms[place][0] == "+" else "+") + terms[place][1:]
            elif change == "number":
                terms[place] = terms[place][0] + draws.choice(numbers)
            elif change == "drop" and len(terms) > 2:
                terms.pop(place)
            else:
                picked = draws.sample(numbers, draws.randint(2, len(numbers)))
                terms = [draws.choice("++-") + number for number in picked]
            if not self.check(prompt, None, "".join(terms)):
                return terms

    @staticmethod
    def _spelled(numbers: np.ndarray, signs: np.ndarray) -> str:
        return "".join(
            f"{'+' if sign > 0 else '-'}{number}" for number, sign in zip(numbers, signs, strict=True) if sign
        )
