"""Rows in any order of steps, put on disk in sorted runs, and read back one stretch of steps at a time.

Memory holds one buffer and one stretch, however many rows there are: the first half of an external sort, whose merge
is left to the reading of each stretch.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from headway.rollouts import ROLLOUT_COLUMNS

BUFFERED = 64 << 20
"""Bytes of rows that are held before they are written."""
ROW_GROUP = 4096


@dataclass(frozen=True)
class SortedRun:
    """One file, its rows ascending by step: where each of its steps begins, and where the last one ends."""

    path: Path
    steps: np.ndarray
    starts: np.ndarray

    def between(self, first: int, last: int, share: float) -> pl.DataFrame | None:
        """The rows of the steps from `first` to `last`, or of this share of their tasks; None where it has none."""
        low, high = np.searchsorted(self.steps, first), np.searchsorted(self.steps, last, side="right")
        if low >= high:
            return None
        start, end = int(self.starts[low]), int(self.starts[high])
        rows = pl.scan_parquet(self.path).slice(start, end - start)
        if share < 1.0:
            # By the hash of the task, so that whole groups are drawn, and the same ones in every stretch.
            rows = rows.filter(pl.col("task").hash(seed=0) <= int(np.iinfo(np.uint64).max * share))
        return rows.collect()


@dataclass
class Spool:
    """The rollouts of one split of one log, in a folder of its own."""

    folder: Path
    rows: Counter[int] = field(default_factory=Counter)
    """How many rollouts each step has."""
    filled: Counter[str] = field(default_factory=Counter)
    """How many rollouts have a value in each column."""
    size: int = 0
    """Bytes of all rows in memory, had they been there at once."""
    _buffer: list[pl.DataFrame] = field(default_factory=list)
    _held: int = 0
    _runs: list[SortedRun] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows in, whatever their steps."""
        if frame.is_empty():
            return
        counts = frame["step"].value_counts()
        self.rows.update(dict(counts.iter_rows()))
        self.filled.update({name: frame.height - frame[name].null_count() for name in ROLLOUT_COLUMNS})
        self._buffer.append(frame)
        self._held += int(frame.estimated_size())
        self.size += int(frame.estimated_size())
        if self._held >= BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered as one more sorted run."""
        if not self._buffer:
            return
        frame = pl.concat(self._buffer).sort("step", maintain_order=True)
        self._buffer, self._held = [], 0
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{len(self._runs):05d}.parquet"
        frame.write_parquet(path, compression="lz4", row_group_size=ROW_GROUP, statistics=False)
        steps, starts = np.unique(frame["step"].to_numpy(), return_index=True)
        self._runs.append(SortedRun(path, steps, np.append(starts, frame.height)))

    def between(self, first: int, last: int, share: float = 1.0) -> pl.DataFrame:
        """The rows of the steps from `first` to `last` ascending by step, or those of this share of the tasks."""
        self.flush()
        parts = [part for run in self._runs if (part := run.between(first, last, share)) is not None]
        # Parts are in the order in which they came, so that rows of a step keep the order of the log.
        return pl.concat(parts).sort("step", maintain_order=True) if parts else pl.DataFrame(schema=ROLLOUT_COLUMNS)

    @property
    def steps(self) -> list[int]:
        """The steps there are, ascending."""
        return sorted(self.rows)

    @property
    def height(self) -> int:
        """How many rollouts there are."""
        return sum(self.rows.values())
