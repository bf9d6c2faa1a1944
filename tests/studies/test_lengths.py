"""The study's code path and its claim at small size, on real loops; the arithmetic of its claims in closed form."""

from dataclasses import replace

import polars as pl
import pytest

from headway.attempts import Attempts
from headway.domains import Strings, Worksheet
from headway.experiment import read, recorded, text
from headway.journal import read_run
from headway.report import write
from headway.sample import Told
from headway.stages import Report, Round, Ruling
from headway.stats import Estimate
from headway.studies.climbing import claims, curve, described, own
from headway.studies.lengths import ABOUT, PAPER, SMALL, Lengths, Size
from headway.train import Draw

TINY = Lengths(
    Strings(1, 3),
    seeds=1,
    rounds=2,
    last=8,
    exam=(3, 4, 5),
    tasks=20,
    most=16,
    begin=2,
    size=Size(
        width=16,
        heads=4,
        hidden=32,
        gold=300,
        base=Draw(updates=20, tokens=256, groups=2, learning_rate=3e-3),
        each=Draw(updates=4, tokens=256, groups=2),
        tasks=24,
    ),
)


def climbed(frontiers, labels=1.0):
    """A run whose exam found these frontiers, and whose labels were right to that share."""
    run = []
    for index, reached in enumerate(frontiers):
        levels = (10, 20, 40)
        found = {f"accuracy/{level}": Estimate(float(level <= reached), 0.0, 1.0, 200) for level in levels}
        rows = [
            {"task": f"{index}/{place}", "domain": "copy", "level": 11, "prompt": "1=", "id": f"{index}/{place}",
             "author": "solver", "text": "1", "answer": "1", "verdicts": {"tool": float(place < labels * 10)},
             "weight": 1.0}
            for place in range(10)
        ]  # fmt: skip
        wrote = Attempts.of(rows) if index else None
        run.append(Round(index, wrote, wrote, report=Report(found, pl.DataFrame()), ruling=Ruling(True, index, 0, "")))
    return tuple(run)


def test_arms_differ_in_labels_and_filter_only():
    found = {arm: TINY.loop(arm) for arm in ABOUT}
    assert {(loop.measure, loop.gate, loop.propose.tasks, loop.propose.most) for loop in found.values()} == {
        (TINY.loop("none").measure, TINY.loop("none").gate, 24, 16)
    }
    assert {loop.train for arm, loop in found.items() if arm != "vote"} == {TINY.size.each}
    assert {loop.sample for arm, loop in found.items() if arm != "told"} == {found["none"].sample}
    assert not any(loop.propose.of == "tool" or loop.select.of == "tool" for arm, loop in found.items()
                   if arm not in ("tool", "told"))  # fmt: skip
    assert found["sure"].circular
    assert not found["tool"].circular


@pytest.mark.parametrize("size", [TINY.size, PAPER])
def test_every_experiment_is_a_text(size):
    for trial in replace(TINY, size=size).trials:
        assert read(text(trial.experiment)) == trial.experiment


def test_every_arm_runs_and_the_page_says_what_was_found(tmp_path):
    for trial in TINY.trials:
        for _ in recorded(trial.experiment, tmp_path / trial.folder):
            pass
    page = TINY.page(tmp_path)
    assert [arm.name for arm in page.sections[0].arms] == ["base", *ABOUT]
    write(page, tmp_path / "report.html")
    assert "the first policy has a foothold past length 3" in (tmp_path / "report.html").read_text()


def test_the_paper_shape_trains_at_small_size():
    size = replace(PAPER, width=24, hidden=96, gold=300, tasks=24, base=TINY.size.base, each=TINY.size.each)
    experiment = replace(TINY, size=size).experiment("none", 0)
    *_, last = experiment.loop.run(experiment.start(0), rounds=1)
    assert last.report is not None
    assert last.cast is not None
    assert last.cast["solver"].network.shape.rotary == (False,) * 6


@pytest.mark.parametrize(("arm", "filtered"), [("60% drop", "length"), ("none 60% drop", "none")])
def test_labels_are_spoiled_in_one_round_and_count_as_wrong(arm, filtered):
    found = replace(TINY, arms=(arm,), rounds=3)
    assert found.loop(arm).propose == found.loop(filtered).propose

    def right(cast, tasks, seed):  # nothing but the spoiling makes errors
        return Attempts(Told(found.domain)(cast, tasks, seed).frame.with_columns(author=pl.lit("solver")))

    loop = replace(found.loop(arm), sample=right)
    *_, before, spoiled = loop.run(found.start(arm)(0), rounds=3)
    assert own(before)["right"].mean() == 1.0
    assert own(spoiled)["right"].mean() == pytest.approx(0.4, abs=0.05)
    changed = spoiled.attempts.frame.join(spoiled.sampled.frame, on="id").filter(pl.col("text") != pl.col("text_right"))
    assert changed.height == round(0.6 * len(own(spoiled)))


def test_claims_follow_from_the_frontiers():
    found = {"base": [climbed([10])] * 3, "control": [climbed([10, 10])] * 3, "none": [climbed([10, 20, 40], 0.9)] * 3}
    made = {claim.sentence: claim for claim in claims(found, 10, 40)}
    assert made["the first policy has a foothold past length 10"].holds is False
    assert made["none: reaches length 40 at 95% exact match"].holds is True
    assert made["none: ends above the control, so it is not more training that does it"].holds is True
    assert curve(found["none"][0]).labels == [None, 0.9, 0.9]
    assert "labels right 0.900" in described([curve(run) for run in found["none"]])


@pytest.mark.slow
def test_a_small_model_climbs_by_labels_of_its_own(tmp_path):
    """Shown sums of 1 to 10 digits, it is right at 40 more often after three rounds of its own filtered answers."""
    size = replace(SMALL, base=replace(SMALL.base, updates=2500))
    study = Lengths(Worksheet(), seeds=1, rounds=3, last=42, exam=(10, 20, 40), tasks=100, size=size)
    for _ in recorded(study.experiment("length", 0), tmp_path / "run"):
        pass
    found = read_run(tmp_path / "run").history
    first, last = (found[index].report.estimates["accuracy/40"] for index in (0, -1))
    assert last.value > first.value + 0.15
    assert min(label for label in curve(found).labels if label is not None) > 0.9
