"""Every engine, with one worker and with three, comes to the bits of a run without any."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_loop import finish

from headway.engine import Engine, Inline, Pool, Results, Scheduler, Store
from headway.engine.nursery import Nursery
from headway.journal import run_hash
from headway.seams import Carrier, carry_out, engine_named

Begin = Callable[[Store], Engine]


RAY = [pytest.param(name, marks=pytest.mark.slow) for name in ("ray of 1", "ray of 3")]


@pytest.fixture(params=["inline", "pool of 1", "pool of 3", *RAY])
def begin(request: pytest.FixtureRequest) -> Begin:
    """Begins an engine whose objects are in this store."""
    if request.param == "inline":
        return lambda store: Inline(carry_out, store)
    if request.param.startswith("ray"):
        request.getfixturevalue("ray_here")
        from headway.engine.on_ray import OnRay

        return lambda store: OnRay(carry_out, store, int(request.param[-1]))
    nursery: Nursery = request.getfixturevalue("nursery")
    return lambda store: Pool(carry_out, store, int(request.param[-1]), nursery)


def test_the_run_is_the_same(begin: Begin, expected: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    engine = begin(Store(run / "engine"))
    scheduler = Scheduler(engine, Results(tmp_path / "results"))
    try:
        finish(run, Carrier(scheduler))
    finally:
        engine.close()
    assert not scheduler.alarms
    assert set(scheduler.durations.by_kind) == {"Write", "Odds", "Check", "Learn"}, "it was all done by the engine"
    assert run_hash(run) == expected


def test_nothing_is_left_of_an_engine_in_a_run_that_is_done(expected: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with engine_named("inline", run / "engine", 1) as by:
        finish(run, by)
    assert not (run / "engine").exists()
    with pytest.raises(ValueError, match="no engine 'slurm'; name one of inline, pool"), engine_named("slurm", run, 1):
        pass
