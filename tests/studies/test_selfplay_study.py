"""The study's code path at small size on real loops, that its arms differ as they say, and its claims by hand."""

from dataclasses import replace

import polars as pl
import pytest

from headway.domains import Arithmetic
from headway.experiment import read, recorded, text
from headway.journal import read_cast, read_run
from headway.propose import Given, SelfPlay
from headway.report import write
from headway.start import Posing
from headway.stats import Estimate
from headway.studies.playing import Course, claims, course, family
from headway.studies.selfplay import ABOUT, Played, quick
from headway.train import Draw

EASY = Arithmetic(1, 1)
START = Posing(
    EASY,
    EASY,
    train=Draw(updates=80, tokens=512, learning_rate=1e-2, average=0.9),
    slips=Draw(updates=5, tokens=512),
    gold=60,
    posing=0.3,
    width=16,
    heads=2,
    layers=2,
)
TINY = Played(
    seeds=2,
    rounds=2,
    proposals=24,
    updates=2,
    examined=12,
    levels=(1,),
    arms=("sqlm", "two", "frozen", "random"),
    domain=EASY,
    start=START,
)


def test_arms_differ_in_what_they_say_they_do():
    loops = {arm: TINY.loop(arm) for arm in ABOUT}
    assert (
        len({(loop.sample, loop.measure, loop.gate, loop.train.updates, loop.train.batch) for loop in loops.values()})
        == 1
    )
    assert {arm for arm, loop in loops.items() if loop.select.of != "vote"} == {
        "anchor",
        "truth",
        "fast anchor",
        "fast truth",
    }
    assert {arm for arm, loop in loops.items() if not loop.circular} == {"truth", "fast truth"}
    assert {arm for arm, loop in loops.items() if not isinstance(loop.propose, SelfPlay)} == {"random"}
    assert loops["frozen"].propose.role == "base" and "base" not in loops["frozen"].train.roles
    assert isinstance(loops["random"].propose, Given)
    assert {arm for arm, loop in loops.items() if loop.train.apart} == {"two"}
    for arm in ABOUT:
        assert read(text(TINY.experiment(arm, 0))) == TINY.experiment(arm, 0)


def test_the_control_cannot_be_left_out():
    for wrong in ({"arms": ("sqlm",)}, {"arms": ("sqlm", "frozen", "none")}, {"examined": 7}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            replace(TINY, **wrong)
    assert quick(TINY).arms == ("sqlm", "frozen")


def test_it_runs_to_a_page_and_the_same_weights_stay_one_where_they_should(tmp_path):
    for trial in TINY.trials:
        base = tmp_path / "arithmetic" / "base" / f"seed-{trial.experiment.seed}"
        cast = read_cast(base, 0) if trial.experiment.rounds else None
        list(recorded(trial.experiment, tmp_path / trial.folder, cast))
    shared, apart = (read_cast(tmp_path / "arithmetic" / arm / "seed-0", 2) for arm in ("sqlm", "two"))
    assert shared["solver"] is shared["proposer"] and shared["solver"].digest() != shared["base"].digest()
    assert apart["solver"].digest() != apart["proposer"].digest() != apart["base"].digest()
    run = read_run(tmp_path / "arithmetic" / "sqlm" / "seed-0").history
    asked = run[1].sampled
    assert asked["truth"].is_not_null().any() and asked["origin"].is_not_null().all()
    counts = asked["traits"][0]
    assert counts["written"] == 24 == counts["malformed"] + counts["withheld"] + asked["task"].n_unique()
    exam = set(map(str, run[0].exam["prompt"]))
    assert not exam & {str(prompt) for turn in run[1:] for prompt in turn.attempts["prompt"]}
    found = course(run)
    assert len(found.dev) == len(found.exam) == 3 and found.reported == found.exam[found.best]
    page = TINY.page(tmp_path)
    assert "2 seeds" in page.verdict
    assert len(page.claims) == 4 + 3 + 3 + 4 + 5
    write(page, tmp_path / "page.html")
    assert "first → last third" in (tmp_path / "page.html").read_text()


def played(dev: list[float], exam: list[float], fall: float | None = None, **asked: float) -> Course:
    falls = None if fall is None else Estimate(fall, fall - 0.01, fall + 0.01, 50)
    return Course(dev, exam, [{2: share} for share in exam], [dict(asked)] * (len(dev) - 1), falls)


def test_the_reported_round_is_devs_and_its_number_the_exams():
    one = played([0.2, 0.5, 0.5, 0.1], [0.2, 0.4, 0.9, 0.1], fall=-0.3)
    assert (one.best, one.reported, one.end, one.turned) == (1, 0.4, 0.1, 1)  # the exam's own best is not looked for
    assert played([0.2, 0.5], [0.2, 0.4]).turned is None
    assert played([0.5, 0.4], [0.5, 0.5], fall=0.0).turned is None


def test_claims_are_corrected_within_a_family_and_one_seed_claims_nothing():
    sure, unsure = ([0.1, 0.2, 0.3], [0.21, 0.3, 0.41]), ([0.1, 0.2, 0.3], [0.5, 0.1, 0.3])
    alone, among = family({"a": sure})[0], family({"a": sure, "b": unsure, "c": ([None], [0.1])})
    assert alone.holds is True and [claim.holds for claim in among] == [True, None, None]
    assert family({"a": sure[::-1]})[0].holds is False
    p_alone, p_among = (float(claim.evidence.split("p=")[1].split()[0]) for claim in (alone, among[0]))
    assert p_among == pytest.approx(2 * p_alone, abs=2e-4)
    one = {"sqlm": [played([0.1, 0.2], [0.1, 0.2])], "frozen": [played([0.1, 0.2], [0.1, 0.2])]}
    assert [claim.holds for claim in claims(one)] == [None]


def test_dev_and_exam_share_no_task():
    from headway.stages import Report, Round, Ruling

    rows = pl.DataFrame(
        {
            "task": [f"t{n}" for n in range(8)],
            "level": [2] * 4 + [3] * 4,
            "accuracy": [1.0, 0.0] * 4,
            "n": 1,
            "right": 1,
        }
    )
    run = tuple(Round(n, report=Report({}, rows), ruling=Ruling(True, n, n, "")) for n in range(2))
    found = course(run)
    assert found.dev == [1.0, 1.0] and found.exam == [0.0, 0.0] and found.levels[0] == {2: 0.0, 3: 0.0}
