"""The writer of a run folder."""

import os
import shlex
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from headway.journal.checkpoints import Load, load_policy
from headway.journal.disk import DISK, TEMPORARY, Disk
from headway.journal.errors import JournalError
from headway.journal.facts import Facts, installed, machine, read_facts, refuse_changed, write_facts
from headway.journal.layout import Layout
from headway.journal.ledger import append_line
from headway.journal.lock import Lock
from headway.journal.manifest import Manifest
from headway.journal.progress import Progress, read_progress
from headway.journal.recovery import recover, settle
from headway.journal.rounds import add_stages, commit, needed, read_committed, stages_of
from headway.journal.sentences import in_sentences
from headway.journal.timings import Timing, append_timing
from headway.stages import Round


class Journal:
    """One run folder, locked by this process until it is closed; made by `create` or `open`.

    ```
    with Journal.open(folder) as journal:
        history, begun, cast = journal.progress()
        for turn in loop.walk(cast or first, rounds=journal.rounds, seed=journal.seed, history=history, begun=begun):
            journal.record(turn)
    ```
    """

    def __init__(self, layout: Layout, facts: Facts, lock: Lock, disk: Disk) -> None:
        self.folder, self.facts = layout.folder, facts
        self._layout, self._lock, self._disk = layout, lock, disk
        self._done, self._begun = recover(disk, layout, facts.staleness)
        self._settled = True
        self._clock, self._cpu = time.perf_counter(), time.process_time()

    @classmethod
    def create(  # noqa: PLR0913  all that a run is
        cls,
        folder: Path,
        experiment: str,
        *,
        seed: int,
        rounds: int,
        kernels: bool | None = None,
        staleness: int = 0,
        disk: Disk = DISK,
    ) -> Self:
        """Begin a run in a new or empty folder; JournalError where it holds anything, or cannot be written.

        `kernels` is written down: whether compiled kernels are used here, None where it does not matter.
        The casts of `staleness` rounds before the last one are kept as well.
        """
        layout = Layout(Path(folder))
        with in_sentences(layout, "run the same command again"):
            _refuse_occupied(layout)
            _make_folders(disk, layout.folder)
            lock = Lock(layout.folder)
            try:
                _refuse_occupied(layout)
                facts = Facts(experiment, seed, rounds, installed(), machine(kernels), staleness)
                write_facts(disk, layout, facts)
                return cls(layout, facts, lock, disk)
            except BaseException:
                lock.release()
                raise

    @classmethod
    def open(cls, folder: Path, experiment: str | None = None, *, extend: int | None = None, disk: Disk = DISK) -> Self:
        """Go on with a run, after putting right what a crash left.

        JournalError where the folder is not a run, is in use, is damaged, or holds another experiment than
        the one given. `extend` raises the number of rounds to that many.
        """
        layout = Layout(Path(folder))
        with in_sentences(layout):
            read_facts(layout)
            lock = Lock(layout.folder)
            try:
                facts = read_facts(layout)
                if experiment is not None:
                    refuse_changed(layout, facts.experiment, experiment)
                if extend is not None and extend != facts.rounds:
                    facts = _extended(disk, layout, facts, extend)
                return cls(layout, facts, lock, disk)
            except BaseException:
                lock.release()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another process have the folder; whatever was recorded is durable already."""
        self._lock.release()

    @property
    def experiment(self) -> str:
        """The experiment as text."""
        return self.facts.experiment

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self.facts.seed

    @property
    def rounds(self) -> int:
        """How many rounds the run has after round 0."""
        return self.facts.rounds

    def progress(self, load: Load = load_policy) -> Progress:
        """How far the run is; every file is compared with its hash before it is used.

        `load` makes a policy of its folder. JournalError (65) where a file is not what was written.
        """
        with in_sentences(self._layout):
            progress = read_progress(self._layout, self._done, self._begun, load, self.facts.staleness)
        self._clock, self._cpu = time.perf_counter(), time.process_time()
        return progress

    def record(self, turn: Round) -> None:
        """Make the stages of a round that are new durable; with its ruling, commit the round.

        What is durable already is left alone. JournalError where the disk refuses; when the cause is gone, the
        round can be recorded again, by this journal or by one that opens the folder.
        """
        if not self._lock.held:
            raise ValueError(f"the journal of {self.folder} is closed; open it again to record round {turn.index}")
        with in_sentences(self._layout):
            if not self._settled:
                self._done, self._begun = recover(self._disk, self._layout, self.facts.staleness)
            self._settled = False
            self._record(turn)
            self._settled = True
        self._clock, self._cpu = time.perf_counter(), time.process_time()

    def _record(self, turn: Round) -> None:
        if turn.index < len(self._done):
            return
        if turn.index > len(self._done):
            raise ValueError(f"round {turn.index} cannot be recorded before round {len(self._done)} has its ruling")
        seconds, cpu = time.perf_counter() - self._clock, time.process_time() - self._cpu
        before = self._begun or Manifest(turn.index)
        known = [stored for one in needed(self._done) for stored in (one.cast or {}).values()]
        begun = add_stages(self._disk, self._layout, turn, before, known)
        self._begun = begun if stages_of(begun) else None
        new = [stage for stage in stages_of(begun) if stage not in stages_of(before)]
        if new:
            append_timing(self._disk, self._layout, Timing(turn.index, new[-1], seconds, cpu))
        if turn.ruling is not None:
            self._commit(turn.index)

    def _commit(self, index: int) -> None:
        commit(self._disk, self._layout, index)
        self._done, self._begun = [*self._done, read_committed(self._layout, index)], None
        append_line(self._disk, self._layout, self._done[-1])
        settle(self._disk, self._layout, self._done, None, self.facts.staleness)


def _refuse_occupied(layout: Layout) -> None:
    """JournalError (64) for a folder that holds more than a creation that was cut short leaves."""
    if layout.run.exists():
        raise JournalError(
            f"{layout.folder} already holds a run; use `headway resume {shlex.quote(str(layout.folder))}` to go on "
            f"with it, or begin in another folder with --out",
            os.EX_USAGE,
        )
    leftovers = {"LOCK", layout.run.name + TEMPORARY}
    found = sorted(path.name for path in layout.folder.iterdir()) if layout.folder.is_dir() else []
    others = [name for name in found if name not in leftovers]
    if others:
        raise JournalError(
            f"{layout.folder} is not empty (it holds {others[0]!r}) and is not a run; name another folder with --out",
            os.EX_USAGE,
        )


def _make_folders(disk: Disk, folder: Path) -> None:
    """Make a folder and those above it that are missing, durably."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make_folders(disk, folder.parent)
    try:
        disk.make_folder(folder)
    except FileExistsError:
        if not folder.is_dir():
            raise
        # A run beside this one made it at the same moment: a study begins several at once.
    disk.sync(folder.parent)


def _extended(disk: Disk, layout: Layout, facts: Facts, rounds: int) -> Facts:
    """The same run with more rounds, written down; JournalError (64) for fewer."""
    if rounds < facts.rounds:
        raise JournalError(
            f"{layout.run} plans {facts.rounds} rounds, which cannot become {rounds}; "
            f"give extend={facts.rounds} or more, or start a new run with --out",
            os.EX_USAGE,
        )
    longer = replace(facts, rounds=rounds)
    write_facts(disk, layout, longer)
    return longer
