"""Rows that the gap is measured on: a task, who wrote, what is true of it, and an opinion a judge.

Nothing here loads torch, so a log is read as fast as the disk gives it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.domains.file import lines_in

WORLDLY = ("tool", WORLD)
"""Verdicts that read the world: what is true, never a judge to be measured."""
TRUTHS = ("truth", "correct", "right", "is_correct")
OPINIONS = ("verdict", "score", "confidence", "opinion")
BOTH = "every row needs what is true of the attempt (1 or 0) and what the judge said of it (0 to 1)"


@dataclass(frozen=True)
class Rows:
    """`frame` has `task`, `domain`, `author`, `truth` and a column a judge; `notes` say what is left out."""

    frame: pl.DataFrame
    opinions: tuple[str, ...]
    notes: tuple[str, ...] = ()


def rows_of(attempts: Attempts, opinions: Sequence[str], truth: str = "tool") -> Rows:
    """The rows of a table of attempts. ValueError where nothing is known to be right or wrong."""
    frame = attempts.frame.select("task", "domain", "author", attempts.verdict(truth).alias("truth"))
    judged = frame.with_columns(attempts.verdict(name).alias(name) for name in opinions)
    return _known(judged, tuple(opinions), f"the judge {truth!r}")


def read_rows(path: Path, truth: str | None = None, opinions: Sequence[str] = ()) -> Rows:
    """The rows of a .jsonl or .parquet file: our own table of attempts, or a row an attempt with its fields.

    `truth` and `opinions` name fields, or judges of the field `verdicts`; where they are not given, the usual names
    are looked for. ValueError says what is missing.
    """
    if not path.is_file():
        raise ValueError(f"{path} is not a file; give the rows as .jsonl or .parquet")
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
    else:
        frame = pl.DataFrame([row for _, row in lines_in(path)], infer_schema_length=None)
    if frame.is_empty():
        raise ValueError(f"{path} has no rows; {BOTH}")
    fields = _fields(frame)
    right = _named(truth, fields, "--truth", path) if truth else _first((*WORLDLY, *TRUTHS), fields)
    if right is None:
        raise ValueError(
            f"{path} has no field that says what is right: {BOTH}; name the field with --truth "
            f"(fields of numbers here: {', '.join(fields) or 'none'})"
        )
    found = tuple(_named(name, fields, "--verdict", path) for name in opinions) or _judges(frame, fields, right)
    if not found:
        raise ValueError(
            f"{path} has no opinion to measure beside {right!r}: {BOTH}; name the field with --verdict "
            f"(fields of numbers here: {', '.join(fields)})"
        )
    if len(set(found)) < len(found) or right in found:
        raise ValueError(f"the truth {right!r} and the verdicts {', '.join(found)} have to be different fields")
    made = pl.DataFrame(
        {
            "task": _tasks(frame, path),
            "domain": frame["domain"].cast(pl.String) if "domain" in frame.columns else [path.stem] * frame.height,
            "author": frame["author"].cast(pl.String) if "author" in frame.columns else ["model"] * frame.height,
            "truth": fields[right],
            **{name: fields[name] for name in found},
        }
    )
    for name in ("truth", *found):
        _within_unit(made[name], right if name == "truth" else name, path)
    return _known(made.filter(pl.col("author") != WORLD), found, f"the field {right!r}")


def _fields(frame: pl.DataFrame) -> Mapping[str, pl.Series]:
    """Every field of numbers or of yes and no, those inside `verdicts` by the judge's name."""
    flat = {name: frame[name] for name in frame.columns}
    if isinstance(dtype := frame.schema.get("verdicts"), pl.Struct):
        flat |= {field.name: frame["verdicts"].struct.field(field.name) for field in dtype.fields}
    return {
        name: one.cast(pl.Float64) for name, one in flat.items() if one.dtype.is_numeric() or one.dtype == pl.Boolean
    }


def _named(name: str, fields: Mapping[str, pl.Series], option: str, path: Path) -> str:
    if name not in fields:
        raise ValueError(
            f"{path} has no field of numbers named {name!r} ({option}); it has {', '.join(fields) or 'none'}"
        )
    return name


def _first(names: Sequence[str], fields: Mapping[str, pl.Series]) -> str | None:
    return next((name for name in names if name in fields), None)


def _judges(frame: pl.DataFrame, fields: Mapping[str, pl.Series], right: str) -> tuple[str, ...]:
    """The judges in `verdicts` that do not read the world, or the first field that has the name of an opinion."""
    dtype = frame.schema.get("verdicts")
    if isinstance(dtype, pl.Struct):
        return tuple(one.name for one in dtype.fields if one.name in fields and one.name not in (*WORLDLY, right))
    one = _first([name for name in OPINIONS if name != right], fields)
    return () if one is None else (one,)


def _tasks(frame: pl.DataFrame, path: Path) -> list[str]:
    """What tells tasks apart: the field `task`, or the prompt."""
    for name in ("task", "prompt"):
        if name in frame.columns:
            values = frame[name].to_list()
            if None in values:
                raise ValueError(f"{path} row {values.index(None) + 1} has no {name}; every row needs one")
            return [one if isinstance(one, str) else _digest(one) for one in values]
    raise ValueError(f"{path} has neither `task` nor `prompt`, so attempts at the same task cannot be told; add one")


def _digest(value: object) -> str:
    return hashlib.blake2b(json.dumps(value, default=str).encode(), digest_size=8).hexdigest()


def _within_unit(series: pl.Series, name: str, path: Path) -> None:
    bad = (series.is_not_null() & ~series.is_between(0.0, 1.0)).fill_null(True)
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise ValueError(
            f"{path} row {row + 1}: {name} is {series[row]}; it has to lie in [0, 1] (divide a score by its highest)"
        )


def _known(frame: pl.DataFrame, opinions: tuple[str, ...], source: str) -> Rows:
    """The rows of which the truth is known, and tasks with several attempts; the rest is counted."""
    known = frame.filter(pl.col("truth").is_not_null())
    if known.is_empty():
        raise ValueError(
            f"{source} says of none of {frame.height:,} attempts whether it is right; there is no gap without truth: "
            f"give answers to a few hundred tasks, or a checker"
        )
    notes = []
    if known.height < frame.height:
        notes.append(f"{frame.height - known.height:,} attempts without truth are left out")
    several = known.filter(pl.len().over("task", "author") > 1)
    if several.is_empty():
        raise ValueError(
            f"all {known.height:,} tasks have only one attempt, and a judge needs several to choose among; "
            f"sample each task several times (8 is a good start)"
        )
    if several.height < known.height:
        notes.append(f"{known.height - several.height:,} tasks with only one attempt are left out")
    return Rows(several, opinions, (*notes, *_silences(several, opinions)))


def _silences(frame: pl.DataFrame, opinions: tuple[str, ...]) -> list[str]:
    """Where each judge had nothing to say: a sentence a domain."""
    told = []
    for (domain,), rows in frame.group_by("domain", maintain_order=True):
        for name in opinions:
            silent = rows[name].null_count()
            left_out = "; no gap can be measured there" if silent == rows.height else ""
            if silent:
                told.append(f"{domain}: {name} says nothing of {silent:,} of {rows.height:,} attempts{left_out}")
    return told
