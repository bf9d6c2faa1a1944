"""The operators that hold a loop to its past, to the world and to people: what exactly is learned from."""

from dataclasses import replace

import pytest

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains import Puzzles
from headway.experiment import anchors, changed, recorded, resumed
from headway.gate import Always
from headway.journal import read_cast, read_run, run_hash
from headway.presets import closed
from headway.sample import Each
from headway.select import Above, Against, Best, Corrected, Part, Replay
from headway.stages import Round, Ruling, State
from headway.start import Also
from headway.train import Fit, Lagged, Prefer
from headway.verify import Opinion, Tool

SMALL = {
    "start.start.gold": 60, "start.start.graded": 10, "start.start.epochs": 1, "start.start.width": 16,
    "start.start.layers": 1, "propose.tasks": 6, "sample.attempts": 4, "measure.tasks": 4,
    "measure.sample.attempts": 4, "select.gold": 60, "select.graded": 10, "rounds": 4,
}  # fmt: skip


def lagged(by):
    first = closed(Puzzles())
    loop = replace(
        first.loop,
        judges=(Tool(Puzzles()), Opinion(), Opinion(role="past", ask="likelihood", name="past")),
        select=Replay(Best(of="past"), Puzzles(), share=0.0, earlier=False),
        train=Lagged(Fit(updates=2), by=by),
        gate=Always(),
    )
    return changed(replace(first, start=Also(first.start), loop=loop), SMALL)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run with a judge that is two rounds old, and the digests of its cast after every round."""
    folder = tmp_path_factory.mktemp("lagged") / "whole"
    digests = []
    for turn in recorded(lagged(2), folder):
        if turn.ruling is not None:
            digests.append({role: policy.digest() for role, policy in turn.cast.items()})
    return folder, digests


def test_the_past_is_what_the_solver_was_that_many_rounds_ago(whole):
    folder, digests = whole
    solver = [cast["solver"] for cast in digests]
    assert len(set(solver)) == 5, "every round trains"
    assert [cast["past"] for cast in digests] == [solver[max(0, index - 2)] for index in range(5)]
    assert all(cast["base"] == solver[0] for cast in digests)
    assert read_cast(folder, 4)["past"].digest() == solver[2], "the past is on disk when its own round is gone"
    assert lagged(2).loop.circular, "late is not never"


def test_what_is_known_of_a_runs_judges_before_they_speak(whole):
    tool, own, past = anchors(lagged(2), read_run(whole[0]))
    assert (tool.writable, own.writable, past.writable) == ((), ("solver",), ("past",))
    assert (tool.chosen, own.chosen, past.chosen) == (False, False, True)
    assert (tool.ages, own.ages, past.ages) == ((0,) * 5, (0,) * 5, (0, 0, 1, 2, 2))


def test_a_run_with_a_past_that_is_cut_short_goes_on_to_the_same_bits(whole, tmp_path):
    for stages in (7, 13, 20):
        folder = tmp_path / str(stages)
        turns = recorded(lagged(2), folder)
        for _ in range(stages):
            next(turns)
        turns.close()
        for _ in resumed(folder):
            pass
        assert run_hash(folder) == run_hash(whole[0])


def test_a_missing_past_is_an_error_that_says_who_plays():
    experiment = lagged(1)
    with pytest.raises(KeyError, match="nobody plays the role 'past'"):
        next(experiment.loop.walk(experiment.start.start(0), rounds=1), None)
        list(experiment.loop.walk(experiment.start.start(0), rounds=1))
    with pytest.raises(ValueError, match=r"Lagged\.of is 'third'"):
        Lagged(Fit(), of="third")
    with pytest.raises(ValueError, match=r"Also\.role is 'base'"):
        replace(experiment.start, role="base")(0)


@pytest.fixture
def state(cast):
    return State(1, 0, cast, (Round(0, ruling=Ruling(True, 0, 0, "")),))


@pytest.fixture
def judged(cast, easy):
    sampled = Each(easy, attempts=8)(cast, easy.tasks(200, 3), 1)
    return sampled.judged("tool", Tool(easy)(cast, sampled))


def test_what_the_first_model_writes_is_rejected_unless_it_is_chosen_as_well(judged, state, easy):
    found = Against(Above("tool", keep=1), Each(easy, attempts=4, role="base"))(judged, state)
    chosen, rejected = found.filter(found["weight"] > 0), found.filter(found["weight"] < 0)
    assert set(rejected["author"]) == {"base"}
    assert set(rejected["task"]) <= set(chosen["task"])
    assert len(rejected) > 100
    kept = set(zip(chosen["task"], chosen["answer"], strict=True))
    assert not kept & set(zip(rejected["task"], rejected["answer"], strict=True))
    again = Against(Above("tool", keep=1), Each(easy, attempts=4, role="base"))(judged, state)
    assert again.frame.equals(found.frame)


def test_fit_can_learn_from_both_sides_and_replay_never_learns_what_was_rejected(judged, state, easy):
    found = Against(Above("tool"), Each(easy, attempts=4, role="base"), weight=-0.05)(judged, state)
    sides = {sign: found.filter(found["weight"] * sign > 0) for sign in (1, -1)}
    tiny = state.cast["solver"]
    trained = Fit(epochs=1)(state.cast, found.kept, 0)["solver"]
    gained = {
        sign: (
            trained.score(side.prompts, side["text"].to_list()).logprob
            - tiny.score(side.prompts, side["text"].to_list()).logprob
        ).mean()
        for sign, side in sides.items()
    }
    assert gained[1] > gained[-1]
    later = State(2, 0, state.cast, (*state.history, Round(1, attempts=found, ruling=Ruling(True, 1, 1, ""))))
    fresh = Attempts(judged.frame.with_columns(id="later-" + judged["id"]))
    replayed = Replay(Above("tool"), easy, share=0.0, verdicts=0.0, gold=60, graded=10)(fresh, later).kept
    assert set(replayed["id"]).isdisjoint(sides[-1]["id"])
    assert set(replayed["id"]) >= set(sides[1]["id"])


def test_pairs_of_chosen_and_rejected_are_what_a_trainer_of_preferences_takes(judged, state, easy):
    found = Against(Above("tool"), Each(easy, attempts=2, role="base"))(judged, state)
    chosen, rejected = (found.filter(found["weight"] * sign > 0) for sign in (1, -1))
    trained = Prefer(epochs=2)(state.cast, found.kept, 0)["solver"]

    def gained(side):
        texts = side["text"].to_list()
        before = state.cast["solver"].score(side.prompts, texts).logprob
        return (trained.score(side.prompts, texts).logprob - before).mean()

    assert gained(chosen) > gained(rejected)


def test_a_part_keeps_its_share_and_brings_nothing_back(judged, state):
    inner = Above("tool")(judged, state)
    part = Part(Above("tool"), share=0.25)(judged, state)
    assert len(part.kept) == round(0.25 * len(inner.kept))
    assert set(part.kept["id"]) <= set(inner.kept["id"])
    assert Part(Above("tool"), share=1.0)(judged, state).frame.equals(inner.frame)


def test_corrections_replace_what_was_kept_and_weigh_as_much(judged, state):
    inner = Best("tool", keep=2)(judged, state)
    found = Corrected(Best("tool", keep=2), share=0.2)(judged, state)
    corrected = found.filter(found["author"] == WORLD)
    assert 20 <= len(corrected) <= 60
    assert corrected["text"].to_list() == corrected["truth"].to_list()
    assert set(corrected["weight"]) == {2.0}
    assert found["weight"].sum() == inner["weight"].sum()
    others = found.kept.filter(found.kept["author"] != WORLD)
    assert set(others["task"]).isdisjoint(corrected["task"])
    fewer = judged.frame.filter(judged["task"].is_in(corrected["task"].unique().implode()))
    again = Corrected(Best("tool", keep=2), share=0.2)(Attempts(fewer), state)
    assert set(again.filter(again["author"] == WORLD)["task"]) == set(corrected["task"]), "the names alone decide"


def test_a_reference_holds_the_policy_near_the_base(judged, state, easy):
    kept = Above("tool")(judged, state).kept
    prompts, texts = kept.prompts, kept["text"].to_list()
    base = state.cast["base"].score(prompts, texts).logprob

    def moved(strength):
        trained = Fit(epochs=8, learning_rate=3e-3, reference=strength)(state.cast, kept, 0)["solver"]
        return abs(trained.score(prompts, texts).logprob - base).mean()

    free, held, tight = moved(0.0), moved(10.0), moved(1000.0)
    assert free > held > tight > 0


def test_a_cast_that_already_is_the_base_feels_no_reference(state, judged):
    from headway.train.fit import Near, logprobs

    learner = state.cast.learner("solver")
    rows = learner.encode(judged.prompts[:7], judged["text"].to_list()[:7])
    near = Near(1.0, logprobs(learner, rows))
    logprob_M, _ = learner.token_logprobs(rows)
    assert near.loss(logprob_M, slice(0, 7)).abs().max() < 1e-6
    assert (near.loss(logprob_M - 0.5, slice(0, 7)) > 0).all()


def test_the_cast_of_a_study_has_an_empty_past_only_in_name(cast):
    assert Also(lambda seed: cast)(0)["past"] is cast["solver"]
    assert isinstance(Also(lambda seed: cast)(0), Cast)
