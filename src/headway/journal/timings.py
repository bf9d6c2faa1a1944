"""How long stages took. Not hashed and not synced: the last lines may be lost in a power cut."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from headway.journal.disk import Disk
from headway.journal.layout import Layout
from headway.journal.sealed import plain


@dataclass(frozen=True)
class Timing:
    """One stage of one round [s]; a stage that was redone after a fault has two.

    `cpu` is the processor time of this process alone, which other work on the machine does not lengthen; None in
    folders that were written before it was taken.
    """

    round: int
    stage: str
    seconds: float
    cpu: float | None = None


def append_timing(disk: Disk, layout: Layout, timing: Timing) -> None:
    """Add a line to `timings.jsonl`."""
    disk.append(layout.timings, plain(asdict(timing), indent=None))


def cut_torn_timing(disk: Disk, layout: Layout) -> None:
    """Remove a last line without an end, so that the next one does not continue it."""
    data = layout.timings.read_bytes() if layout.timings.is_file() else b""
    if data and not data.endswith(b"\n"):
        disk.truncate(layout.timings, data.rfind(b"\n") + 1)


def read_timings(folder: Path) -> list[Timing]:
    """All timings of a run folder that can be read, in the order in which stages were done."""
    path = Layout(folder).timings
    lines = path.read_bytes().splitlines() if path.is_file() else []
    return [Timing(**json.loads(line)) for line in lines if line.startswith(b'{"round"') and line.endswith(b"}")]
