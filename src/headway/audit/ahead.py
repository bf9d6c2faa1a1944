"""What the latest rollouts of a log say of the next step of tuning: a forecast for each domain."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.audit.gather import gathered
from headway.audit.problems import NothingToAudit, Problems
from headway.audit.stretches import share_of, stretches
from headway.measure.forecast import Forecast, forecasts


@dataclass(frozen=True)
class Ahead:
    """The forecasts, and which rollouts they were made from."""

    root: Path
    reader: str
    split: str
    steps: str
    rollouts: int
    forecasts: tuple[Forecast, ...]


def looked_ahead(path: Path, mapping: Mapping[str, str], split: str | None) -> Ahead:
    """Forecasts from the latest stretch of steps at `path`; NothingToAudit where log-probabilities or rewards lack."""
    with tempfile.TemporaryDirectory(prefix="headway-forecast-") as folder:
        log = gathered(path, Path(folder), Problems(), mapping)[0]
        chosen = log.split(split)
        spool = log.spools[chosen]
        for name in ("logprob", "reward"):
            if not spool.filled[name]:
                raise NothingToAudit(
                    f"{log.root} ({log.sources.reader}) has no {name!r} in its {chosen} rollouts, and a forecast is "
                    f"made from the log-probability and the reward of each; name the field with --map {name}=FIELD"
                )
        latest = stretches(spool.rows)[-1]
        rows = spool.between(latest.first, latest.last, share_of(latest.rows, spool.size / spool.height))
    # Each step has a policy of its own, so attempts at one task are siblings within a step only.
    rows = rows.with_columns(task=pl.format("{} {}", "step", "task"))
    made = forecasts(rows)
    if not made:
        raise NothingToAudit(
            f"{log.root} has no task with two attempts in {latest}, and a covariance needs two; "
            f"sample several attempts at each task"
        )
    return Ahead(log.root, log.sources.reader, chosen, str(latest), len(rows), tuple(made))
