"""Reading a folder as the audit does, for tests that look at the rollouts themselves."""

from pathlib import Path

import polars as pl

from headway.audit.gather import Log, gathered
from headway.audit.problems import Problems

FIXTURES = Path(__file__).parent / "fixtures"


def logs(path: Path, folder: Path, given: dict | None = None) -> tuple[list[Log], Problems]:
    """The logs under `path`, spooled in `folder`, and what went wrong."""
    problems = Problems()
    return gathered(path, folder, problems, given or {}), problems


def rollouts_of(log: Log, split: str = "train") -> pl.DataFrame:
    """All rollouts of one split, in the order of steps."""
    steps = log.spools[split].steps
    return log.spools[split].between(steps[0], steps[-1])
