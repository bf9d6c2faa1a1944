"""The row that every reader makes of somebody else's log, in the columns of `headway.rollouts`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from headway.rollouts import ROLLOUT_COLUMNS

NEVER_NULL = ("step", "split", "task")
WITHIN_UNIT = ("gold", "confidence")
SPLITS = ("train", "eval")
FINITE = ("reward", "gold", "confidence", "logprob", "entropy")


@dataclass(frozen=True)
class Sources:
    """Which column of the log each column of the rollouts came from, in words that a user of that log knows."""

    reader: str
    why: str
    """What in the content made this reader the one."""
    columns: Mapping[str, str] = field(default_factory=dict)


def rollouts(columns: Mapping[str, pl.Series | list | None]) -> pl.DataFrame:
    """A frame with exactly the columns of a rollout, absent ones null, and rows without a task or step refused.

    Numbers that are not finite, and shares outside [0, 1], become null: absence is null, never NaN.
    """
    height = max((len(one) for one in columns.values() if one is not None), default=0)
    made = []
    for name, dtype in ROLLOUT_COLUMNS.items():
        given = columns.get(name)
        if given is None:
            made.append(pl.Series(name, [None] * height, dtype=dtype))
        elif isinstance(given, pl.Series):
            made.append(given.alias(name).cast(dtype))
        else:
            made.append(pl.Series(name, given, dtype=dtype, strict=True))
    frame = pl.DataFrame(made).with_columns(pl.col("split").fill_null("train"))
    frame = frame.with_columns(
        *(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in FINITE)
    ).with_columns(*(pl.when(pl.col(name).is_between(0, 1)).then(pl.col(name)).alias(name) for name in WITHIN_UNIT))
    unknown = frame.filter(~pl.col("split").is_in(SPLITS))["split"]
    if len(unknown):
        raise ValueError(f"a reader gave the split {unknown[0]!r}; the splits are {' and '.join(SPLITS)}")
    for name in NEVER_NULL:
        if frame[name].null_count():
            row = int(frame[name].is_null().arg_max() or 0)
            raise ValueError(f"a reader left {name!r} null in row {row}; every rollout needs a {name}")
    return frame
