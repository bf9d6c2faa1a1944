"""Every engine, with one worker and with three, comes to the bits of a run without any."""

from pathlib import Path

import pytest
from small_loop import finish

from headway.journal import run_hash
from headway.seams import engine_named

ENGINES = [("inline", 1), ("pool", 1), ("pool", 3)]


@pytest.mark.parametrize(("name", "workers"), ENGINES)
def test_the_run_is_the_same(name: str, workers: int, expected: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with engine_named(name, run / "engine", workers) as by:
        finish(run, by)
        kinds = set(by.scheduler.durations.by_kind)
        assert not by.scheduler.alarms
    assert kinds == {"Write", "Odds", "Check", "Learn"}, "sampling, opinions, checks and training were all done there"
    assert run_hash(run) == expected
    assert not (run / "engine").exists(), "nothing is left of the engine in a run that is done"
