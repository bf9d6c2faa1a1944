"""Looking at real processes, for tests that end some."""

import time
from collections.abc import Callable
from pathlib import Path


def _state(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; none where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def children(pid: int) -> list[int]:
    """Processes that were begun by this one and have not ended."""
    there = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [one for one in there if (state := _state(one)) and int(state[1]) == pid and state[0] != "Z"]


def descendants(pid: int) -> list[int]:
    """The same, and what those began."""
    found = children(pid)
    return found + [one for child in found for one in descendants(child)]


def alive(pid: int) -> bool:
    """Whether it has not ended; one that is stopped has not."""
    return bool(state := _state(pid)) and state[0] != "Z"


def named(pid: int) -> str:
    """What it is called, or that it has ended."""
    try:
        return f"{pid} {Path(f'/proc/{pid}/comm').read_text().strip()} {_state(pid)[0]}"
    except (OSError, IndexError):
        return f"{pid} ended"


def wait_for(holds: Callable[[], object], seconds: float) -> bool:
    """Whether it holds within this time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.02)
    return bool(holds())
