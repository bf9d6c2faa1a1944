"""The scheduler under a cluster that is modelled: what it does with time, which no real test can wait for."""

import json

import pytest
from bench.scale.modelled import Modelled, Weather

from headway.engine import Job, JobFailed, Leases, Scheduler

JOBS = [Job(json.dumps({"job": "modelled", "index": index})) for index in range(2000)]


def played(weather: Weather, **options) -> tuple[Modelled, Scheduler, list[bytes]]:
    engine = Modelled(weather, 0)
    scheduler = Scheduler(engine, clock=lambda: engine.now, tries=20, **options)
    return engine, scheduler, scheduler.run(JOBS)


def test_a_thousand_workers_lose_a_node_a_minute_and_little_time() -> None:
    engine, scheduler, results = played(Weather(workers=104, silent=0.5))
    assert results == [job.key.encode() for job in JOBS]
    assert engine.lost_nodes > 5 and scheduler.requeued > 20
    assert not scheduler.alarms
    least = len(JOBS) * 30 / 104
    assert engine.now < 1.6 * least


def test_without_second_copies_a_slow_worker_holds_up_all() -> None:
    fast, _, _ = played(Weather(workers=104, lost_every=None, slow=0.03))
    slow, _, _ = played(Weather(workers=104, lost_every=None, slow=0.03), leases=Leases(late=None))
    assert fast.now < slow.now / 1.3


def test_a_cluster_that_is_gone_is_an_error_and_not_a_hang() -> None:
    weather = Weather(workers=8, lost_every=100.0, back_after=1e9, silent=1.0)
    with pytest.raises(JobFailed, match="no worker has been there for 180 s"):
        played(weather)
