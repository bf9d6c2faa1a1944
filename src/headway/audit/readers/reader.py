"""What a reader is: it says whether a file is of its stack and why, and turns the file into frames of rollouts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from headway.audit.files import Found
from headway.audit.problems import Problems
from headway.audit.readers.place import root_of
from headway.audit.rows import Rollout, Row, frames

Columns = Mapping[str, str]


@dataclass(frozen=True)
class Reader:
    """One format. A reader of rows says how one row becomes rollouts; others replace `read`."""

    name = "rows"
    """What people call the format."""
    split = "train"
    """The split that is audited where a log has both."""
    repeats = ""
    """`shift` where a file begins with the rows that the one before ended with, `steps` where it holds all before."""

    def recognises(self, found: Found) -> str | None:
        """What in the content makes the file one of this format; None where it is not."""
        raise NotImplementedError

    def columns(self, found: Found) -> Columns:
        """Which of the log's fields each column of the rollouts comes from."""
        raise NotImplementedError

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        """What makes rollouts of one row of this file; it raises BadRow for a row that it cannot read."""
        raise NotImplementedError

    def root(self, found: Found) -> Path:
        """The folder of the log that the file is part of: files with the same root are audited together."""
        return root_of(found)

    def read(self, found: Found, problems: Problems) -> Iterator[pl.DataFrame]:
        """The rollouts of the file, a bounded batch at a time. BadFile ends the file, not the audit."""
        yield from frames(found, problems, self.rows(found))


def has(found: Found, *names: str) -> bool:
    """Whether the first row has all these fields."""
    return all(name in found.columns for name in names)


def first_value(row: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The value of the first of these fields that the row has and that is not null."""
    return next((row[name] for name in names if row.get(name) is not None), None)


def present(found: Found, names: Iterable[str]) -> str | None:
    """The first of these fields that the file has."""
    return next((name for name in names if name in found.columns), None)
