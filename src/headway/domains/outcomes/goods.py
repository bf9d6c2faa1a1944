"""A small world of outcomes of known worth, for judges that are trained here."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.outcomes.outcome import Framing, Outcome, posed
from headway.domains.split import is_held_out

# fmt: off
WORDS = (
    "rain", "feud", "bread", "song", "debt", "frost", "peace", "salt",
    "flood", "trade", "theft", "cure", "dust", "wool", "fire", "truce",
)
NONSENSE = (
    "blick", "dape", "norr", "vusk", "tilm", "grafe", "plon", "sweb",
    "hurn", "yarb", "cloyt", "mipe", "zont", "fleem", "quib", "drass",
)
# fmt: on
FRAMING = Framing("{first}|{second}", ("1st", "2nd"))
MOST = 5
"""The largest number of a thing that an outcome can hold."""


@dataclass(frozen=True)
class Goods:
    """Outcomes of one to `size` things, some of them several times, and lotteries with even chances between two.

    To `2bread+feud|rain/song` the answer is `1st` or `2nd`. Things have a worth, drawn once by `world`, an outcome the
    sum of its things', a lottery its mean. Raters choose by worth and noise of `noise` standard deviations;
    nobody tells a judge the worth. `arm` says what the listed outcomes are made of: things that raters compare (real),
    invented words that they never do (nonsense), or these with numbers, so that size alone could order them (numbers).

    Outcomes that are listed or held out are never compared by raters. The list has `listed` outcomes and `lotteries`
    lotteries between these.
    """

    arm: Literal["real", "numbers", "nonsense"] = "real"
    size: int = 3
    listed: int = 36
    lotteries: int = 12
    noise: float = 0.5
    world: int = 0

    def __post_init__(self) -> None:
        if self.arm not in ("real", "numbers", "nonsense"):
            raise ValueError(f"Goods.arm is {self.arm!r}; allowed are 'real', 'numbers' and 'nonsense'")
        for name, value, least, most in (("size", self.size, 1, 4), ("listed", self.listed, 4, 200)):
            if not least <= value <= most:
                raise ValueError(f"Goods.{name} is {value}; allowed are {least} to {most}")
        if not 0 <= self.lotteries <= self.listed // 2:
            raise ValueError(f"Goods.lotteries is {self.lotteries}; allowed are 0 to half of the listed outcomes")

    @property
    def name(self) -> str:
        return "goods" if self.arm == "real" else f"goods-{self.arm}"

    @property
    def pieces(self) -> tuple[str, ...]:
        """A token a thing, invented ones included, a digit, a sign and either answer."""
        return (*WORDS, *NONSENSE, *map(str, range(2, MOST + 1)), "+", "/", "|", *FRAMING.words)

    @property
    def words(self) -> tuple[str, str]:
        """The answers that choose what is shown first and second."""
        return FRAMING.words

    @cached_property
    def worths(self) -> dict[str, float]:
        """The worth of every thing; invented words have none."""
        draws = random.Random(self.world)
        return {word: draws.gauss(0.0, 1.0) for word in WORDS}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The list: held-out outcomes, and lotteries between pairs of them that have no outcome in common."""
        return self._list

    @cached_property
    def _list(self) -> tuple[Outcome, ...]:
        draws = random.Random(f"{self.world}/{self.arm}")
        texts: dict[str, None] = {}
        while len(texts) < self.listed:
            text = self._drawn(draws)
            if is_held_out(text):
                texts[text] = None
        plain = list(texts)
        mixed = draws.sample(plain, 2 * self.lotteries)
        between = list(zip(mixed[::2], mixed[1::2], strict=True))
        return (*map(_outcome, plain), *(_lottery(*pair) for pair in between))

    def worth(self, text: str) -> float:
        """The worth of an outcome or a lottery; 0 for invented words."""
        sides = [sum(self._part(part) for part in side.split("+")) for side in text.split("/")]
        return sum(sides) / len(sides)

    def asked(self, pairs: Sequence[tuple[int, int]]) -> Tasks:
        """The choices between listed outcomes."""
        return self._posed(pairs, self.outcomes)

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct choices, one in five with a lottery; held-out ones are between held-out outcomes alone."""
        draws, seen, outcomes = random.Random(seed), set(), []
        while len(seen) < n:
            pair = tuple(self._side(draws, held_out) for _ in range(2))
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                outcomes += [_lottery(*side.split("/")) if "/" in side else _outcome(side) for side in pair]
        return self._posed([(2 * place, 2 * place + 1) for place in range(n)], outcomes)

    def read(self, text: str) -> str | None:
        """One of the two words; None for anything else."""
        return text if text in FRAMING.words else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 for the outcome that is worth more; None where neither is."""
        return None if truth is None else float(answer == truth)

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: what a rater chose at each of `n` choices (called right), and the other word. Raters err by noise."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            first, second = (self.worth(side) for side in task["prompt"].split("|"))
            chosen = draws.random() < ndtr((first - second) / (self.noise * self._scale * np.sqrt(2.0)))
            one, other = FRAMING.words if chosen else FRAMING.words[::-1]
            return (one, 1.0), (other, 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    @cached_property
    def _scale(self) -> float:
        draws = random.Random(0)
        return float(np.std([self.worth(self._drawn(draws)) for _ in range(2000)])) or 1.0

    def _posed(self, pairs: Sequence[tuple[int, int]], outcomes: Sequence[Outcome]) -> Tasks:
        worth = {one.name: self.worth(one.text) for one in outcomes} if self.arm == "real" else None
        return posed(self.name, pairs, outcomes, FRAMING, worth)

    def _side(self, draws: random.Random, held_out: bool) -> str:
        """An outcome, or one time in ten a lottery between two, from this side of the split."""
        sides: list[str] = []
        wanted = 2 if draws.random() < 0.1 else 1
        while len(sides) < wanted:
            text = self._drawn(draws)
            if is_held_out(text) == held_out and text not in sides:
                sides.append(text)
        return "/".join(sides)

    def _drawn(self, draws: random.Random) -> str:
        things = draws.sample(WORDS if self.arm == "real" else NONSENSE, draws.randint(1, self.size))
        counted = {"real": 0.15, "numbers": 1.0, "nonsense": 0.0}[self.arm]
        return "+".join(
            f"{draws.randint(2, MOST)}{thing}" if draws.random() < counted else thing for thing in sorted(things)
        )

    def _part(self, part: str) -> float:
        count = int(part[0]) if part[0].isdigit() else 1
        return count * self.worths.get(part.lstrip("0123456789"), 0.0)


def _outcome(text: str) -> Outcome:
    return Outcome(text, text, tuple(part.lstrip("0123456789") for part in text.split("+")))


def _lottery(one: str, other: str) -> Outcome:
    text = f"{one}/{other}"
    return Outcome(text, text, (*_outcome(one).tags, *_outcome(other).tags), ((one, 0.5), (other, 0.5)))
