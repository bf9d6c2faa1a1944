"""Rollouts written down as they are made, in files that `headway audit` reads."""

import atexit
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from headway.rollouts import ROLLOUT_COLUMNS

NOT_TOLD = ("logprob", "entropy", "domain", "level", "author", "conversation", "turn", "context", "errors")
"""Columns of a rollout that no trainer hands to a reward function."""
SCHEMA: dict[str, pl.DataType] = {name: kind for name, kind in ROLLOUT_COLUMNS.items() if name not in NOT_TOLD}
"""The columns of a recorded rollout; those that a trainer does not tell are null."""


@dataclass
class Recorder:
    """A folder of Parquet files, one a call, each written whole and then renamed into place.

    Several processes may write into one folder: a file's name holds the step, the process and a number.
    """

    folder: Path
    written: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, step: int, columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
        """Record one batch of rollouts of this step; the frame that was written. `columns` must have a text each."""
        frame = rollouts(step, columns)
        with self._lock:
            name = f"step_{step:07d}.{os.getpid()}.{self.written:06d}.parquet"
            self.written += 1
        partial = self.folder / f".{name}"
        with partial.open("wb") as file:
            frame.write_parquet(file)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self.folder / name)
        return frame


@dataclass
class Buffer:
    """Rollouts that come one at a time, written `batch` at a time; what is left is written when the process ends.

    A rollout whose step is None gets the number of batches that this buffer has written before it.
    """

    recorder: Recorder
    batch: int = 512
    _rows: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _batches: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ValueError(f"batch is {self.batch}; allowed are whole numbers of at least 1")
        atexit.register(self.flush)

    def add(self, row: dict[str, Any]) -> None:
        """One rollout: `step`, or None, and the same columns in every call."""
        with self._lock:
            self._rows.append(row)
            full = len(self._rows) >= self.batch
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what has come since the last file."""
        with self._lock:
            rows, self._rows = self._rows, []
            number, self._batches = self._batches, self._batches + bool(rows)
        by_step: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            by_step.setdefault(number if row["step"] is None else row["step"], []).append(row)
        for step, some in sorted(by_step.items()):
            self.recorder.write(step, {name: [row[name] for row in some] for name in some[0] if name != "step"})


def rollouts(step: int, columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    """A frame in the recorded columns; a rollout without a task is grouped with those of the same prompt."""
    height = len(columns["text"])
    given = {"step": [step] * height, "split": ["train"] * height, **columns}
    for name, values in given.items():
        if len(values) != height:
            raise ValueError(f"{height} rollouts were given, but {len(values)} values of {name!r}; give one for each")
    frame = pl.DataFrame(
        {name: pl.Series(given.get(name, [None] * height), dtype=kind) for name, kind in SCHEMA.items()}
    )
    finite = [pl.when(pl.col(name).is_finite()).then(name) for name in ("reward", "gold", "confidence")]
    return frame.with_columns(*finite, task=pl.coalesce("task", "prompt").fill_null(""))


def plain(said: Any) -> str:
    """Text of a prompt or a completion: text as it is, messages as `role: content` lines, parts of content joined."""
    if isinstance(said, str):
        return said
    if isinstance(said, Mapping):
        said = [said]
    return "\n".join(f"{message.get('role', '')}: {_content(message.get('content'))}" for message in said)


def written(said: Any) -> str:
    """The text of a completion: of messages, what they say without the roles."""
    if isinstance(said, str):
        return said
    return "\n".join(_content(message.get("content")) for message in said)


def _content(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) if isinstance(part, Mapping) else str(part) for part in content)
