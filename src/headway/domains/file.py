"""A user's own prompts, from JSONL or Parquet, with answers or with a checker written in Python."""

import hashlib
import importlib
import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

import polars as pl

from headway.attempts import WORLD, Attempts, Prompt, Tasks
from headway.domains.split import is_held_out

Checker = Callable[[Prompt, str | None, str], float | bool | None]
"""A user's check: `(prompt, truth, answer) -> right?`; None means that it cannot tell."""


@dataclass(frozen=True)
class File:
    """Prompts from `path`: a row each, with `prompt` (text or messages) and, where known, `answer` and `level`.

    `checker` is `file.py:function` or `package.module:function`, called as `(prompt, truth, answer)`;
    it is the user's own code and runs in this process. Without one, an answer is right if it equals
    the row's `answer` when white space at both ends is dropped.
    """

    path: str
    checker: str = ""
    held_out: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 < self.held_out < 1.0:
            raise ValueError(f"File.held_out is {self.held_out}; it is a share between 0 and 1")
        if self.checker and ":" not in self.checker:
            raise ValueError(f"File.checker is {self.checker!r}; write it as file.py:function or module:function")

    @property
    def name(self) -> str:
        return Path(self.path).stem

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every character that the file's prompts and answers use."""
        texts = [str(row["prompt"]) + (row["truth"] or "") for row in self._rows]
        return tuple(sorted(set("".join(texts))))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` tasks from one side of the split, or all of them where the file has fewer."""
        side = [row for row in self._rows if is_held_out(row["prompt"], self.held_out) == held_out]
        if not side:
            which = "held out for the exam" if held_out else "left for training"
            raise ValueError(f"none of the {len(self._rows)} prompts in {self.path} is {which}; give more prompts")
        picked = random.Random(seed).sample(side, min(n, len(side)))
        return Tasks(pl.DataFrame(picked, infer_schema_length=None))

    def read(self, text: str) -> str | None:
        """The text without white space at its ends; None where nothing is left."""
        return text.strip() or None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """The checker's word, or equality with the row's answer; None where there is neither."""
        if answer is None:
            return 0.0
        if self._check is not None:
            verdict = self._check(prompt, truth, answer)
            return None if verdict is None else float(verdict)
        return None if truth is None else float(answer == truth.strip())

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: each answered row's own answer as right, and another row's answer as wrong where that differs."""
        rows = [row for row in self.tasks(n, seed).frame.iter_rows(named=True) if row["truth"] is not None]
        if not rows:
            raise ValueError(
                f"{self.path} gives no answers, and the embedded policy and replay are made from them; "
                f"add an `answer` to some hundreds of rows"
            )
        draws = random.Random(seed + 1)
        made = []
        for row in rows:
            other = draws.choice(rows)["truth"]
            pairs = [(row["truth"], 1.0)] + ([(other, 0.0)] if other != row["truth"] else [])
            for text, verdict in pairs:
                key = hashlib.blake2b(f"{row['task']}/{text}".encode(), digest_size=8).hexdigest()
                made.append(
                    {
                        **row,
                        "id": f"world-{key}",
                        "author": WORLD,
                        "text": text,
                        "answer": self.read(text),
                        "verdicts": {WORLD: verdict},
                    }
                )
        return Attempts.of(made)

    @cached_property
    def _rows(self) -> list[dict]:
        """The file's rows as tasks; ValueError names the file, the row and what is missing."""
        rows = {}
        for _, row in prompts_in(self.path):
            key = hashlib.blake2b(str(row["prompt"]).encode(), digest_size=8).hexdigest()
            answer = row.get("answer")
            rows.setdefault(
                key,
                {
                    "task": f"{self.name}:{key}",
                    "domain": self.name,
                    "level": int(row.get("level") or 0),
                    "prompt": row["prompt"],
                    "truth": None if answer is None else str(answer),
                },
            )
        return list(rows.values())

    @cached_property
    def _check(self) -> Checker | None:
        if not self.checker:
            return None
        source, _, function = self.checker.rpartition(":")
        module = _module_from(Path(source)) if source.endswith(".py") else importlib.import_module(source)
        if function not in vars(module):
            raise ValueError(f"{source} has no function {function!r} to check answers with")
        return vars(module)[function]


def prompts_in(path: str) -> list[tuple[int, dict]]:
    """The rows of a file and their numbers from 1; ValueError names the file and the row that has no prompt."""
    if not Path(path).is_file():
        raise ValueError(f"{path} is not a file; give a .jsonl or .parquet file of prompts")
    if Path(path).suffix == ".parquet":
        rows = list(enumerate(pl.read_parquet(path).iter_rows(named=True), start=1))
    else:
        rows = list(lines_in(Path(path)))
    if rows and not any("prompt" in row for _, row in rows):
        raise ValueError(
            f"{path} has no `prompt` column; its columns are {sorted({key for _, row in rows for key in row})}"
        )
    for number, row in rows:
        if row.get("prompt") is None:
            raise ValueError(f"{path} row {number} has no prompt")
    return rows


def lines_in(path: Path) -> Iterator[tuple[int, dict]]:
    """The rows of a JSONL file; ValueError names the first line that is no JSON object."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path} line {number} is not JSON ({error.msg}); fix or remove that line") from None
        if not isinstance(row, dict):
            raise ValueError(f"{path} line {number} is not a JSON object; every line needs one with a `prompt`")
        yield number, row


def _module_from(path: Path) -> ModuleType:
    if not path.is_file():
        raise ValueError(f"the checker file {path} does not exist")
    name = f"headway_checker_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} cannot be imported as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
