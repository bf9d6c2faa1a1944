"""Workers and drivers that are killed or stopped, and demand that cannot be met: with real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import odd_work
import pytest
from processes import alive, descendants, wait_for
from small_loop import SHORT, finish

from headway.engine import Job, JobFailed, Leases, Needs, Pool, Results, Scheduler, Store, Unsatisfiable
from headway.engine.nursery import Nursery
from headway.journal import run_hash
from headway.seams import Carrier, carry_out


class Struck(Pool):
    """A pool of which the worker that is third to sample gets a signal as well."""

    blow = signal.SIGKILL
    sampling = 0

    def submit(self, job: Job) -> int:
        ticket = super().submit(job)
        self.sampling += job.kind == "Write"
        if job.kind == "Write" and self.sampling == 3:
            os.kill(next(one.child.pid for one in self._workers if one.child and one.ticket == ticket), self.blow)
        return ticket


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_worker_that_is_struck_changes_nothing(
    blow: signal.Signals, expected: str, nursery: Nursery, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    pool = Struck(carry_out, Store(run / "engine"), 2, nursery)
    pool.blow = blow
    scheduler = Scheduler(pool, leases=SHORT)
    try:
        finish(run, Carrier(scheduler))
    finally:
        pool.close()
    assert scheduler.requeued + scheduler.doubled >= 1
    assert not scheduler.alarms
    assert run_hash(run) == expected


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc, which is not here")
def test_a_driver_that_is_killed_leaves_nobody_and_goes_on(expected: str, nursery: Nursery, tmp_path: Path) -> None:
    run = tmp_path / "run"
    results = run / "engine" / "results"
    driver = subprocess.Popen([sys.executable, str(Path(__file__).with_name("small_loop.py")), run, "pool", "2"])
    try:
        assert wait_for(lambda: results.is_dir() and any(results.iterdir()), 180), "it did not come to sampling"
        begun = descendants(driver.pid)
    finally:
        driver.kill()
        driver.wait()
    # A worker that has only begun may be asking the C compiler what this machine has: `policy/tiny/kernels.py`.
    assert len(begun) >= 3, "a nursery and two workers"
    assert wait_for(lambda: not any(map(alive, begun)), 10), "workers outlived their driver"
    known = len(Results(results))
    with Pool(carry_out, Store(run / "engine" / "objects"), 2, nursery) as pool:
        scheduler = Scheduler(pool, Results(results))
        assert len(scheduler.results) == known
        finish(run, Carrier(scheduler))
    assert run_hash(run) == expected


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    """Two workers that do odd work."""
    with Pool(odd_work.carry_out, Store(tmp_path / "objects"), 2) as made:
        yield made


def job(do: str, **more: str) -> Job:
    return Job(json.dumps({"do": do, **more}))


def test_more_than_any_worker_has_is_refused_at_once(pool: Pool) -> None:
    began = time.monotonic()
    with pytest.raises(Unsatisfiable, match=r"needs 4 processors and 0 accelerators .* has 1 and 0"):
        Scheduler(pool).run([Job('{"do": "echo", "say": ""}', needs=Needs(processors=4))])
    assert time.monotonic() - began < 5


def test_a_job_that_ends_every_worker_ends_the_run(pool: Pool) -> None:
    with pytest.raises(JobFailed, match=r"lost all 2 workers that tried it: .* ended"):
        Scheduler(pool, tries=2).run([job("die")])


def test_an_error_is_told_once_and_not_tried_again(pool: Pool) -> None:
    scheduler = Scheduler(pool)
    with pytest.raises(JobFailed, match="ValueError: no such thing"):
        scheduler.run([job("raise", say="no such thing")])
    assert scheduler.requeued == 0


def test_the_first_result_stands_and_another_is_an_alarm(pool: Pool, tmp_path: Path) -> None:
    scheduler = Scheduler(pool, leases=Leases(late=1.0))
    scheduler.run([job("differ", mark=str(Path("/")))])  # so that it is known how long one takes
    slow = job("differ", mark=str(tmp_path / "mark"))
    (first,) = scheduler.run([slow])
    assert wait_for(lambda: scheduler.step() or bool(scheduler.alarms), 10)
    (alarm,) = scheduler.alarms
    assert pool.get(alarm.first) == first != pool.get(alarm.later)
    assert scheduler.run([slow]) == [first]


def test_a_result_that_was_damaged_is_made_again(pool: Pool) -> None:
    scheduler = Scheduler(pool)
    asked = job("echo", say="x")
    assert scheduler.run([asked]) == [b"x"]
    for path in pool.store.folder.iterdir():
        path.write_bytes(b"y")
    assert scheduler.run([asked]) == [b"x"]


def test_results_come_in_the_order_of_what_was_asked(pool: Pool) -> None:
    said = [str(index) for index in range(40)]
    assert Scheduler(pool).run([job("echo", say=one) for one in said]) == [one.encode() for one in said]
