"""The study of gates: arms that differ in the gate alone, and claims that follow from numbers."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headway.experiment import read, text
from headway.gate import Always, Governor, Sealed
from headway.stages import Report, Round, Ruling
from headway.stats import mean_with_bounds
from headway.studies.governing import claims, decisions, delays, ends, verdict
from headway.studies.governor import ABOUT, ANCHORED, FAMILIAR, JUDGED, RATED, REWARDED, SELF, TRAINED, Governed, quick

TASKS = 600


def test_arms_of_a_loop_differ_in_the_gate_alone():
    found = Governed().arms()
    assert set(found) == {"none", *TRAINED}
    assert set(ABOUT) == {*TRAINED, REWARDED}
    for arms in (tuple(SELF), tuple(RATED), tuple(FAMILIAR)):
        alike = [replace(found[arm].loop, gate=Always()) for arm in arms]
        assert all(loop == alike[0] for loop in alike)
    assert len({(one.start, one.rounds) for name, one in found.items() if name != "none"}) == 1
    assert all(read(text(arm)) == arm for arm in found.values())


def test_every_governor_sees_a_part_of_the_exam_and_reads_the_world():
    for arm, experiment in Governed().arms().items():
        loop = experiment.loop
        assert isinstance(loop.gate, Sealed)
        if isinstance(loop.gate.gate, Governor):
            assert loop.gate.gate.bounds == "betting", arm
            for metric in loop.gate.evidence:
                assert loop.measure.rests_on(metric) == ("tool",)
    assert Governed().arms()["always"].loop.circular
    assert not Governed().arms()["rater always"].loop.circular, "the rater is frozen; that does not make it right"


def test_the_quick_form_is_a_part_of_the_whole():
    assert quick(Governed()).seeds == 1
    assert set(quick(Governed()).arms()) == {"none", "always", "self-report", "governor with levers"}
    with pytest.raises(ValueError, match="some of always, self-report"):
        Governed(only=("nobody",))


def exam(accuracy, coverage, opinion, seed):
    random = np.random.default_rng(seed)
    columns = {
        name: np.round(16 * np.clip(mean + random.normal(0, 0.1, TASKS), 0, 1)) / 16  # of 16 attempts
        for name, mean in (("accuracy", accuracy), ("pass@16", coverage), ("self_score", opinion))
    }
    frame = pl.DataFrame({"task": list(map(str, range(TASKS))), **columns})
    frame = frame.with_columns(distinct_right=pl.col("pass@16"))
    return Report({name: mean_with_bounds(frame[name].to_numpy(), 0.025) for name in frame.columns[1:]}, frame)


def run(falls, gate, seed):
    """Five rounds, each of which falls by as much, ruled on by this gate."""
    turns = []
    for index in range(5):
        found = exam(0.3 - 0.03 * falls * index, 0.8 - 0.1 * falls * index, 0.5 + 0.05 * index, 10 * seed + index)
        turns.append(Round(index, report=found, ruling=gate(tuple(turns), index, found)))
    return tuple(turns)


@pytest.fixture(scope="module")
def runs():
    accept = Sealed(Always())
    return {
        "always": [run(1, accept, seed) for seed in range(5)],
        "self-report": [run(1, accept, seed) for seed in range(5)],
        "governor": [run(1, JUDGED, seed) for seed in range(5)],
        ANCHORED: [run(0, accept, seed) for seed in range(5)],
    }


def test_claims_follow_from_the_numbers(runs):
    found = {claim.sentence: claim.holds for claim in claims(runs, JUDGED)}
    assert found["always: the policy thinks better of itself"]
    assert found["always: pass@16 falls"]
    assert found["governor ends with more pass@16 than always"]
    assert found["governor ends with more accuracy than self-report"]
    assert found["governor: no harmful round stands (by tasks that the gate did not see)"]
    assert found["self-report: a harmful round stands (by tasks that the gate did not see)"]
    assert found["always: the governor would have refused no later than the first harmful round"]
    assert verdict(runs, JUDGED).startswith("pass@16 on tasks that no gate saw, 0.")


def test_one_seed_supports_no_claim_about_who_ends_better(runs):
    one = {arm: many[:1] for arm, many in runs.items()}
    assert not any("ends with more" in claim.sentence for claim in claims(one, JUDGED))


def test_what_an_arm_ends_with_is_scored_on_tasks_that_no_gate_saw(runs):
    for report in ends(runs["governor"], JUDGED):
        assert 0.3 * TASKS < len(report.by_task) < 0.5 * TASKS
    turned = run(1, JUDGED, 9)
    seen = set(JUDGED.held_back(turned[0].report).by_task["task"])
    spoiled = [
        replace(turn, report=Report(turn.report.estimates, turn.report.by_task.with_columns(
            pl.when(pl.col("task").is_in(list(seen))).then(pl.col("accuracy")).otherwise(0.0).alias("accuracy"))))
        for turn in turned
    ]  # fmt: skip
    assert [one.harmful for one in decisions(tuple(spoiled), JUDGED)] == [
        one.harmful for one in decisions(turned, JUDGED)
    ]


def test_a_run_without_harm_has_no_delay():
    fine = tuple(replace(turn, ruling=Ruling(True, turn.index, turn.index, "")) for turn in run(0, JUDGED, 3))
    assert delays(fine, JUDGED) == (None, None)
