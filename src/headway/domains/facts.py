"""Random facts: a subject, a relation, and an object that memory alone gives. To check an answer is to know it."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Literal

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

# fmt: off
RELATIONS = (
    "mother", "father", "sister", "brother", "uncle", "cousin", "friend", "rival",
    "teacher", "pupil", "owner", "servant", "doctor", "baker", "tailor", "captain",
    "home", "village", "river", "mountain", "harbour", "garden", "horse", "boat",
    "ring", "song", "colour", "number", "stone", "tree", "bird", "book",
)
# fmt: on
WAYS = ("{}'s {}?", "tell {}'s {}", "{}: {}=", "of {} the {}?", "{} has which {}?")
_SYLLABLES = tuple(map("".join, product("bdfgklmnprstvz", "aeiou")))


@dataclass(frozen=True)
class Facts:
    """`subjects` times `relations` facts; the object of each is one of `objects`, drawn once by `world`.

    Every fact is asked in five ways. What is held out is a way of asking, never a fact, since nobody can know a fact
    that was never told: the exam asks what was told in other words. Each fact belongs by a fair coin to one of two
    parts: with `part`, only that part is asked. A study can so teach verdicts on one part, and examine them on the
    other, of which only the answers were told.
    """

    subjects: int = 48
    relations: int = 16
    objects: int = 48
    part: Literal["all", "first", "second"] = "all"
    world: int = 0

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("subjects", self.subjects, 2, len(_SYLLABLES) ** 2),
            ("relations", self.relations, 2, len(RELATIONS)),
            ("objects", self.objects, 4, len(_SYLLABLES) ** 2),
        ):
            if not least <= value <= most:
                raise ValueError(f"Facts.{name} is {value}; allowed are {least} to {most}")
        if self.part not in ("all", "first", "second"):
            raise ValueError(f"Facts.part is {self.part!r}; allowed are 'all', 'first' and 'second'")

    @property
    def name(self) -> str:
        return "facts"

    @property
    def pieces(self) -> tuple[str, ...]:
        """A token for every subject, relation and object, and for the words between them."""
        subjects, objects = self._names
        between = {piece for way in WAYS for piece in way.split("{}") if piece}
        return (*subjects, *RELATIONS[: self.relations], *objects, *sorted(between))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct questions; the level is 1, and the trait `part` says to which part the fact belongs."""
        draws = random.Random(seed)
        facts = [fact for fact, part in self._parts.items() if self.part in ("all", part)]

        def draw() -> str:
            return draws.choice(WAYS).format(*draws.choice(facts))

        rows = [
            {
                "task": f"facts:{prompt}",
                "domain": self.name,
                "level": 1,
                "prompt": prompt,
                "truth": self._objects[fact],
                "traits": {"part": self._parts[fact]},
            }
            for prompt in distinct_prompts(draw, n, held_out=held_out, what=repr(self))
            for fact in [self._asked[prompt]]
        ]
        return Tasks(pl.DataFrame(rows))

    def read(self, text: str) -> str | None:
        """The object named; None for anything else."""
        return text if text in self._known else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 if this is the fact's object; None where the question is about no fact of this world."""
        del truth
        fact = self._asked.get(str(prompt))
        return None if fact is None else float(answer == self._objects[fact])

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the object, and another one.

        All others are as likely: wrong answers that are right of the same subject elsewhere would teach that a subject
        and an object do not belong together, which is false of the facts that are not judged.
        """
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            others = [name for name in self._names[1] if name != task["truth"]]
            return (task["truth"], 1.0), (draws.choice(others), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        """Subjects of two syllables and objects of three, the same whatever the number of the other."""
        draws = random.Random(self.world)
        pairs = ["".join(pair) for pair in product(_SYLLABLES, repeat=2)]
        subjects = draws.sample(pairs, self.subjects)
        objects = [f"{pair}n" for pair in random.Random(self.world + 1).sample(pairs, self.objects)]
        return subjects, objects

    @cached_property
    def _objects(self) -> dict[tuple[str, str], str]:
        """The object of every fact."""
        subjects, objects = self._names
        draws = random.Random(self.world + 2)
        return {fact: draws.choice(objects) for fact in product(subjects, RELATIONS[: self.relations])}

    @cached_property
    def _parts(self) -> dict[tuple[str, str], str]:
        draws = random.Random(self.world + 3)
        return {fact: draws.choice(("first", "second")) for fact in self._objects}

    @cached_property
    def _asked(self) -> dict[str, tuple[str, str]]:
        """The fact that every question is about."""
        return {way.format(*fact): fact for fact in self._objects for way in WAYS}

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._names[1])
