"""Every engine, with one worker and with three, comes to the bits of a run without any."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from small_loop import EXPERIMENT, finish

from headway.engine import Engine, Inline, Pool, Results, Scheduler, Store
from headway.engine.nursery import Nursery
from headway.experiment import recorded
from headway.gate import Always
from headway.journal import read_run, run_hash
from headway.seams import Carrier, carry_out, engine_named
from headway.stages import Report, Round, Ruling

Begin = Callable[[Store], Engine]


# Ray leaves process objects of its own behind where a cluster had to be begun twice.
UNTIDY = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
RAY = [pytest.param(name, marks=[pytest.mark.slow, UNTIDY]) for name in ("ray of 1", "ray of 3")]


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


@dataclass(frozen=True)
class Never:
    """Lets no round stand."""

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        return Ruling(accept=False, keep=0, best=0, reason="never")


@pytest.mark.parametrize("gate", [Always(), Never()])
def test_sampling_ahead_changes_nothing(gate: Always | Never, nursery: Nursery, tmp_path: Path) -> None:
    experiment = replace(EXPERIMENT, loop=replace(EXPERIMENT.loop, gate=gate))
    finish(tmp_path / "alone", None, experiment)
    with Pool(carry_out, Store(tmp_path / "objects"), 2, nursery) as pool:
        carrier = Carrier(Scheduler(pool), ahead=True)
        finish(tmp_path / "run", carrier, experiment)
    assert run_hash(tmp_path / "run") == run_hash(tmp_path / "alone")
    assert 0 < carrier.used_ahead <= carrier.begun_ahead
    dropped = carrier.begun_ahead > carrier.used_ahead
    assert dropped == (gate == Never()), "round 0 stands, being the beginning; round 1 has no successor under Never"


@pytest.mark.parametrize("staleness", [1, 2])
def test_stale_sampling_ahead_is_the_same_run_and_a_resumed_one_too(
    staleness: int, nursery: Nursery, tmp_path: Path
) -> None:
    experiment = replace(EXPERIMENT, loop=replace(EXPERIMENT.loop, staleness=staleness), rounds=4)
    finish(tmp_path / "alone", None, experiment)
    with Pool(carry_out, Store(tmp_path / "objects"), 2, nursery) as pool:
        carrier = Carrier(Scheduler(pool), ahead=True)
        for turn in recorded(experiment, tmp_path / "run", by=carrier):
            if turn.index == 3 and turn.stage == "attempts":
                break
        assert carrier.used_ahead > 0
    finish(tmp_path / "run", None, experiment)
    assert run_hash(tmp_path / "run") == run_hash(tmp_path / "alone")
    ages = [turn.sampled["staleness"][0] for turn in read_run(tmp_path / "run").history if turn.sampled]
    assert ages == [min(staleness, index) for index in range(4)]


def test_nothing_is_left_of_an_engine_in_a_run_that_is_done(expected: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with engine_named("inline", run / "engine", 1) as by:
        finish(run, by)
    assert not (run / "engine").exists()
    with (
        pytest.raises(ValueError, match="no engine 'slurm'; name one of inline, pool, files"),
        engine_named("slurm", run, 1),
    ):
        pass
