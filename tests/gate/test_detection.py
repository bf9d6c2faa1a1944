"""How soon a real collapse is refused.

`fixtures/collapse.parquet` is the exam, task by task, of a loop on puzzles that judged itself for six rounds (the arm
`always` of the study `governor` with seed 100, which the study itself does not run): accuracy .10 to .02, pass@16 .63
to .20.
"""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from headway.gate import Sealed, Standard
from headway.stages import Report, Round
from headway.stats import mean_over_tasks
from headway.studies.governing import delays, ruled_again
from headway.studies.governor import GOVERNED, JUDGED

FIXTURE = Path(__file__).parent / "fixtures" / "collapse.parquet"
METRICS = ("accuracy", "pass@16", "distinct_right")


@pytest.fixture(scope="module")
def collapse():
    frame = pl.read_parquet(FIXTURE).with_columns(pl.col(METRICS).cast(pl.Float64))
    rounds = []
    for (index,), rows in frame.group_by("round", maintain_order=True):
        estimates = {name: mean_over_tasks(rows[name].to_numpy()) for name in METRICS}
        rounds.append(Round(int(index), report=Report(estimates, rows.drop("round"))))
    return ruled_again(rounds, Sealed(replace(GOVERNED, bounds="student")))


def test_a_real_collapse_is_refused_no_later_than_it_shows_on_other_tasks(collapse):
    fell, refused = delays(tuple(collapse), JUDGED)
    assert fell is not None
    assert refused is not None
    assert 1 < refused <= fell


@pytest.mark.parametrize("bounds", ["student", "betting"])
def test_the_round_before_the_fall_stands_and_none_does_after_it(collapse, bounds):
    again = ruled_again(collapse, Sealed(replace(GOVERNED, bounds=bounds), 0.6))
    stood = [turn.ruling.accept for turn in again]
    assert stood[:2] == [True, True]
    assert not any(stood[3:])


def test_bets_need_more_than_students_bounds_do(collapse):
    """What validity at any number of tasks and for any distribution costs: bounds that lie further away."""
    standard = Standard("pass@16", 0.15)
    lows = {}
    for bounds in ("student", "betting"):
        gate = replace(GOVERNED, standards=(standard, Standard("accuracy", 0.5)), bounds=bounds)
        lows[bounds] = ruled_again(collapse, gate)[1].ruling.evidence["pass@16"].low
    assert -0.15 < lows["betting"] < lows["student"] < 0.0
    assert lows["betting"] - lows["student"] > -0.05
