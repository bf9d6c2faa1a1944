"""Workers that share a disk with the driver and nothing else: the command `headway work`, killed as well."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import odd_work
import pytest
from processes import wait_for
from small_loop import finish

from headway.engine import Files, Job, Scheduler, files, work_in
from headway.journal import run_hash
from headway.seams import engine_named


def test_jobs_and_results_are_files(tmp_path: Path) -> None:
    engine = Files(tmp_path)
    worker = threading.Thread(target=work_in, args=(tmp_path, odd_work.carry_out, 1.0))
    worker.start()
    asked = [Job(f'{{"do": "echo", "say": "{index}"}}') for index in range(10)]
    assert Scheduler(engine).run(asked) == [str(index).encode() for index in range(10)]
    assert engine.capacity().workers == 1
    worker.join()
    assert engine.capacity().workers == 0, "a worker that ends says so"


def test_a_worker_that_is_late_is_heard_all_the_same(tmp_path: Path) -> None:
    """Its job was taken back and done by another: its result is compared, and the first one stands."""
    engine = Files(tmp_path)
    scheduler = Scheduler(engine)
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "a").touch()
    scheduler.add([Job('{"do": "x"}')])
    scheduler._hand_out()
    (ticket,) = scheduler._held
    scheduler._cancel(ticket)
    first, later = engine.put(b"first"), engine.put(b"later")
    scheduler.results.commit(Job('{"do": "x"}').key, first)
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / str(ticket)).write_text(f'{{"how": "Done", "what": "{later}"}}')
    for outcome in engine.poll(0.0):
        scheduler._hear(outcome)
    assert [(alarm.first, alarm.later) for alarm in scheduler.alarms] == [(first, later)]


@pytest.mark.slow
def test_the_run_is_the_same_when_a_worker_is_killed(
    expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "DEAD", 8.0)
    run = tmp_path / "run"
    command = [sys.executable, "-c", "from headway.cli import main; main()", "work", str(run), "--idle", "300"]
    workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]

    def strike() -> None:
        taken = run / "engine" / "taken"
        name = f"-{workers[0].pid}"
        if wait_for(lambda: taken.is_dir() and any(path.name.endswith(name) for path in taken.iterdir()), 200):
            os.kill(workers[0].pid, signal.SIGKILL)

    striking = threading.Thread(target=strike)
    striking.start()
    began = time.monotonic()
    try:
        with engine_named("files", run / "engine", 2) as by:
            finish(run, by)
            assert not by.scheduler.alarms
        assert workers[0].wait(5) == -signal.SIGKILL
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        striking.join()
    assert run_hash(run) == expected
    assert time.monotonic() - began < 300
