"""Damage is found, named and never trained on, and the advice in the message leads back to the same bits."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import Stops, Watched
from small_run import EXPERIMENT, contents, finish, load, opened, turns

from headway.journal import Journal, JournalError, read_run, run_hash


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


HARMS = (truncated, flipped, Path.unlink)
COMMITTED = [
    "rounds/0001/sampled.parquet",
    "rounds/0001/attempts.parquet",
    "rounds/0002/exam.parquet",
    "rounds/0001/report.json",
    "rounds/0001/report.parquet",
    "rounds/0001/ruling.json",
    "rounds/0000/manifest.json",
    "rounds/0003/refused.json",
    "checkpoints/0000/base/weights.bin",
    "checkpoints/0001/solver/weights.bin",
    "checkpoints/0001/solver/config.json",
]
UNDER_WAY = [
    "rounds/.0002.partial/sampled.parquet",
    "rounds/.0002.partial/manifest.json",
    "checkpoints/0002/solver/weights.bin",
]


def found(folder: Path) -> JournalError:
    with pytest.raises(JournalError) as raised, opened(folder, Watched()) as journal:
        journal.progress(load)
    return raised.value


def follow(advice: JournalError) -> None:
    """Do what the message says, up to the resume."""
    command = re.search(r"(rm -rf .*) && headway resume", str(advice))
    assert command, advice
    subprocess.run(command[1], shell=True, check=True)


def check(folder: Path, name: str, harm: Callable[[Path], None], expected: dict[str, bytes | str]) -> None:
    harm(folder / name)
    before = contents(folder)
    error = found(folder)
    assert error.exit_code == 65 and name in str(error), error
    assert contents(folder) == before, "nothing else may be touched"
    follow(error)
    finish(folder, Watched())
    assert contents(folder) == expected


@pytest.mark.parametrize("name", COMMITTED)
def test_damage_in_a_committed_round(untouched: Path, expected: dict, scratch: Path, name: str) -> None:
    for harm in HARMS:
        folder = shutil.copytree(untouched, scratch / harm.__name__, symlinks=True)
        check(folder, name, harm, expected)


@pytest.fixture
def under_way(scratch: Path) -> Path:
    """A run in the middle of round 2, whose cast is trained."""
    folder = scratch / "under way"
    with opened(folder, Watched()) as journal:
        for turn in turns(journal):
            journal.record(turn)
            if turn.index == 2 and turn.cast is not None:
                break
    return folder


@pytest.mark.parametrize("name", UNDER_WAY)
def test_damage_in_the_round_under_way(under_way: Path, expected: dict, scratch: Path, name: str) -> None:
    for harm in HARMS:
        folder = shutil.copytree(under_way, scratch / harm.__name__, symlinks=True)
        if (name, harm) == ("rounds/.0002.partial/manifest.json", Path.unlink):
            harm(folder / name)  # as if no stage had become whole: the round is done again
            finish(folder, Watched())
            assert contents(folder) == expected
        else:
            check(folder, name, harm, expected)


def test_a_lost_round(untouched: Path, expected: dict, scratch: Path) -> None:
    for index in range(4):
        folder = shutil.copytree(untouched, scratch / str(index), symlinks=True)
        check(folder, f"rounds/000{index}", shutil.rmtree, expected)


def test_ledger_is_rebuilt_or_refused(untouched: Path, expected: dict, scratch: Path) -> None:
    for harm in (truncated, Path.unlink):
        folder = shutil.copytree(untouched, scratch / harm.__name__, symlinks=True)
        harm(folder / "ledger.jsonl")
        finish(folder, Watched())
        assert contents(folder) == expected
    folder = shutil.copytree(untouched, scratch / "middle", symlinks=True)
    check(folder, "ledger.jsonl", flipped, expected)


def test_best_is_linked_again(untouched: Path, expected: dict, scratch: Path) -> None:
    folder = shutil.copytree(untouched, scratch / "run", symlinks=True)
    (folder / "best").unlink()
    (folder / "best").symlink_to("checkpoints/0000")
    finish(folder, Watched())
    assert contents(folder) == expected


@pytest.mark.parametrize("harm", HARMS)
def test_damaged_run_file(untouched: Path, scratch: Path, harm: Callable[[Path], None]) -> None:
    folder = shutil.copytree(untouched, scratch / "run", symlinks=True)
    harm(folder / "run.json")
    error = found(folder) if harm is not Path.unlink else opening(folder)
    assert error.exit_code == 65 and "run.json" in str(error) and "--out" in str(error)
    shutil.copy(untouched / "run.json", folder / "run.json")
    assert run_hash(folder) == run_hash(untouched)


def opening(folder: Path) -> JournalError:
    with pytest.raises(JournalError) as raised:
        Journal.open(folder, EXPERIMENT)
    return raised.value


@pytest.mark.parametrize("name", COMMITTED[:8])
def test_readers_find_damage_too(untouched: Path, scratch: Path, name: str) -> None:
    folder = shutil.copytree(untouched, scratch / "run", symlinks=True)
    flipped(folder / name)
    for reader in (read_run, run_hash):
        with pytest.raises(JournalError, match=name) as raised:
            reader(folder)
        assert raised.value.exit_code == os.EX_DATAERR


def test_what_a_person_keeps_beside_the_checkpoints_stays(untouched: Path, scratch: Path) -> None:
    folder = shutil.copytree(untouched, scratch / "run", symlinks=True)
    (folder / "checkpoints/my copy").mkdir()
    (folder / "checkpoints/my copy/weights.bin").write_bytes(b"mine")
    opened(folder, Stops()).close()
    assert (folder / "checkpoints/my copy/weights.bin").read_bytes() == b"mine"
