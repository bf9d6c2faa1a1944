"""What a journal gives back, and what it refuses to be used for."""

import errno
import json
import math
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from faults import Refuses, Stops, Watched
from hypothesis import given
from hypothesis import strategies as st
from small_run import EXPERIMENT, LOOP, ROUNDS, SEED, Numbers, finish, first_cast, load, opened, seen, turns

from headway.attempts import Attempts
from headway.cast import Cast
from headway.journal import Disk, Journal, JournalError, read_cast, read_run, read_timings, run_hash
from headway.journal.encoding import estimate_fields, estimates_of, frame_of, json_of, parquet, ruling_fields, ruling_of
from headway.journal.facts import FORMAT
from headway.journal.sealed import plain, sealed, unsealed
from headway.stages import Round, Ruling
from headway.stats import Estimate


def begin(folder: Path, disk: Disk | None = None) -> Journal:
    return Journal.create(folder, EXPERIMENT, seed=SEED, rounds=ROUNDS, disk=disk or Watched())


def refused(*args, **named) -> JournalError:
    with pytest.raises(JournalError) as raised:
        Journal.open(*args, **named)
    return raised.value


# -- what comes back --------------------------------------------------------------------------------


def test_history_comes_back_as_it_was(untouched: Path) -> None:
    walked = [turn for turn in LOOP.walk(first_cast(), rounds=ROUNDS, seed=SEED) if turn.ruling is not None]
    run = read_run(untouched)
    assert (run.experiment, run.seed, run.rounds) == (EXPERIMENT, SEED, ROUNDS)
    assert seen(run.history) == seen(walked)
    for mine, theirs in zip(run.history, walked, strict=True):
        assert (mine.ruling, mine.refused) == (theirs.ruling, theirs.refused)
        assert (mine.attempts is None) == (theirs.attempts is None)
        assert mine.attempts is None or mine.attempts.frame.equals(theirs.attempts.frame, null_equal=True)


def test_a_cast_is_read_alone_and_compared_with_its_hash(untouched: Path, scratch: Path) -> None:
    assert read_cast(untouched, 0, load) == first_cast()
    with pytest.raises(JournalError, match=r"keeps the casts of rounds \[0.*not of round 99"):
        read_cast(untouched, 99, load)
    copy = shutil.copytree(untouched, scratch / "run", symlinks=True)
    weights = next((copy / "checkpoints" / "0000").glob("*/weights.bin"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(JournalError, match=r"weights\.bin"):
        read_cast(copy, 0, load)


def test_a_run_says_which_packages_have_changed(untouched: Path) -> None:
    run = read_run(untouched)
    assert run.changed_packages == {}
    older = replace(run, packages={**run.packages, "polars": "0.1"})
    assert older.changed_packages == {"polars": ("0.1", run.packages["polars"])}


def test_a_run_says_when_compiled_kernels_are_no_longer_used(scratch: Path) -> None:
    with Journal.create(scratch / "run", "experiment", seed=0, rounds=1, kernels=True):
        pass
    run = read_run(scratch / "run")
    assert run.changed_kernels(True) is None
    assert str(run.changed_kernels(False)).startswith("compiled kernels: used when this run began, not used now")
    unsaid = replace(run, machine={key: value for key, value in run.machine.items() if key != "kernels"})
    assert unsaid.changed_kernels(False) is None


def test_progress_after_every_stage(scratch: Path) -> None:
    """A journal that is opened after any stage gives the loop what it had."""
    done: list[Round] = []
    first = begin(scratch / "run")
    walk = turns(first)
    first.close()
    for turn in walk:
        with Journal.open(scratch / "run", disk=Watched()) as journal:
            journal.record(turn)
            journal.record(turn)
        done += [turn] if turn.ruling is not None else []
        with Journal.open(scratch / "run", disk=Watched()) as journal:
            history, begun, cast = journal.progress(load)
        assert seen(history) == seen(done)
        parent = done[-1].ruling.keep if done else 0
        assert cast == history[parent].cast if done else cast == turn.cast
        if turn.ruling is None:
            assert begun is not None and seen([begun]) == seen([turn])
            assert begun.cast == turn.cast and begun.index == turn.index
        else:
            assert begun is None
            named = {turn.ruling.keep, turn.ruling.best}
            assert {past.index for past in history if past.cast is not None} == named


def test_only_what_can_be_gone_back_to_is_kept(untouched: Path) -> None:
    files = {str(path.relative_to(untouched)) for path in untouched.glob("checkpoints/*/*/*") if path.is_file()}
    parts = {name.rsplit("/", 1)[0] for name in files}
    assert {"checkpoints/0000/base", "checkpoints/0001/solver"} <= parts
    assert not list(untouched.glob("checkpoints/0002*")), "round 2 was rejected"
    assert not (untouched / "checkpoints/0001/base").exists() or (untouched / "checkpoints/0001/base").is_symlink()
    assert {path.name for path in (untouched / "best").iterdir()} == {"solver", "base", "past"}
    assert load(untouched / "best/base") == first_cast()["base"]


def test_rounds_are_plain_parquet(untouched: Path) -> None:
    frame = pl.concat(pl.read_parquet(path) for path in sorted(untouched.glob("rounds/*/attempts.parquet")))
    assert frame.height == 3 * 4 and {"text", "verdicts", "weight"} <= set(frame.columns)


def test_a_run_can_be_extended(untouched: Path, scratch: Path) -> None:
    with Journal.create(scratch / "run", EXPERIMENT, seed=SEED, rounds=1, disk=Watched()) as journal:
        for turn in LOOP.walk(first_cast(), rounds=1, seed=SEED):
            journal.record(turn)
    Journal.open(scratch / "run", EXPERIMENT, extend=ROUNDS, disk=Watched()).close()
    finish(scratch / "run", Watched())
    assert run_hash(scratch / "run") == run_hash(untouched)
    assert refused(scratch / "run", extend=1).exit_code == os.EX_USAGE


def test_reading_while_another_writes(scratch: Path) -> None:
    with begin(scratch / "run") as journal:
        for turn in turns(journal):
            journal.record(turn)
            assert len(read_run(scratch / "run").history) == turn.index + (turn.ruling is not None)


def test_timings_are_kept_and_torn_ones_skipped(scratch: Path) -> None:
    with begin(scratch / "run") as journal:
        journal.record(next(turns(journal)))
    with (scratch / "run/timings.jsonl").open("ab") as file:
        file.write(b'{"round": 0, "sta')
    finish(scratch / "run", Watched())
    stages = [timing.stage for timing in read_timings(scratch / "run")]
    assert stages[:4] == ["cast", "exam", "report", "ruling"] and len(stages) == 20


class Raced(Disk):
    """Somebody else makes the folders above a run a moment before we do."""

    def make_folder(self, path: Path) -> None:
        if path.name in ("study", "arm"):
            os.mkdir(path)
        super().make_folder(path)


def test_runs_that_begin_at_the_same_moment_share_the_folders_above_them(scratch: Path) -> None:
    with begin(scratch / "study" / "arm" / "seed-0", Raced()):
        assert (scratch / "study" / "arm" / "seed-0" / "run.json").is_file()


def test_rounds_are_recorded_in_order(scratch: Path) -> None:
    with begin(scratch / "run") as journal, pytest.raises(ValueError, match="round 2 cannot be recorded before"):
        journal.record(Round(2))


def test_a_closed_journal_records_nothing(scratch: Path) -> None:
    with begin(scratch / "run") as journal:
        turn = next(turns(journal))
    with pytest.raises(ValueError, match="is closed"):
        journal.record(turn)


# -- what is written --------------------------------------------------------------------------------

numbers = st.floats(allow_nan=False)


@given(st.dictionaries(st.text(), st.builds(Estimate, numbers, numbers, numbers, st.integers(0, 2**40))))
def test_estimates_come_back_exactly(estimates: dict[str, Estimate]) -> None:
    data = plain(estimate_fields(estimates))
    assert estimates_of(json_of(data)) == estimates
    json.loads(data, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_nan_comes_back() -> None:
    back = estimates_of(json_of(plain(estimate_fields({"x": Estimate(math.nan, -math.inf, math.inf, 1)}))))["x"]
    assert math.isnan(back.value) and (back.low, back.high) == (-math.inf, math.inf)


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), st.none() | st.text() | st.floats()))
def test_records_notice_every_flipped_bit(fields: dict) -> None:
    fields.pop("checksum", None)
    data = sealed(fields)
    assert unsealed(data) is not None
    for at in range(0, len(data) * 8, 7):
        harmed = bytearray(data)
        harmed[at // 8] ^= 1 << at % 8
        assert unsealed(bytes(harmed)) is None


def test_tables_come_back_with_their_types() -> None:
    messages = [[{"role": "user", "content": "2 + 2 ×"}]]
    row = dict(task="a", domain="d", level=1, prompt=messages[0], id="i", author="solver", text="\0 4", logprob=-0.1)
    for rows in ([row], [{**row, "traits": {"kind": None, "parts": [1, 2]}, "verdicts": {"tool": None}}]):
        frame = Attempts.of(rows).frame
        back = Attempts(frame_of(parquet(frame))).frame
        assert back.schema == frame.schema and back.equals(frame, null_equal=True)
    hollow = frame.with_columns(pl.Series("traits", [{}], dtype=pl.Struct([])))
    assert Attempts(frame_of(parquet(hollow)))["traits"].null_count() == 1


def test_equal_tables_have_equal_bytes_however_they_were_made() -> None:
    """A resumed run joins tables that were read back, an untouched one tables that never left memory."""
    random = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "text": random.integers(0, 99, 3_000).astype(str),
            "score": [None if value < 0.3 else value for value in random.random(3_000)],
            "verdicts": [{"a": value, "b": None} for value in random.random(3_000).tolist()],
            "prompt": [[{"role": "user"}] * count for count in random.integers(0, 3, 3_000)],
        }
    ).sort("text")
    back = frame_of(parquet(frame))
    for twin in (
        back,
        pl.concat([back[:111], frame[111:]], rechunk=False),
        frame[np.arange(frame.height)],
        pl.DataFrame(frame.to_dicts(), schema=frame.schema),
        frame.with_columns(pl.col("text").set_sorted()),
    ):
        assert parquet(twin) == parquet(frame)


# -- what is refused --------------------------------------------------------------------------------


def test_changed_experiment(untouched: Path) -> None:
    error = refused(untouched, EXPERIMENT.replace("tasks=4", "tasks=5"))
    assert error.exit_code == os.EX_USAGE
    assert "tasks=4" in str(error) and "tasks=5" in str(error) and "--out" in str(error)


def test_changed_line_is_named(scratch: Path) -> None:
    Journal.create(scratch / "run", "a = 1\nb = 2\nc = 3", seed=0, rounds=1, disk=Watched()).close()
    assert "at line 2 it says 'b = 2', and now it is 'b = 4'" in str(refused(scratch / "run", "a = 1\nb = 4\nc = 3"))
    assert "at line 3 it says 'c = 3', and now it is 'c = 33'" in str(refused(scratch / "run", "a = 1\nb = 2\nc = 33"))


def test_other_format(untouched: Path, scratch: Path) -> None:
    (scratch / "run").mkdir()
    text = (untouched / "run.json").read_text()
    (scratch / "run/run.json").write_text(text.replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}'))
    error = refused(scratch / "run")
    assert error.exit_code == os.EX_USAGE and f"format {FORMAT + 1}" in str(error)


def test_not_a_run(scratch: Path) -> None:
    for folder in (scratch, scratch / "missing"):
        error = refused(folder)
        assert error.exit_code == os.EX_USAGE and "not a run folder" in str(error)
    assert not list(scratch.iterdir()), "nothing may be left in a folder that is not ours"
    with pytest.raises(JournalError, match="not a run folder"):
        read_run(scratch)


def test_occupied_folder(untouched: Path, scratch: Path) -> None:
    with pytest.raises(JournalError, match="headway resume") as raised:
        begin(untouched)
    assert raised.value.exit_code == os.EX_USAGE
    (scratch / "thesis.tex").write_text("mine")
    with pytest.raises(JournalError, match=r"thesis\.tex"):
        begin(scratch)
    assert [path.name for path in scratch.iterdir()] == ["thesis.tex"]


def test_file_in_the_way(scratch: Path) -> None:
    (scratch / "file").write_text("")
    for folder in (scratch / "file", scratch / "file/run"):
        with pytest.raises(JournalError, match="in the way") as raised:
            begin(folder)
        assert raised.value.exit_code == os.EX_CANTCREAT


@pytest.mark.parametrize(
    ("code", "exit_code"), [(errno.EACCES, 77), (errno.EROFS, 77), (errno.EIO, 75), (errno.EMFILE, 75)]
)
def test_disk_that_refuses(scratch: Path, code: int, exit_code: int) -> None:
    disk = Refuses(code)
    disk.arm(1)
    with pytest.raises(JournalError, match=os.strerror(code)) as raised:
        begin(scratch / "new", disk)
    assert raised.value.exit_code == exit_code and str(scratch / "new") in str(raised.value)
    disk.arm(1_000)
    with begin(scratch / "run", disk) as journal:
        turn = next(turns(journal))
        disk.arm(3)
        with pytest.raises(JournalError, match=os.strerror(code)) as raised:
            journal.record(turn)
    assert raised.value.exit_code == exit_code and "headway resume" in str(raised.value)


def test_disk_full_in_the_words_of_a_library(scratch: Path) -> None:
    @dataclass(frozen=True)
    class Full(Numbers):
        def save(self, folder: Path) -> None:
            raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")

    with begin(scratch / "run") as journal:
        with pytest.raises(JournalError, match="bytes are free"):
            journal.record(Round(0, cast=Cast({"solver": Full((1.0,))})))
        cast = Cast({"solver": Numbers((1.0,))})
        journal.record(Round(0, cast=cast))
        assert dict(journal.progress(load).cast) == dict(cast)


def test_locked_by_another_process(scratch: Path) -> None:
    with begin(scratch / "run"):
        error = refused(scratch / "run")
        program = (
            "import sys\nfrom headway.journal import Journal, JournalError\n"
            "try:\n    Journal.open(sys.argv[1])\nexcept JournalError as error:\n"
            "    print(error)\n    sys.exit(error.exit_code)"
        )
        other = subprocess.run([sys.executable, "-c", program, scratch / "run"], capture_output=True, text=True)
        assert other.returncode == error.exit_code == os.EX_TEMPFAIL, other.stderr
        assert f"process {os.getpid()} on" in other.stdout and f"process {os.getpid()} on" in str(error)
    Journal.open(scratch / "run", disk=Watched()).close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_does_not_hold_the_lock(scratch: Path) -> None:
    journal = begin(scratch / "run")
    (alive, say), (wait, end) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.write(say, b"!")
        os.close(end)
        os.read(wait, 1)
        os._exit(0)
    os.read(alive, 1)
    journal.close()
    Journal.open(scratch / "run", disk=Watched()).close()
    for descriptor in (alive, say, wait, end):
        os.close(descriptor)
    os.waitpid(child, 0)


def test_no_lock_is_left_by_a_failure_to_open(untouched: Path, scratch: Path) -> None:
    begin(scratch / "run").close()
    refused(scratch / "run", EXPERIMENT + " ")
    opened(scratch / "run", Stops()).close()


def test_an_error_travels_between_processes():
    error = pickle.loads(pickle.dumps(JournalError("the disk is full", 75)))
    assert (str(error), error.exit_code) == ("the disk is full", 75)


def test_a_ruling_comes_back_whole_and_one_that_says_less_is_written_as_it_always_was():
    short = Ruling(True, 3, 2, "accepted: it held", evidence={"accuracy": Estimate(0.1, -0.1, 0.3, 40)})
    assert set(ruling_fields(short)) == {"accept", "keep", "best", "reason", "stop", "evidence"}
    full = replace(short, action="accept with replay", flips="12 tasks", by="Ada", adjust={"select.share": 0.5})
    assert [ruling_of(ruling_fields(one)) for one in (short, full)] == [short, full]
