"""Any task of the package reasoning-gym, checked strictly: by the task's own score, and only where that is 1."""

import json
import random
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts
from headway.seeds import derived_seed

CHUNK = 500
"""Items that are drawn under one seed of the package."""
MISSES = 100
"""Items in a row that the package may fail to make."""
ARITHMETIC = frozenset({"countdown", "puzzle24"})
EVALUATED = ARITHMETIC | {
    "binary_matrix",
    "intermediate_integration",
    "n_queens",
    "polynomial_multiplication",
    "simple_integration",
    "spiral_matrix",
    "string_insertion",
}
"""Tasks whose scorer runs the answer as Python; what a policy wrote is never handed to it as it is."""
GENEROUS = frozenset({"coin_flip", "game_of_life_halting"})
"""Tasks whose scorer gives 1.0 to a right first digit, and to any text at all."""
HARMLESS = re.compile(r"(?!.*\*\*)[0-9+\-*/() ]{1,200}")
"""Sums and products of whole numbers; no names, no powers."""


@dataclass(frozen=True)
class Gym:
    """Items of one task of reasoning-gym, such as `chain_sum`, of the levels `easiest` to `hardest`.

    A level is a step of the task's own curriculum, with each range at its upper end; a task without a
    curriculum has level 0 only. An answer is right if it equals the item's answer, or if the task's own
    scorer gives 1.0: its partial credit is worth nothing here, since many scorers give some to any text
    that contains the answer. Tasks whose scorer gives 1.0 to wrong answers are checked by equality alone, and
    so are those whose scorer would run the answer as Python, but for `countdown` and `puzzle24` where the
    answer is plain arithmetic.
    """

    task: str
    easiest: int = 0
    hardest: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.easiest <= self.hardest:
            raise ValueError(
                f"Gym.easiest is {self.easiest} and hardest is {self.hardest}; need 0 <= easiest <= hardest"
            )

    @property
    def name(self) -> str:
        return self.task

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Printable ASCII, the new line, and every other character of the first items of each level."""
        seen = {chr(code) for code in range(32, 127)} | {"\n"}
        for level in range(self.easiest, self.hardest + 1):
            for row in self.at(level, 50, 0).frame.iter_rows(named=True):
                seen |= {*row["prompt"], *(json.loads(row["truth"])["answer"] or "")}
        return tuple(sorted(seen))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` items with distinct questions, levels drawn evenly."""
        levels = range(self.easiest, self.hardest + 1)
        return self._tasks(levels, n, seed, held_out=held_out, what=repr(self))

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` items of one level of the curriculum; ValueError where it has no such level."""
        return self._tasks(range(level, level + 1), n, seed, held_out=held_out, what=f"{self!r} at level {level}")

    def read(self, text: str) -> str | None:
        """The text without white space at its ends; None where nothing is left."""
        return text.strip() or None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer is the item's own, or the task's scorer gives it full marks; `truth` says which item it is.

        ValueError where this version of the package makes another item than the one that was asked.
        """
        if answer is None or truth is None:
            return 0.0
        said = json.loads(truth)
        if answer == said["answer"]:
            return 1.0
        if not scorable(self.task, answer):
            return 0.0
        items = dataset(self.task, said["level"], said["seed"])
        item = items[said["index"]]
        if item["question"] != prompt:
            raise ValueError(
                f"item {said} of {self.task} is another question in this version of reasoning-gym; "
                f"use the version with which the run was begun"
            )
        return float(full_marks(items, item, answer))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: of `n` items, the answers that pass the check, and the answer to another item where that does not.

        ValueError for a task that gives no answers of its own.
        """
        tasks = self.tasks(n, seed)
        answers = [json.loads(truth)["answer"] for truth in tasks["truth"]]
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            own, other = json.loads(task["truth"])["answer"], draws.choice(answers)
            if own and own == self.read(own):
                yield own, 1.0
                if other and other != own and not self.check(task["prompt"], task["truth"], self.read(other)):
                    yield other, 0.0

        if not any(answers):
            raise ValueError(f"the task {self.task!r} gives no answers to learn from; it can only be asked")
        return gold(tasks, tried, self.read)

    def _tasks(self, levels: range, n: int, seed: int, *, held_out: bool, what: str) -> Tasks:
        draws = random.Random(seed)
        drawn: dict[str, dict[str, Any]] = {}
        places = count()

        def draw() -> str:
            for _ in range(MISSES):
                chunk, index = divmod(next(places), CHUNK)
                level = draws.choice(levels)
                where = {"level": level, "seed": derived_seed(seed, self.task, level, chunk) % 2**31, "index": index}
                items = dataset(self.task, level, where["seed"])
                try:
                    item = items[index]
                except (IndexError, ValueError):
                    continue  # some generators give up on some seeds
                drawn.setdefault(item["question"], {"answer": item["answer"], **where})
                return item["question"]
            raise ValueError(f"reasoning-gym failed {MISSES} times in a row to make an item for {what}")

        rows = []
        for prompt in distinct_prompts(draw, n, held_out=held_out, what=what):
            said = drawn[prompt]
            rows.append(
                {
                    "task": f"{self.task}:{said['level']}:{said['seed']}:{said['index']}",
                    "domain": self.name,
                    "level": said["level"],
                    "prompt": prompt,
                    "truth": json.dumps(said, ensure_ascii=False),
                }
            )
        return Tasks(pl.DataFrame(rows))


def scorable(task: str, answer: str) -> bool:
    """Whether the task's own scorer may see this answer, and is to be believed."""
    if task in ARITHMETIC:
        return HARMLESS.fullmatch(answer) is not None
    return task not in EVALUATED | GENEROUS


def full_marks(items: Any, item: Mapping[str, Any], answer: str) -> bool:
    """Whether the task's own scorer gives 1.0; a text that it cannot even read is not right."""
    try:
        return items.score_answer(answer, item) == 1.0
    except (ArithmeticError, AttributeError, LookupError, RecursionError, SyntaxError, TypeError, ValueError):
        return False


@lru_cache(maxsize=256)
def dataset(task: str, level: int, seed: int) -> Any:
    """The items of a task at a level under one seed; ValueError where there is no such task or level."""
    datasets, curricula = registry()
    if task not in datasets:
        near = get_close_matches(task, datasets, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"it has {len(datasets)}, from {min(datasets)} on"
        raise ValueError(f"reasoning-gym has no task named {task!r}; {hint}")
    kind, config = datasets[task]
    curriculum = curricula[task]() if task in curricula else None
    attributes = curriculum.attributes.values() if curriculum is not None else ()
    highest = max((len(attribute.levels) for attribute in attributes), default=1) - 1
    if not 0 <= level <= highest:
        raise ValueError(f"the task {task!r} has no level {level}; its levels are 0 to {highest}")
    fixed = {"seed": seed, "size": CHUNK}
    try:
        return kind(config(**fixed) if curriculum is None else at_level(curriculum, level, fixed))
    except AssertionError as refused:
        raise ValueError(
            f"reasoning-gym cannot make {task!r} at level {level} ({refused}); ask another level"
        ) from None


def at_level(curriculum: Any, level: int, fixed: Mapping[str, int]) -> Any:
    """The configuration of a level: every attribute that goes so far at that step, ranges at their upper end."""
    from reasoning_gym.coaching.base_curriculum import DefaultCurriculumContext, RangeAttributeMode

    curriculum.set_global_level(level)
    return curriculum.generate_configuration(fixed, DefaultCurriculumContext(RangeAttributeMode.UPPER_BOUND))


@lru_cache(maxsize=1)
def registry() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The package's tasks and curricula by name; ValueError where it is not installed."""
    try:
        with warnings.catch_warnings():
            # A dependency of the package compares with `is` where it means `==`, which Python says when it compiles it.
            warnings.simplefilter("ignore", SyntaxWarning)
            from reasoning_gym.factory import CURRICULA, DATASETS
    except ModuleNotFoundError as missing:
        raise ValueError(
            f"the domain Gym needs the package reasoning-gym ({missing}); install it with pip install 'headway[tasks]'"
        ) from None
    return DATASETS, CURRICULA
