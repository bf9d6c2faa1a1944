"""Running sums over a dictionary that was learned: look a key up, add its value to the sum so far, turn after turn."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import polars as pl

from headway.attempts import MESSAGES, Attempts, Prompt, Tasks
from headway.domains.chained import Messages, assistant, user
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

KEYS = tuple(map("".join, product("bdfgklmnprstvz", "aeiou")))


@dataclass(frozen=True)
class Chains:
    """`turns` turns, a key each; the answer is the key's value and the running sum modulo `modulus`, a digit each.

    To `ka` (value 3) after an answer that ended in 6, `31` is right modulo 8. The dictionary of `keys` keys is drawn
    once by `world` and never told: a policy has it in its weights. Only execution is asked for, the plan is given
    (the task of arXiv:2509.09677, with the dictionary learned). A step is right if it goes on rightly from the
    policy's own last readable answer. The level of a task is its number of turns.
    """

    keys: int = 16
    modulus: int = 8
    turns: int = 16
    world: int = 0

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("keys", self.keys, 2, len(KEYS)),
            ("modulus", self.modulus, 2, 10),
            ("turns", self.turns, 1, 1000),
        ):
            if not least <= value <= most:
                raise ValueError(f"Chains.{name} is {value}; allowed are {least} to {most}")

    @property
    def name(self) -> str:
        return "chains"

    @property
    def pieces(self) -> tuple[str, ...]:
        """A token a key, and a token a digit."""
        return (*self.values, *map(str, range(self.modulus)))

    @cached_property
    def values(self) -> dict[str, int]:
        """The value of every key."""
        draws = random.Random(self.world)
        return {key: draws.randrange(self.modulus) for key in draws.sample(KEYS, self.keys)}

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct plans, each as the prompt of its first turn; the trait `plan` has the keys of all turns."""
        draws = random.Random(seed)

        def draw() -> str:
            return " ".join(draws.choices(list(self.values), k=self.turns))

        plans = [drawn.split() for drawn in distinct_prompts(draw, n, held_out=held_out, what=repr(self))]
        frame = pl.DataFrame(
            {
                "task": [f"chains:{' '.join(plan)}" for plan in plans],
                "domain": [self.name] * n,
                "level": [self.turns] * n,
                "truth": [self.truths(plan)[0] for plan in plans],
                "traits": [{"plan": plan} for plan in plans],
            }
        )
        prompts = pl.Series("prompt", [[user(plan[0])] for plan in plans], dtype=MESSAGES)
        return Tasks(frame.with_columns(prompts))

    def opening(self) -> Messages:
        """Nothing."""
        return []

    def truths(self, plan: list[str]) -> list[str]:
        """The value of each key and the sum so far."""
        total, texts = 0, []
        for key in plan:
            total = (total + self.values[key]) % self.modulus
            texts.append(f"{self.values[key]}{total}")
        return texts

    def right(self, prompt: Prompt) -> str:
        """The value of the last key, and that much more than the last readable answer's sum."""
        return self._answer(prompt, self.values[_last_key(prompt)])

    def wrong(self, prompt: Prompt, draws: random.Random) -> str:
        """Another value, carried on into the sum."""
        right = self.values[_last_key(prompt)]
        return self._answer(prompt, draws.choice([value for value in range(self.modulus) if value != right]))

    def record(self, text: str) -> str:
        """All of it: two digits are nothing but an answer."""
        return text

    def read(self, text: str) -> str | None:
        """Two digits below the modulus; None for anything else."""
        allowed = set(map(str, range(self.modulus)))
        return text if len(text) == 2 and set(text) <= allowed else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer goes on rightly from what stands in the prompt, wherever that came from."""
        return float(answer == self.right(prompt))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right first answer of each of `n` tasks, and a wrong one."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            return (self.right(task["prompt"]), 1.0), (self.wrong(task["prompt"], draws), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    def document(self, plan: list[str], rate: float, draws: random.Random) -> Messages:
        """A conversation by a writer who errs at that rate, independently in every turn, and carries errors on."""
        written: Messages = []
        for key in plan:
            written.append(user(key))
            written.append(assistant(self.wrong(written, draws) if draws.random() < rate else self.right(written)))
        return written

    def _answer(self, prompt: Prompt, value: int) -> str:
        return f"{value}{(self._total(prompt) + value) % self.modulus}"

    def _total(self, prompt: Prompt) -> int:
        """The sum in the last readable answer of the prompt; 0 where there is none."""
        answers = [one["content"] for one in prompt if one["role"] == "assistant"] if isinstance(prompt, list) else []
        return next((int(text[1]) for text in reversed(answers) if self.read(text) is not None), 0)


def _last_key(prompt: Prompt) -> str:
    if isinstance(prompt, str) or not prompt or prompt[-1]["role"] != "user":
        raise ValueError(f"a turn of a chain is asked by messages that end with the user's, not {str(prompt)[:80]!r}")
    return prompt[-1]["content"]
