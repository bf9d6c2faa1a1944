"""Running sums over a dictionary that is told: any model that reads messages can be asked, none has to be trained."""

import json
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import polars as pl

from headway.attempts import MESSAGES, Attempts, Prompt, Tasks
from headway.domains.chained import Messages, assistant, user
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

# fmt: off
KEYS = (
    "apple", "bread", "cloud", "dance", "eagle", "flame", "grape", "house", "ivory", "juice", "knife", "lemon", "mouse",
    "night", "ocean", "piano", "queen", "river", "stone", "table", "uncle", "violin", "wheel", "youth", "zebra",
    "brick", "chair", "drum", "field", "glass", "horse", "inlet", "jewel", "kite", "ladder", "maple", "nurse", "onion",
    "pearl", "quilt",
)
# fmt: on
NOISE = 10
"""An error is off by 1 to this much; never by 0."""
ANSWER = re.compile(r"<answer>\s*([+-]?\d+)\s*</answer>")
TOTAL = re.compile(r'"total"\s*:\s*([+-]?\d+)\b')
ALONE = re.compile(r"\A\s*([+-]?\d+)\s*\.?\s*\Z")


@dataclass(frozen=True)
class Lookups:
    """`turns` turns, `each` keys a turn; the answer is the sum so far of the values of all keys that were given.

    The dictionary of `keys` keys, whole numbers from `lowest` to `highest`, is drawn by `world` and told in the first
    message, and so is what to do: only execution is asked for (arXiv:2509.09677). A step is right if it goes on rightly
    from the model's own last readable answer. `form` "tool" writes the same as a transcript of tool calls: each turn is
    a tool's result that names the next keys, each answer a call that sets the total. With
    `think` the model is asked to think first, and later turns are shown its answer alone. The level of a task is its
    turns.
    """

    keys: int = 8
    turns: int = 16
    each: int = 1
    lowest: int = -99
    highest: int = 99
    form: Literal["chat", "tool"] = "chat"
    think: bool = False
    world: int = 0

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("keys", self.keys, 2, len(KEYS)),
            ("turns", self.turns, 1, 1000),
            ("each", self.each, 1, 100),
        ):
            if not least <= value <= most:
                raise ValueError(f"Lookups.{name} is {value}; allowed are {least} to {most}")
        if self.highest < self.lowest or self.lowest == self.highest == 0:
            raise ValueError(
                f"Lookups.highest is {self.highest}; allowed: at least lowest, {self.lowest}, and not both 0"
            )
        if self.form not in ("chat", "tool"):
            raise ValueError(f"Lookups.form is {self.form!r}; allowed are 'chat' and 'tool'")

    @property
    def name(self) -> str:
        return "lookups"

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every character of its messages, and every key."""
        told = "".join(one["content"] for one in self.opening()) + self._asked(list(KEYS[:2])) + self.answered(-1)
        return (*self.values, *sorted(set(told + "0123456789")))

    @cached_property
    def values(self) -> dict[str, int]:
        """The value of every key; a value of 0 would make turns without work, and is not drawn where others are."""
        draws = random.Random(self.world)
        allowed = [value for value in range(self.lowest, self.highest + 1) if value]
        return {key: draws.choice(allowed) for key in draws.sample(KEYS, self.keys)}

    def opening(self) -> Messages:
        """The dictionary and what to do, and a first answer, 0, in the form that is wanted."""
        told = ", ".join(f"{key} = {value}" for key, value in self.values.items())
        if self.form == "tool":
            said = (
                f"You keep a running total with the tool set_total. Values: {told}. Every tool result names the next "
                f"keys; add their values to the total so far and call set_total with the new total. Reply with the "
                f"call alone, in JSON. Begin with a total of 0."
            )
        else:
            said = (
                f"Here is a dictionary: {told}. I will give you keys, turn by turn. Add their values to the sum so "
                f"far, which begins at 0, and reply with the new sum alone, as <answer>SUM</answer>."
            )
        if self.think:
            said = said.replace(" alone, ", " last, after thinking it through, ")
        return [user(said), assistant(self.answered(0))]

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct plans, each as the prompt of its first turn; the trait `plan` has what every turn asks."""
        draws = random.Random(seed)

        def draw() -> str:
            return " ".join(draws.choices(list(self.values), k=self.turns * self.each))

        plans = []
        for drawn in distinct_prompts(draw, n, held_out=held_out, what=repr(self)):
            keys = drawn.split()
            plans.append([self._asked(keys[start : start + self.each]) for start in range(0, len(keys), self.each)])
        frame = pl.DataFrame(
            {
                "task": [f"lookups:{'|'.join(' '.join(self._keys(asked)) for asked in plan)}" for plan in plans],
                "domain": [self.name] * n,
                "level": [self.turns] * n,
                "truth": [self.truths(plan)[0] for plan in plans],
                "traits": [{"plan": plan} for plan in plans],
            }
        )
        prompts = [[*self.opening(), user(plan[0])] for plan in plans]
        return Tasks(frame.with_columns(pl.Series("prompt", prompts, dtype=MESSAGES)))

    def truths(self, plan: list[str]) -> list[str]:
        """The answer of a writer without errors in every turn."""
        total, texts = 0, []
        for asked in plan:
            total += self._worth(asked)
            texts.append(self.answered(total))
        return texts

    def right(self, prompt: Prompt) -> str:
        """The last readable answer's sum and the values of the last keys."""
        return self.answered(self._total(prompt) + self._worth(_last(prompt)))

    def wrong(self, prompt: Prompt, draws: random.Random) -> str:
        """A sum that is off, never by 0."""
        off = draws.choice([value for value in range(-NOISE, NOISE + 1) if value])
        return self.answered(self._total(prompt) + self._worth(_last(prompt)) + off)

    def record(self, text: str) -> str:
        """The answer alone where the model was asked to think first."""
        said = self.read(text) if self.think else None
        return text if said is None else self.answered(int(said))

    def answered(self, total: int) -> str:
        """A sum in the form that is wanted."""
        if self.form == "tool":
            return json.dumps({"tool": "set_total", "arguments": {"total": total}})
        return f"<answer>{total}</answer>"

    def read(self, text: str) -> str | None:
        """The first answer in the wanted form (with `think` the last), or a number alone; None for anything else."""
        found = list((TOTAL if self.form == "tool" else ANSWER).finditer(text)) or list(ALONE.finditer(text))
        return str(int(found[-1 if self.think else 0][1])) if found else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the answer goes on rightly from what stands in the prompt, wherever that came from."""
        return float(answer == self.read(self.right(prompt)))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the right first answer of each of `n` tasks, and a wrong one."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            return (self.right(task["prompt"]), 1.0), (self.wrong(task["prompt"], draws), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    def _asked(self, keys: list[str]) -> str:
        if self.form == "tool":
            return json.dumps({"ok": True, "next": keys})
        return " ".join(keys)

    def _keys(self, asked: str) -> list[str]:
        return json.loads(asked)["next"] if self.form == "tool" else asked.split()

    def _worth(self, asked: str) -> int:
        return sum(self.values[key] for key in self._keys(asked))

    def _total(self, prompt: Prompt) -> int:
        """The sum in the last readable answer of the prompt; 0 where there is none."""
        answers = [one["content"] for one in prompt if one["role"] == "assistant"] if isinstance(prompt, list) else []
        return next((int(said) for text in reversed(answers) if (said := self.read(text)) is not None), 0)


def _last(prompt: Prompt) -> str:
    if isinstance(prompt, str) or not prompt or prompt[-1]["role"] != "user":
        raise ValueError(f"a turn is asked by messages that end with the user's, not {str(prompt)[:80]!r}")
    return prompt[-1]["content"]
