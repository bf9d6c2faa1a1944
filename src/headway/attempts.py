"""The one table that travels: every try at every task, and all that has been said of it.

Rooms add columns and change nothing in place. The same columns are what a run folder stores as
Parquet, and what readers of other people's rollouts produce.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import polars as pl

Prompt = str | list[dict[str, str]]
"""A prompt: plain text, or messages with `role` and `content`."""

MESSAGES = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))
WORLD = "world"
"""The author of given data: gold answers, corrections, pretraining text."""

TASK_COLUMNS: dict[str, tuple[pl.DataType, ...]] = {
    "task": (pl.String(),),
    "domain": (pl.String(),),
    "level": (pl.Int64(),),
    "prompt": (pl.String(), MESSAGES),
    "truth": (pl.String(),),
    "traits": (pl.Null(), pl.Struct([])),
    "origin": (pl.String(),),
}
ATTEMPT_COLUMNS: dict[str, tuple[pl.DataType, ...]] = {
    **TASK_COLUMNS,
    "id": (pl.String(),),
    "author": (pl.String(),),
    "text": (pl.String(),),
    "answer": (pl.String(),),
    "tokens": (pl.Int64(),),
    "logprob": (pl.Float64(),),
    "confidence": (pl.Float64(),),
    "finish": (pl.String(),),
    "staleness": (pl.Int64(),),
    "verdicts": (pl.Null(), pl.Struct([])),
    "remarks": (pl.Null(), pl.Struct([])),
    "weight": (pl.Float64(),),
}
REQUIRED = ("task", "domain", "level", "prompt", "id", "author", "text")
"""Columns that may not be null; everything else may be absent from a row, or altogether."""


class SchemaError(ValueError):
    """A table that breaks the schema; the message names the column, the row and what was expected."""


@dataclass(frozen=True)
class Table:
    """A polars frame whose columns are checked when it is made; see `Tasks` and `Attempts`."""

    frame: pl.DataFrame

    def __len__(self) -> int:
        return self.frame.height

    def __getitem__(self, column: str) -> pl.Series:
        return self.frame[column]

    @property
    def prompts(self) -> list[Prompt]:
        """Every row's prompt."""
        return self.frame["prompt"].to_list()

    def filter(self, mask: pl.Expr | np.ndarray | pl.Series) -> Self:
        """The rows for which `mask` holds."""
        return self._checked(self.frame.filter(mask))

    @classmethod
    def _checked(cls, frame: pl.DataFrame) -> Self:
        """The table of a frame of which every column was checked already: checks cost more than most changes."""
        table = object.__new__(cls)
        object.__setattr__(table, "frame", frame)
        return table


@dataclass(frozen=True)
class Tasks(Table):
    """What is asked: the columns of `TASK_COLUMNS`, a row a task."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", conformed(self.frame, TASK_COLUMNS))
        _distinct(self.frame, "task")


@dataclass(frozen=True)
class Attempt:
    """One row: one try at one task. Field meanings are those of the columns in `docs/attempts.md`."""

    task: str
    domain: str
    level: int
    prompt: Prompt
    truth: str | None
    traits: dict[str, Any] | None
    origin: str | None
    id: str
    author: str
    text: str
    answer: str | None
    tokens: int | None
    logprob: float | None
    confidence: float | None
    finish: str | None
    staleness: int | None
    verdicts: dict[str, float | None] | None
    remarks: dict[str, Any] | None
    weight: float | None


@dataclass(frozen=True)
class Attempts(Table):
    """Tries at tasks: the columns of `ATTEMPT_COLUMNS`, a row an attempt, ids distinct."""

    def __post_init__(self) -> None:
        frame = conformed(self.frame, ATTEMPT_COLUMNS)
        object.__setattr__(self, "frame", frame)
        _distinct(frame, "id")
        _finite(frame, "logprob")
        _finite(frame, "weight")
        _within_unit(frame["confidence"], "confidence")
        for name in self.judges:
            _within_unit(self.verdict(name), f"verdicts.{name}")

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Self:
        """A table from plain rows; columns that no row has are absent, which reads as null."""
        return cls(pl.DataFrame(rows, infer_schema_length=None))

    @classmethod
    def join(cls, tables: Sequence["Attempts"]) -> Self:
        """All rows of `tables`, in order; a judge that spoke in one of them is null in the others."""
        judges = sorted({judge for table in tables for judge in table.judges})
        frames = [table._with_judges(judges) for table in tables if len(table)]
        return cls(pl.concat(frames or [tables[0].frame], how="diagonal_relaxed"))

    def __iter__(self) -> Iterator[Attempt]:
        return (Attempt(**row) for row in self.frame.iter_rows(named=True))

    @property
    def judges(self) -> tuple[str, ...]:
        """Names of the judges that have spoken."""
        return field_names(self.frame, "verdicts")

    def verdict(self, judge: str) -> pl.Series:
        """That judge's opinion of every row, in [0, 1], null where it has none; KeyError for an unknown judge."""
        if judge not in self.judges:
            raise KeyError(
                f"no judge named {judge!r} has spoken; verdicts here come from {list(self.judges)}; "
                f"add that judge to the loop or name one of these"
            )
        # Not `struct.field`, which is a query of its own.
        return self.frame["verdicts"].struct.unnest()[judge].cast(pl.Float64)

    def judged(self, judge: str, verdicts: pl.Series | np.ndarray) -> Self:
        """The table with this judge's opinion added, or replaced.

        A series of structs, `verdict` and `remark`, adds what the judge remarks of each row to `remarks` as well.
        """
        if isinstance(verdicts, pl.Series) and isinstance(verdicts.dtype, pl.Struct):
            told = self._with("remarks", verdicts.struct.field("remark").alias(judge))
            return told.judged(judge, verdicts.struct.field("verdict"))
        mine = pl.Series(judge, verdicts, dtype=pl.Float64)
        _within_unit(mine, f"verdicts.{judge}")
        return self._with("verdicts", mine)

    def remark(self, judge: str) -> pl.Series:
        """What that judge remarked of every row, null where nothing; KeyError for one that has remarked nothing."""
        if judge not in field_names(self.frame, "remarks"):
            raise KeyError(f"the judge {judge!r} has remarked nothing; {list(field_names(self.frame, 'remarks'))} have")
        return self.frame["remarks"].struct.field(judge)

    def _with(self, column: str, mine: pl.Series) -> Self:
        """The table with the field that is named as `mine` in a column of structs, added or replaced."""
        known = field_names(self.frame, column)
        said = self.frame[column].struct.unnest() if known else pl.DataFrame()
        others = [said[name] for name in known if name != mine.name]
        return self._checked(self.frame.with_columns(pl.DataFrame([*others, mine]).to_struct(column)))

    def weighing(self, weights: pl.Series | np.ndarray) -> Self:
        """The table with these weights: 0 teaches nothing, negative unlearns."""
        changed = self.frame.with_columns(pl.Series("weight", weights, dtype=pl.Float64))
        _finite(changed, "weight")
        return self._checked(changed)

    def aged(self, staleness: int) -> Self:
        """The table, of which every row says how many trainings its author was behind."""
        return self._checked(self.frame.with_columns(pl.lit(staleness, dtype=pl.Int64).alias("staleness")))

    @cached_property
    def kept(self) -> Self:
        """The rows that training learns from: weight not null and not 0."""
        return self.filter(pl.col("weight").is_not_null() & (pl.col("weight") != 0.0))

    def passing(self, of: str | None) -> pl.DataFrame:
        """How well each level goes by what a loop can see: `level`, `share` in [0, 1] and `tasks`, lowest level first.

        `share` is the mean over tasks of the verdict `of`, where no verdict counts as 0; with None, the share
        of tasks of which something is kept.
        """
        seen = (
            self.verdict(of).fill_null(0.0) if of is not None else self.frame["weight"].fill_null(0.0).ne(0.0).cast(int)
        )
        by_task = (
            self.frame.select("task", "level", seen=seen)
            .group_by("task", "level")
            .agg(pl.col("seen").max() if of is None else pl.col("seen").mean())
        )
        return (
            by_task.group_by("level").agg(pl.col("seen").mean().alias("share"), pl.len().alias("tasks")).sort("level")
        )

    def _with_judges(self, judges: Sequence[str]) -> pl.DataFrame:
        if not judges:
            return self.frame
        columns = [
            pl.col("verdicts").struct.field(name).cast(pl.Float64)
            if name in self.judges
            else pl.lit(None, dtype=pl.Float64).alias(name)
            for name in judges
        ]
        return self.frame.with_columns(pl.struct(columns).alias("verdicts"))


def field_names(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    """Names of the fields of a column of structs, such as traits or judges; none where nothing has been said."""
    dtype = frame.schema[column]
    return tuple(field.name for field in dtype.fields) if isinstance(dtype, pl.Struct) else ()


def conformed(frame: pl.DataFrame, columns: Mapping[str, tuple[pl.DataType, ...]]) -> pl.DataFrame:
    """`frame` with exactly these columns in this order: absent ones null, lossless casts done, the rest refused."""
    unknown = [name for name in frame.columns if name not in columns]
    if unknown:
        raise SchemaError(f"unknown column {unknown[0]!r}; the columns are {list(columns)}; put other data in `traits`")
    made = []
    for name, kinds in columns.items():
        if name not in frame.columns:
            made.append(pl.Series(name, [None] * frame.height, dtype=kinds[0]))
        else:
            made.append(_column(frame[name], kinds))
    result = pl.DataFrame(made)
    for name in REQUIRED:
        if name in columns and result[name].null_count():
            row = int(result[name].is_null().arg_max() or 0)
            raise SchemaError(f"column {name!r} is missing or null in row {row}; every row needs one")
    return result


def _column(series: pl.Series, kinds: tuple[pl.DataType, ...]) -> pl.Series:
    """`series` as the first of `kinds` it can be; a SchemaError names the column and what it holds."""
    if any(series.dtype == kind or _both_struct(series.dtype, kind) for kind in kinds):
        return series
    if series.dtype == pl.Null or (series.dtype.is_integer() and kinds[0].is_numeric()) or series.dtype == pl.Float32:
        try:
            return series.cast(kinds[0])
        except pl.exceptions.PolarsError:
            pass  # falls through to the sentence below
    expected = " or ".join(str(kind) for kind in kinds)
    raise SchemaError(f"column {series.name!r} holds {series.dtype}, expected {expected}")


def _both_struct(dtype: pl.DataType, kind: pl.DataType) -> bool:
    return isinstance(dtype, pl.Struct) and isinstance(kind, pl.Struct)


def _distinct(frame: pl.DataFrame, column: str) -> None:
    if frame[column].n_unique() != frame.height:
        twice = frame.filter(pl.col(column).is_duplicated())[column][0]
        raise SchemaError(f"column {column!r} must tell rows apart, but {twice!r} stands in more than one row")


def _finite(frame: pl.DataFrame, column: str) -> None:
    if math.isfinite(frame[column].sum() or 0.0):
        return  # no sum that is finite has a summand that is not
    bad = frame[column].is_not_null() & ~frame[column].is_finite()
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise SchemaError(f"column {column!r} is {frame[column][row]} in row {row}; absence is null, never NaN")


def _within_unit(series: pl.Series, name: str) -> None:
    low, high = series.min(), series.max()
    if low is None or (low >= 0.0 and high <= 1.0 and math.isfinite(series.sum())):  # type: ignore[operator]
        return  # the extremes do not see a NaN, the sum does
    bad = series.is_not_null() & ~series.is_between(0.0, 1.0)
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise SchemaError(f"column {name!r} is {series[row]} in row {row}; it must lie in [0, 1], or be null")
