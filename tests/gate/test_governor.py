from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headway.gate import Always, Governor, Standard
from headway.stages import Report, Round
from headway.stats import Estimate

TASKS = 200


def report(accuracy, coverage, seed=0, noise=0.1):
    """An exam of 200 tasks whose two metrics have these means."""
    random = np.random.default_rng(seed)
    columns = {
        name: np.clip(mean + random.normal(0, noise, TASKS), 0, 1)
        for name, mean in (("accuracy", accuracy), ("pass@16", coverage))
    }
    frame = pl.DataFrame({"task": [str(index) for index in range(TASKS)], **columns})
    return Report({name: Estimate(values.mean(), 0.0, 1.0, TASKS) for name, values in columns.items()}, frame)


GATE = Governor(standards=(Standard("accuracy", 0.03), Standard("pass@16", 0.06)))


def after(*reports, gate=GATE):
    """The rulings on these reports, one round after the other."""
    history = []
    for index, found in enumerate(reports):
        turn = Round(index, report=found)
        history.append(replace(turn, ruling=gate(tuple(history), index, found)))
    return [turn.ruling for turn in history]


def test_a_better_round_stands_and_becomes_the_best():
    assert [(one.accept, one.keep, one.best) for one in after(report(0.3, 0.8), report(0.4, 0.8, 1))] == [
        (True, 0, 0),
        (True, 1, 1),
    ]


@pytest.mark.parametrize("worse", [report(0.2, 0.8, 1), report(0.5, 0.6, 1)], ids=["accuracy", "coverage"])
def test_a_round_that_loses_either_is_rolled_back_to_the_best(worse):
    ruling = after(report(0.3, 0.8), report(0.35, 0.8, 1), worse)[-1]
    assert (ruling.accept, ruling.keep, ruling.best) == (False, 1, 1)
    assert "rolled back" in ruling.reason


def test_small_losses_cannot_add_up():
    coverage = [0.8, 0.77, 0.74, 0.71, 0.68]
    rulings = after(*[report(0.3 + 0.05 * index, value, index) for index, value in enumerate(coverage)])
    assert not all(ruling.accept for ruling in rulings)


def test_a_bad_round_rarely_passes_by_luck_however_long_the_run_is():
    """False accepts of rounds that are just inadmissible, over runs of twenty rounds, stay below alpha."""
    passed = 0
    for run in range(100):
        base = report(0.5, 0.8, 10_000 + run)
        history = [Round(0, report=base, ruling=GATE((), 0, base))]
        for index in range(1, 21):
            lost = report(0.47 - 0.001, 0.8, 100 * run + index)
            if GATE(history, index, lost).accept:
                passed += 1
                break
    assert passed / 100 <= 0.1 + 0.06  # alpha and three standard errors of 100 runs


def test_too_many_rejections_stop_the_run():
    rulings = after(report(0.5, 0.8), *[report(0.2, 0.5, seed) for seed in range(1, 5)])
    assert [ruling.stop for ruling in rulings] == [False, False, False, False, True]


def test_a_standard_on_something_that_is_not_measured_says_what_is():
    with pytest.raises(ValueError, match=r"'vendi', which this exam does not measure; it measures \['accuracy'"):
        after(report(0.5, 0.8), report(0.5, 0.8, 1), gate=Governor((Standard("vendi", 0.1), Standard("accuracy", 0.1))))


def test_one_standard_alone_is_refused():
    with pytest.raises(ValueError, match="one number lies"):
        Governor((Standard("accuracy", 0.1),))


def test_always_accepts():
    assert Always()((), 3, report(0, 0)).keep == 3
