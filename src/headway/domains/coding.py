"""A user's own programming tasks, from JSONL or Parquet: a prompt and the tests of what answers it."""

import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.assertions import cases_in
from headway.domains.code import program_in
from headway.domains.file import prompts_in
from headway.domains.gold import gold
from headway.domains.split import is_held_out
from headway.sandbox.candidate import Candidate, Case, refuse_unplain
from headway.sandbox.limits import LIMITS
from headway.sandbox.tiers import Tier
from headway.sandbox.warm import warm

TESTS = ("tests", "test_list", "test")
"""Columns in which tests are looked for, in this order: ours, MBPP's, HumanEval's."""
ENTRIES = ("entry", "entry_point")


@dataclass(frozen=True)
class Coding:
    """Programs for the prompts in `path`, judged by the row's tests, which no prompt shows unless you put them there.

    `tests` is a list of `{"arguments": [...], "expected": ...}` beside the function's name in `entry`, or assertions as
    text or a list of texts (`test_list` of MBPP, `test` and `entry_point` of HumanEval), which are read and not run:
    a program returns plain values, and they are compared outside of its reach by exact type and value. `answer`, where
    there is one, is a right program. The rest is as `File` and `Programs` have it.
    """

    path: str
    held_out: float = 0.2
    least: Tier = "filtered"

    def __post_init__(self) -> None:
        if not 0.0 < self.held_out < 1.0:
            raise ValueError(f"Coding.held_out is {self.held_out}; it is a share between 0 and 1")

    @property
    def name(self) -> str:
        return Path(self.path).stem

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every character that the file's prompts and answers use."""
        texts = [str(row["prompt"]) + (row["truth"] or "") for row in self._rows.values()]
        return tuple(sorted(set("".join(texts))))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` tasks from one side of the split, or all of them where the file has fewer."""
        rows = self._rows.items()
        side = [row for prompt, row in rows if is_held_out(prompt, self.held_out) == held_out]
        if not side:
            which = "held out for the exam" if held_out else "left for training"
            raise ValueError(f"none of the {len(rows)} prompts in {self.path} is {which}; give more prompts")
        picked = random.Random(seed).sample(side, min(n, len(side)))
        return Tasks(pl.DataFrame(picked, infer_schema_length=None))

    def read(self, text: str) -> str | None:
        """The code in a fenced block, or else all of the text; None where there is none."""
        return program_in(text)

    def candidate(self, prompt: Prompt, truth: str | None, answer: str) -> Candidate:
        """The program of an answer and the tests of its row; `truth` is not needed."""
        del truth
        entry, cases = self._tests[str(prompt)]
        return Candidate(answer, entry, cases)

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 if the program passes every test, None where the sandbox itself failed."""
        if answer is None:
            return 0.0
        return warm(LIMITS, self.least).one(self.candidate(prompt, truth, answer)).value

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: each row's own answer as right, and another row's as wrong where that does not pass."""
        tasks = self.tasks(n, seed)
        known = [row["truth"] for row in tasks.frame.iter_rows(named=True) if row["truth"] is not None]
        if not known:
            raise ValueError(f"{self.path} gives no answers to learn from; add an `answer` to some hundreds of rows")
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            if task["truth"] is None:
                return ()
            other = draws.choice(known)
            right = self.check(task["prompt"], None, other)
            return (task["truth"], 1.0), *(((other, right),) if other != task["truth"] and right is not None else ())

        return gold(tasks, tried, self.read)

    @cached_property
    def _rows(self) -> dict[str, dict]:
        """The file's rows as tasks, by prompt."""
        rows = {}
        for _, row in prompts_in(self.path):
            prompt, answer = str(row["prompt"]), row.get("answer")
            key = hashlib.blake2b(prompt.encode(), digest_size=8).hexdigest()
            rows[prompt] = {
                "task": f"{self.name}:{key}",
                "domain": self.name,
                "level": int(row.get("level") or 0),
                "prompt": row["prompt"],
                "truth": None if answer is None else str(answer),
            }
        return rows

    @cached_property
    def _tests(self) -> dict[str, tuple[str, tuple[Case, ...]]]:
        """The function's name and its cases, by prompt; ValueError names the row whose tests cannot be read."""
        found = {}
        for number, row in prompts_in(self.path):
            try:
                found[str(row["prompt"])] = _tests_of(row)
            except ValueError as error:
                raise ValueError(f"{self.path} row {number}: {error}") from None
        return found


def _tests_of(row: Mapping[str, Any]) -> tuple[str, tuple[Case, ...]]:
    tests = next((row[name] for name in TESTS if row.get(name) is not None), None)
    entry = next((row[name] for name in ENTRIES if row.get(name) is not None), None)
    if not tests:
        raise ValueError(f"there are no tests; give one of the columns {', '.join(TESTS)}")
    if isinstance(tests, str) or isinstance(tests[0], str):
        entry, cases = cases_in(tests if isinstance(tests, str) else "\n".join(tests), entry)
    elif entry is None:
        raise ValueError(f"the function that is tested has no name; give it in the column {ENTRIES[0]}")
    else:
        cases = tuple(Case(tuple(test["arguments"]), test["expected"]) for test in tests)
    refuse_unplain(cases)
    return entry, cases


def has_tests(path: str) -> bool:
    """Whether the first prompt of a file comes with tests."""
    return any(row.get(name) is not None for _, row in prompts_in(path)[:1] for name in TESTS)
