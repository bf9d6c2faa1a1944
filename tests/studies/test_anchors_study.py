"""The study of anchors: arms that differ in nothing else, and claims that follow from numbers."""

from dataclasses import replace

import numpy as np
import pytest
from test_collapse import report

from headway.cast import Cast
from headway.experiment import changed, read, text
from headway.gate import Always
from headway.stages import Round, Ruling, State
from headway.start import Beside, Pretrained
from headway.studies.anchoring import claims, gains
from headway.studies.anchors import ABOUT, ANCHORED, COVERED, DOSES, MAIN, REPLAYED, SHORT, Anchors
from headway.verify import Opinion

SMALL = {"propose.tasks": 30, "sample.attempts": 8, "select.gold": 300, "select.graded": 60}


@pytest.fixture(scope="module")
def playing(cast, easy) -> Cast:
    """A policy that gives verdicts, and another that stands for the third party."""
    third = Pretrained(easy, gold=100, graded=40, epochs=2, width=24, layers=1)(1)["solver"]
    return cast.replace("past", cast["solver"]).replace("third", third)


def test_every_arm_samples_trains_and_is_examined_alike():
    found = Anchors().arms()
    assert set(found) == {*MAIN, *REPLAYED, *COVERED}
    assert set(MAIN) == set(ABOUT)
    alike = {(arm.start, arm.loop.propose, arm.loop.sample, arm.loop.measure, arm.loop.gate) for arm in found.values()}
    assert len(alike) == 1
    assert found["self"].loop.gate == Always(), "nobody stops early by looking at the truth"
    fits = {arm.loop.train for name, arm in found.items() if name != "lagged"}
    assert fits == {found["lagged"].loop.train.train}
    assert all(read(text(arm)) == arm for arm in found.values())


def test_on_a_pretrained_model_the_third_party_is_made_of_other_weights_and_data():
    found = Anchors(model="smollm2-135m").arms()
    assert tuple(found) == SHORT
    assert len({(arm.start, arm.loop.sample, arm.loop.train, arm.loop.measure) for arm in found.values()}) == 1
    start = found["third"].start
    assert isinstance(start, Beside) and start.role == "third" and start.start != start.other
    assert not found["third"].loop.circular and found["replay"].loop.circular


def test_the_arms_that_judge_themselves_read_no_truth_and_a_third_party_is_another_policy(playing):
    found = Anchors().arms()
    for name in ("self", "replay", "corrections", "lagged"):
        assert found[name].loop.circular, name
    for name in ("first", "third", "tool", "random"):
        assert not found[name].loop.circular, name
    third = next(judge for judge in found["third"].loop.judges if judge.name == "third")
    assert third == Opinion(role="third", name="third"), "the same question, other weights"
    assert playing["third"].digest() != playing["solver"].digest()


def test_no_arm_learns_from_more_rows_or_more_weight_than_self(playing, easy):
    tables, learned = {}, {}
    for name, arm in Anchors(domain=easy).arms().items():
        loop = changed(arm, SMALL).loop
        state = State(1, 0, playing, (Round(0, ruling=Ruling(True, 0, 0, "")),))
        turn = Round(1)
        while turn.attempts is None:
            turn = loop.advance(turn, state)
        tables[name] = turn.sampled.frame
        learned[name] = turn.attempts.kept["weight"]
    assert all(table.equals(tables["self"]) for table in tables.values()), "the same attempts in every arm"
    for name, weights in learned.items():
        assert len(weights) <= len(learned["self"]), name
        assert abs(weights.sum() - learned["self"].sum()) <= 0.04 * learned["self"].sum(), name


def made_run(accuracy, coverage, seed):
    """Four rounds that go straight from .3 to where they end."""
    path = np.linspace(0.3, 1.0, 4)
    turns = []
    for index, _ in enumerate(path):
        share = index / 3
        one = report(0.3 + share * (accuracy - 0.3), tasks=400, seed=seed)
        most = report(0.8 + share * (coverage - 0.8), tasks=400, seed=seed + 50).estimates["accuracy"]
        turns.append(Round(index, report=replace(one, estimates={**one.estimates, "pass@8": most}),
                           ruling=Ruling(True, index, index, "")))  # fmt: skip
    return tuple(turns)


def test_claims_follow_from_the_numbers_and_are_corrected_for_how_many_there_are():
    ends = {"random": (0.28, 0.75), "self": (0.1, 0.4), "replay": (0.2, 0.6), "first": (0.1, 0.4), "lagged": (0.1, 0.4),
            "third": (0.2, 0.5), "tool": (0.6, 0.9), "corrections": (0.1, 0.4), "replay 60 %": (0.3, 0.8),
            "tool on 30 %": (0.4, 0.7)}  # fmt: skip
    runs = {arm: [made_run(*end, seed) for seed in range(5)] for arm, end in ends.items()}
    for seed in range(5):  # without noise of their own, equal arms would be equal to the last digit
        runs["first"][seed] = made_run(0.1, 0.4, seed + 100)
    found = {claim.sentence: claim.holds for claim in claims(runs, ANCHORED, DOSES)}
    assert found["tool has more accuracy over the rounds than self"]
    assert found["tool has more coverage at the end than self"]
    assert not found["first has more accuracy over the rounds than self"]
    assert found["self has less coverage at the end than random keep"]
    assert all(holds for sentence, holds in found.items() if sentence.startswith("the larger the"))
    assert gains(runs, "self", "coverage at the end").tolist() == [0.0] * 5
    one = {arm: many[:1] for arm, many in runs.items()}
    assert [claim.holds for claim in claims(one, ANCHORED, DOSES)] == [None]
