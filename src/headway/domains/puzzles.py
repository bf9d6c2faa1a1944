"""Puzzles with many right answers: make the target from the numbers, each used at most once.

`3 11 8 17=22` is asked, and `+11+8+3`, `+17+8-3` are right. This is where collapse differs from
convergence: a loop that keeps one way of answering loses something.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

_TERM = re.compile(r"[+-][0-9]+")
_VALID = re.compile(r"[+-][1-9][0-9]*")
MOST_TERMS = 64
TERMS_KNOWN = 4096
"""Terms and prompts that are taken apart once: attempts at one task follow each other."""
ANSWERS_KNOWN = 16_384
"""Texts and answers that are taken apart once: many tasks share them, and an exam sees them again every round."""


@lru_cache(maxsize=TERMS_KNOWN)
def _place(term: str) -> tuple[str, int]:
    """Where a signed number stands in the fixed order; ValueError where it is none."""
    if not _VALID.fullmatch(term):
        raise ValueError(f"{term!r} is not a sign and a number")
    return term[0], int(term[1:])


@lru_cache(maxsize=TERMS_KNOWN)
def _asked(prompt: str) -> tuple[tuple[str, ...], int]:
    """The numbers of a prompt, as they are written, and its target."""
    given, target = prompt.split("=")
    return tuple(given.split()), int(target)


@lru_cache(maxsize=ANSWERS_KNOWN)
def _in_order(text: str) -> str | None:
    """The terms of a text in the fixed order; None where it is anything but 1 to `MOST_TERMS` terms."""
    start, *terms = text.replace("+", " +").replace("-", " -").split(" ")
    if start or not 1 <= len(terms) <= MOST_TERMS:
        return None
    try:
        return "".join(sorted(terms, key=_place))
    except ValueError:  # of a term that is no signed number
        return None


@lru_cache(maxsize=ANSWERS_KNOWN)
def _total(answer: str) -> int:
    """What the terms of an answer add up to."""
    return sum(map(int, _TERM.findall(answer)))


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
        prompts, answers, truths = [], [], []
        for prompt in distinct_prompts(lambda: self._draw(draws), n, held_out=held_out, what=repr(self)):
            prompts.append(prompt)
            answers.append(self.right_answers(prompt))
            truths.append(draws.choice(answers[-1]))
        return Tasks(
            pl.DataFrame(
                {
                    "task": [f"puzzles:{prompt}" for prompt in prompts],
                    "domain": [self.name] * n,
                    "level": [min(one.count("+") + one.count("-") for one in right) for right in answers],
                    "prompt": prompts,
                    "truth": truths,
                    "traits": [{"right_answers": len(right)} for right in answers],
                }
            )
        )

    def read(self, text: str) -> str | None:
        """The signed numbers in a fixed order, so that `+3+8` and `+8+3` are one answer."""
        return _in_order(text)

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the numbers are there to be used and add up to the target."""
        del truth  # any right answer will do
        if answer is None:
            return 0.0
        numbers, target = _asked(str(prompt))
        if _total(answer) != target:  # most wrong answers end here
            return 0.0
        left = list(numbers)
        for term in _TERM.findall(answer):
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
        hits = np.flatnonzero(self._signs @ np.array([int(number) for number in given]) == target).tolist()
        found = {_terms(given, self._ways[way]) for way in hits}
        return sorted("".join(sorted(terms, key=_place)) for terms in found)

    @cached_property
    def _ways(self) -> list[tuple[str, ...]]:
        """Every way to add, leave or subtract each number that uses two or more, as a sign or nothing for each."""
        return [way for way in product(("-", "", "+"), repeat=self.numbers) if sum(map(bool, way)) > 1]

    @cached_property
    def _signs(self) -> np.ndarray:
        """The same as 1, 0 and -1, (ways, numbers)."""
        return np.array([[{"+": 1, "": 0, "-": -1}[sign] for sign in way] for way in self._ways])

    def _draw(self, draws: random.Random) -> str:
        numbers = [1 + draws.randrange(self.largest) for _ in range(self.numbers)]
        targets = _targets(numbers)
        for _ in range(draws.randrange(targets.bit_count())):
            targets &= targets - 1  # without its lowest member
        return " ".join(map(str, numbers)) + f"={(targets & -targets).bit_length() - 1}"

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


def _terms(numbers: Sequence[str], signs: Sequence[str]) -> tuple[str, ...]:
    """The numbers with their signs; one with the sign nothing is left out."""
    return tuple(sign + number for number, sign in zip(numbers, signs, strict=True) if sign)


def _targets(numbers: Sequence[int]) -> int:
    """What can be asked of these numbers, as a set of bits: positive sums of two or more that are none of them.

    Bit `zero + s` of `one` and `more` says whether s is a sum of one, or of several, of the numbers seen so far.
    """
    zero = sum(numbers)
    one = more = 0
    for number in numbers:
        more |= (one | more) << number | (one | more) >> number
        one |= 1 << zero + number | 1 << zero - number
    targets = more >> zero
    for number in {0, *numbers}:
        targets &= ~(1 << number)
    return targets
