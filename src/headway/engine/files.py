"""Workers that share nothing but a disk with the driver: jobs, claims and outcomes are files that are renamed.

For clusters where nothing may listen on a port. Each worker is a command that a batch system starts, as many as one
likes, whenever there is room; each tells by the age of a file that it lives.
"""

import json
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from headway.engine.inline import outcome_of
from headway.engine.jobs import Capacity, Done, Failed, Job, Lost, Needs, Outcome, Work
from headway.engine.store import Store, Stored

OBJECTS, QUEUE, TAKEN, DONE, WORKERS = "objects", "queue", "taken", "done", "workers"
BEAT = 2.0
"""Seconds between two signs of life."""
DEAD = 20.0
"""A worker without one for so long [s] is taken for dead; by the disk's clock, not by anybody's own."""
LOOK = 0.1
"""Seconds between two looks at the disk."""


class Files(Stored):
    """Jobs by files in `folder`, for workers that run `work_in(folder)` wherever they are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, Store(folder / OBJECTS)
        self._given: set[int] = set()
        # Tickets of an earlier driver may still come in; these are others.
        self._tickets = time.time_ns()

    def submit(self, job: Job) -> int:
        """Put the job where the next worker finds it."""
        self._tickets += 1
        self._given.add(self._tickets)
        _write(self.folder / QUEUE / str(self._tickets), job.text)
        return self._tickets

    def poll(self, seconds: float) -> list[Outcome]:
        """What workers have written down, and what dead workers had, looking for up to `seconds`."""
        ends = time.monotonic() + seconds
        while True:
            if found := [*self._told(), *self._left_by_the_dead()]:
                return found
            if time.monotonic() > ends:
                return []
            time.sleep(LOOK)

    def cancel(self, ticket: int) -> None:
        """Take the job back where nobody has begun it; whoever has may go on, and is compared when done."""
        (self.folder / QUEUE / str(ticket)).unlink(missing_ok=True)
        self._given.discard(ticket)

    def capacity(self) -> Capacity:
        """Workers that show signs of life, less the jobs that are out."""
        living = len(self._living())
        return Capacity(living, max(0, living - len(self._given)), Needs(1.0))

    def close(self) -> None:
        """Let nobody begin what nobody waits for."""
        for ticket in list(self._given):
            self.cancel(ticket)

    def _told(self) -> list[Outcome]:
        found: list[Outcome] = []
        for path in _entries(self.folder / DONE):
            said = json.loads(path.read_text())
            path.unlink()
            ticket = int(path.name)
            self._given.discard(ticket)
            kind = {"Done": Done, "Failed": Failed, "Lost": Lost}[said["how"]]
            found.append(kind(ticket, said["what"]))
        return found

    def _left_by_the_dead(self) -> list[Outcome]:
        found: list[Outcome] = []
        living = self._living()
        for path in _entries(self.folder / TAKEN):
            ticket, _, worker = path.name.partition("@")
            if worker not in living and int(ticket) in self._given:
                path.unlink(missing_ok=True)
                self._given.discard(int(ticket))
                found.append(Lost(int(ticket), f"{worker} has shown no sign of life for {DEAD:g} s"))
        return found

    def _living(self) -> set[str]:
        now = _beat(self.folder / WORKERS / ".driver")
        return {path.name for path in _entries(self.folder / WORKERS) if now - _age(path) < DEAD}


def work_in(folder: Path, work: Work, idle: float) -> int:
    """Be a worker until nothing was to be done for `idle` seconds; how many jobs were done."""
    name = f"{socket.gethostname()}-{os.getpid()}"
    stop = threading.Event()
    threading.Thread(target=_live, args=(folder / WORKERS / name, stop), daemon=True).start()
    store, done, last = Store(folder / OBJECTS), 0, time.monotonic()
    try:
        while time.monotonic() - last < idle:
            taken = _claimed(folder, name)
            if taken is None:
                time.sleep(LOOK)
                continue
            _carry_out(folder, taken, work, store)
            done, last = done + 1, time.monotonic()
    finally:
        stop.set()
        (folder / WORKERS / name).unlink(missing_ok=True)
    return done


def _claimed(folder: Path, name: str) -> Path | None:
    """The oldest job that nobody else was faster to rename; None where there is none."""
    for path in _entries(folder / QUEUE):
        mine = folder / TAKEN / f"{path.name}@{name}"
        mine.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            path.rename(mine)
            return mine
    return None


def _carry_out(folder: Path, taken: Path, work: Work, store: Store) -> None:
    ticket = taken.name.partition("@")[0]
    outcome = outcome_of(work, taken.read_text(), store, int(ticket))
    what = outcome.result if isinstance(outcome, Done) else outcome.reason
    _write(folder / DONE / ticket, json.dumps({"how": type(outcome).__name__, "what": what}))
    taken.unlink(missing_ok=True)


def _live(path: Path, stop: threading.Event) -> None:
    while not stop.wait(0 if not path.exists() else BEAT):
        if path.parent.parent.is_dir():
            _beat(path)
        else:
            stop.wait(BEAT)  # no run has begun there yet, or it is done


def _beat(path: Path) -> float:
    """Show a sign of life; the disk's time of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path.stat().st_mtime


def _age(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0


def _entries(folder: Path) -> list[Path]:
    """What is whole in a folder, the oldest ticket first."""
    with suppress(FileNotFoundError):
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return []


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text)
    os.replace(fresh, path)
