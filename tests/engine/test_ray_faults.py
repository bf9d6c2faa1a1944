"""Ray's own processes, killed and stopped: the run comes to the same bits, in bounded time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import alive, descendants, named, wait_for
from small_loop import SHORT, finish

from headway.engine import Job, Leases, Needs, Results, Scheduler, Store, Unsatisfiable
from headway.journal import run_hash
from headway.seams import Carrier, carry_out

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'headway[ray]'")

from headway.engine.on_ray import OnRay  # noqa: E402

SECONDS = 240
"""The longest that a test may take on a machine that does other things too; alone they take a fifth."""


class Struck(OnRay):
    """An engine of which the worker that is third to sample gets a signal as well."""

    blow = signal.SIGKILL
    sampling = 0

    def submit(self, job: Job) -> int:
        ticket = super().submit(job)
        self.sampling += job.kind == "Write"
        if job.kind == "Write" and self.sampling == 3:
            pid = next(one.pid for one in self._workers if one.ticket == ticket)
            assert pid is not None
            os.kill(pid, self.blow)
        return ticket


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_an_actor_that_is_struck_changes_nothing(
    blow: signal.Signals, expected: str, ray_here: None, tmp_path: Path
) -> None:
    run, began = tmp_path / "run", time.monotonic()
    engine = Struck(carry_out, Store(tmp_path / "objects"), 2)
    engine.blow = blow
    scheduler = Scheduler(engine, leases=SHORT)
    try:
        finish(run, Carrier(scheduler))
    finally:
        engine.close()
    assert scheduler.requeued + scheduler.doubled >= 1
    assert not scheduler.alarms
    assert run_hash(run) == expected
    assert time.monotonic() - began < SECONDS


def test_more_than_any_node_has_is_refused_at_once(ray_here: None, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unsatisfiable, match="no node of this cluster of 1 has as many"):
        OnRay(carry_out, Store(tmp_path), 1, needs=Needs(processors=64))
    engine = OnRay(carry_out, Store(tmp_path), 1)
    with pytest.raises(Unsatisfiable, match="needs 2 processors"):
        Scheduler(engine).run([Job('{"seam": "Write"}', needs=Needs(processors=2))])
    engine.close()
    assert time.monotonic() - began < 20


def test_a_driver_that_is_killed_leaves_nobody_and_goes_on(expected: str, ray_here: None, tmp_path: Path) -> None:
    run = tmp_path / "run"
    results = run / "engine" / "results"
    driver = subprocess.Popen([sys.executable, str(Path(__file__).with_name("small_loop.py")), run, "ray", "1"])
    try:
        assert wait_for(lambda: results.is_dir() and any(results.iterdir()), SECONDS), "it did not come to sampling"
        begun = descendants(driver.pid)
    finally:
        driver.kill()
        driver.wait()
    assert begun
    assert wait_for(lambda: not any(map(alive, begun)), 120), f"{[named(pid) for pid in begun]} outlived their driver"
    engine = OnRay(carry_out, Store(run / "engine" / "objects"), 2)
    finish(run, Carrier(Scheduler(engine, Results(results))))
    engine.close()
    assert run_hash(run) == expected


def test_a_node_that_is_killed_changes_nothing(expected: str, tmp_path: Path) -> None:
    """Two raylets with room for one worker each; the one without the driver is killed while its worker has a job."""
    from ray.cluster_utils import Cluster

    ray.shutdown()
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    other = cluster.add_node(num_cpus=1)
    engine = OnRay(carry_out, Store(tmp_path / "objects"), 2, address=cluster.address)
    try:
        assert wait_for(lambda: engine.poll(0.1) or engine.capacity().free == 2, SECONDS)
        scheduler = Scheduler(engine, leases=Leases(least=5.0, first=30.0))
        carrier = Carrier(scheduler)
        killed = [pid for pid in engine.pids if pid in descendants(other.all_processes["raylet"][0].process.pid)]
        assert len(killed) == 1

        def strike() -> None:
            if len(engine._objects) == 3:
                other.kill_raylet()

        submit, engine.submit = engine.submit, lambda job: (submit(job), strike())[0]  # type: ignore[method-assign]
        began = time.monotonic()
        finish(tmp_path / "run", carrier)
        assert scheduler.requeued + scheduler.doubled >= 1
        assert run_hash(tmp_path / "run") == expected
        assert time.monotonic() - began < SECONDS
    finally:
        engine.close()
        ray.shutdown()
        cluster.shutdown()
