"""A run that is cut short anywhere, in any way, goes on to the same bits."""

import copy
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import small_run
from faults import Killed, Power, Refuses, Stops, Watched
from small_run import contents, finish, load, opened, seen, turns

from headway.journal import JournalError, read_run, run_hash


class Finisher:
    """Recovers copies of run folders, goes on to the end, and compares that with the untouched run.

    What a new process does depends on nothing but the folder, so each recovered state is gone on from once.
    """

    def __init__(self, expected: dict[str, bytes | str], scratch: Path) -> None:
        self.expected, self.scratch, self.states = expected, scratch, 0
        self.known: list[dict[str, bytes | str]] = []

    def check(self, folder: Path, what: str) -> None:
        self.states += 1
        shutil.rmtree(self.scratch, ignore_errors=True)
        if folder.exists():
            shutil.copytree(folder, self.scratch, symlinks=True)
        opened(self.scratch, Watched()).close()
        recovered = contents(self.scratch)
        if recovered not in self.known:
            finish(self.scratch, Watched())
            assert contents(self.scratch) == self.expected, what
            self.known.append(recovered)


@pytest.fixture(scope="module")
def finisher(expected: dict, memory: Path) -> Finisher:
    return Finisher(expected, memory / "finished")


def cut_short(scratch: Path, disk_of: Callable[[], Stops]) -> Iterator[tuple[Path, BaseException, Stops]]:
    """Every state in which a failure at one operation leaves a run, with the failure."""
    before, folder = scratch / "before", scratch / "run"
    walked = None
    while True:
        turn = next(walked, None) if walked else None
        if walked and turn is None:
            return
        for at in range(1, 100):
            shutil.rmtree(folder, ignore_errors=True)
            if before.exists():
                shutil.copytree(before, folder, symlinks=True)
            disk = disk_of()
            if turn is None:
                disk.arm(at)
            try:
                with opened(folder, disk) as journal:
                    if turn is not None:
                        disk.arm(at)
                        journal.record(turn)
            except (Killed, JournalError) as failure:
                yield folder, failure, disk
            else:
                break
        shutil.rmtree(before, ignore_errors=True)
        shutil.copytree(folder, before, symlinks=True)
        if walked is None:
            with opened(folder, Watched()) as journal:
                walked = turns(journal)


def test_killed_before_every_operation(finisher: Finisher, scratch: Path) -> None:
    for folder, failure, disk in cut_short(scratch, Stops):
        assert isinstance(failure, Killed)
        finisher.check(folder, f"killed before {disk.operations[-1]}")
    assert finisher.states > 200


def test_disk_full_at_every_operation(finisher: Finisher, scratch: Path) -> None:
    for folder, failure, disk in cut_short(scratch, Refuses):
        assert isinstance(failure, JournalError) and failure.exit_code == 75
        assert str(scratch) in str(failure) and "bytes are free" in str(failure)
        finisher.check(folder, f"disk full at {disk.operations[-1]}")


def test_refused_and_recorded_again_by_the_same_journal(expected: dict, scratch: Path) -> None:
    """Every third operation is refused once; nothing but the record that failed is done again."""
    disk = Refuses()
    with opened(scratch / "run", disk) as journal:
        for turn in turns(journal):
            for at in range(1, 30, 3):
                disk.arm(at)
                with suppress(JournalError):
                    journal.record(turn)
                disk.arm(1_000)
                if at == 28:
                    journal.record(turn)
    assert contents(scratch / "run") == expected


class Filmed(Power):
    """Keeps the disk as it was before every operation."""

    def __init__(self, top: Path, *, honest: bool = True) -> None:
        super().__init__(top, honest=honest)
        self.frames: list[tuple[str, Power]] = []

    def before(self, name: str, path: Path, *rest) -> None:
        frame = Power(self.top, honest=self.honest)
        frame.root = copy.deepcopy(self.root)
        self.frames.append((f"{name} of {path.relative_to(self.top)}", frame))


def filmed(top: Path, *, honest: bool = True) -> list[tuple[str, Power]]:
    top.mkdir()
    disk = Filmed(top, honest=honest)
    finish(top / "run", disk)
    return disk.frames


def cut_everywhere(finisher: Finisher, scratch: Path, seed: int, *, honest: bool = True) -> None:
    for index, (what, disk) in enumerate(filmed(scratch / "film", honest=honest)):
        disk.cut(scratch / "cut", random.Random(1_000 * seed + index))
        finisher.check(scratch / "cut" / "run", f"power cut before {what}")


def test_power_cut_before_every_operation(finisher: Finisher, scratch: Path) -> None:
    cut_everywhere(finisher, scratch, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_power_cut_before_every_operation_again(finisher: Finisher, scratch: Path, seed: int) -> None:
    cut_everywhere(finisher, scratch, seed=seed)


def test_what_was_recorded_survives_a_power_cut(scratch: Path) -> None:
    """A stage that `record` returned from is never done again, and the folder can be read before any recovery."""
    disk = Power(scratch / "top")
    disk.top.mkdir()
    with opened(disk.top / "run", disk) as journal:
        for count, turn in enumerate(turns(journal)):
            journal.record(turn)
            for seed in range(3):
                after = Power(disk.top)
                after.root = copy.deepcopy(disk.root)
                after.cut(scratch / "cut", random.Random(10 * count + seed))
                folder = scratch / "cut" / "run"
                committed = turn.index + (turn.ruling is not None)
                assert len(read_run(folder).history) == committed
                if committed:
                    assert len((folder / "ledger.jsonl").read_bytes().splitlines()) == committed
                    assert (folder / "best" / "base" / "weights.bin").is_file()
                with opened(folder, Watched()) as again:
                    history, begun, _ = again.progress(load)
                    assert seen([begun or history[-1]]) == seen([turn])


def test_power_cuts_find_a_journal_that_does_not_sync(finisher: Finisher, scratch: Path) -> None:
    """The test above would notice if `sync` did nothing."""
    with pytest.raises((AssertionError, JournalError)):
        cut_everywhere(finisher, scratch, seed=0, honest=False)


@pytest.mark.parametrize("first_fault", ["killed", "cut"])
def test_power_cut_during_recovery(finisher: Finisher, scratch: Path, first_fault: str) -> None:
    """A second fault at every operation of the recovery from the first, for some of the first."""
    frames = filmed(scratch / "film")
    whole = [index for index, (what, _) in enumerate(frames) if re.fullmatch(r"sync of .*/\.\d+\.partial", what)]
    ruled = [index for index in whole if re.fullmatch(r"rename of .*/\.\d+\.partial", frames[index + 2][0])]
    assert len(ruled) == 4, "a round that has its ruling, and whose folder is not synced yet"
    for first in sorted({*range(30, len(frames), 29), *ruled}):
        for at in range(1, 100):
            what, disk = copy.deepcopy(frames[first])
            if first_fault == "killed":
                disk.killed(scratch / "again")
            else:
                disk.cut(scratch / "again", random.Random(first))
            disk.arm(at)
            try:
                opened(scratch / "again" / "run", disk).close()
            except Killed:
                disk.cut(scratch / "cut", random.Random(at))
                finisher.check(scratch / "cut" / "run", f"second cut at {at} after {what}")
            else:
                break


@pytest.mark.parametrize("at", [60, 117, 190])
def test_a_real_process_is_killed(expected: dict, untouched: Path, scratch: Path, at: int) -> None:
    """SIGKILL in another process, whose lock must be gone and whose bytes must be ours."""
    command = [sys.executable, small_run.__file__, str(scratch / "run"), str(at)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    finish(scratch / "run", Watched())
    assert contents(scratch / "run") == expected
    assert run_hash(scratch / "run") == run_hash(untouched)
