"""The world's own verdicts, a few tasks a time."""

from dataclasses import dataclass, replace

import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast
from headway.engine import Ref, Store
from headway.experiment import read
from headway.seams.shards import packed, unpacked
from headway.stages import Judge
from headway.verify import ExitCode, Program, Tool

BY_TASK = (ExitCode, Program, Tool)
"""Judges that read the world alone, and look at one task at a time: what they say of a task depends on nothing else."""


@dataclass(frozen=True)
class Check:
    """What a judge, given as text, says of attempts at whole tasks."""

    judge: str
    rows: Ref

    def __call__(self, store: Store) -> bytes:
        """One column, `said`: what the judge gives, a row an attempt."""
        judge: Judge = read(self.judge)
        if isinstance(judge, Program):
            judge = replace(judge, processes=1)  # the worker beside this one has its own
        said = judge(Cast({}), Attempts(unpacked(store.get(self.rows))))
        return packed(pl.DataFrame({"said": said}))
