"""The run folder: every stage of a run made durable, so that a run killed at any instant goes on where it was.

`Journal` records what `Loop.walk` yields and gives back what it needs to go on; `read_run` reads a
folder that another process may be writing; `run_hash` says whether two runs made the same bits.
"""

from headway.journal.disk import Disk
from headway.journal.errors import JournalError
from headway.journal.journal import Journal
from headway.journal.progress import Progress
from headway.journal.reading import Run, read_cast, read_run, run_hash
from headway.journal.timings import Timing, read_timings

__all__ = [
    "Disk",
    "Journal",
    "JournalError",
    "Progress",
    "Run",
    "Timing",
    "read_cast",
    "read_run",
    "read_timings",
    "run_hash",
]
