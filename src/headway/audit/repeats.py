"""Rows that a log writes more than once: found, counted and read once.

What is equal is not enough: a collapsed policy writes equal rows in earnest. So only what the writer is known to repeat
is looked for: the end of one file as the beginning of the next, or all earlier steps in every file.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from headway.audit.problems import REPEATED, Problems
from headway.rollouts import ROLLOUT_COLUMNS

CONTENT = [name for name in ROLLOUT_COLUMNS if name != "step"]


@dataclass
class Repeats:
    """What has been seen of one log; `kind` is that of the reader."""

    kind: str
    step: int | None = None
    before: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    steps: set[int] = field(default_factory=set)

    def fresh(self, frame: pl.DataFrame, name: str, problems: Problems) -> pl.DataFrame:
        """The rows of the next frame that were not there before."""
        if not self.kind:
            return frame
        parts = frame.partition_by("step", maintain_order=True)
        kept = pl.concat([self._shifted(part) if self.kind == "shift" else self._later(part) for part in parts])
        if left_out := frame.height - kept.height:
            problems.add(REPEATED, f"{name}: {left_out:,} rows", left_out)
        return kept

    def _shifted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of one step that are not those with which the step before ended."""
        step, hashes = rows["step"][0], rows.select(CONTENT).hash_rows().to_numpy()
        if step == self.step:
            self.before = np.append(self.before, hashes)
            return rows
        shared = overlap(self.before, hashes)
        self.step, self.before = step, hashes
        return rows[shared:]

    def _later(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of one step, none where the step was there before."""
        step = rows["step"][0]
        if step in self.steps:
            return rows.clear()
        self.steps.add(step)
        return rows


def overlap(before: np.ndarray, after: np.ndarray) -> int:
    """How many rows at the end of `before` are those at the beginning of `after`, the most that fit."""
    for size in range(min(before.size, after.size), 0, -1):
        if before[before.size - size] == after[0] and np.array_equal(before[before.size - size :], after[:size]):
            return size
    return 0
