"""The engine on a real policy: what a round leaves behind, what it refuses, and that it can be run again alone."""

from dataclasses import dataclass, replace

import pytest

from headway.engine import Scheduler
from headway.gate import Always, Governor, Lever, Sealed, Standard
from headway.levers import pulled
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.sample import Each
from headway.seams import Carrier
from headway.seeds import derived_seed, derived_seeds
from headway.select import Above, Best, Replay, Spread
from headway.stages import RoundRefused, Ruling, State
from headway.train import Fit
from headway.verify import Opinion, Tool


@pytest.fixture
def loop(easy):
    return Loop(
        propose=Given(easy, tasks=20),
        sample=Each(easy, attempts=4, max_tokens=10),
        judges=(Tool(easy), Opinion()),
        select=Replay(Spread(of="tool"), easy, gold=100, graded=50),
        train=Fit(epochs=1),
        measure=Exam(easy, Each(easy, attempts=4, max_tokens=10), tasks=20),
        gate=Always(),
    )


def seen(rounds):
    """What a run computed, down to the bits."""
    return [
        (
            turn.index,
            turn.attempts.frame if turn.attempts else None,
            turn.exam.frame if turn.exam else None,
            turn.cast["solver"].digest() if turn.cast else None,
            turn.ruling,
        )
        for turn in rounds
    ]


def same(first, second):
    for one, other in zip(first, second, strict=True):
        for mine, theirs in zip(one, other, strict=True):
            assert mine.equals(theirs) if hasattr(mine, "equals") else mine == theirs


def test_rounds_come_in_order_and_the_first_only_sits_the_exam(loop, cast):
    rounds = list(loop.run(cast, rounds=2, seed=1))
    assert [turn.index for turn in rounds] == [0, 1, 2]
    assert rounds[0].attempts is None
    assert rounds[0].report is not None
    assert rounds[2].cast["solver"].digest() != cast["solver"].digest()
    assert rounds[2].cast["base"].digest() == cast["base"].digest()


def test_a_run_gives_the_same_bits_again_and_another_seed_does_not(loop, cast):
    first, again = (seen(loop.run(cast, rounds=2, seed=1)) for _ in range(2))
    same(first, again)
    other = seen(loop.run(cast, rounds=2, seed=2))
    assert first[2][3] != other[2][3]


def test_any_round_can_be_run_again_alone(loop, cast):
    rounds = list(loop.run(cast, rounds=3, seed=1))
    alone = list(loop.walk(rounds[1].cast or cast, rounds=2, seed=1, history=rounds[:2]))[-1]
    assert alone.exam.frame.equals(rounds[2].exam.frame)


def test_a_round_goes_on_from_any_of_its_stages(loop, cast):
    steps = list(loop.walk(cast, rounds=1, seed=1))
    whole = steps[-1]
    first = next(turn for turn in steps if turn.index == 0 and turn.ruling)
    for begun in (turn for turn in steps if turn.index == 1 and not turn.ruling):
        rest = list(loop.walk(cast, rounds=1, seed=1, history=[first], begun=begun))
        assert rest[-1].exam.frame.equals(whole.exam.frame)
        assert rest[-1].ruling == whole.ruling


def test_the_exam_holds_no_task_that_was_trained_on(loop, cast):
    rounds = list(loop.run(cast, rounds=2, seed=1))
    examined = set(rounds[0].exam["prompt"])
    assert all(examined == set(turn.exam["prompt"]) for turn in rounds)
    assert not any(examined & set(turn.attempts["prompt"]) for turn in rounds[1:])


def test_a_loop_says_whether_it_is_circular(loop):
    assert not loop.circular
    assert replace(loop, select=Best(of="self")).circular
    past = replace(loop, select=Best(of="past"), judges=(*loop.judges, Opinion(role="base", name="past")))
    assert not past.circular


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"select": Best(of="user")}, "select reads the verdict 'user', but the judges give"),
        ({"judges": ()}, "select reads the verdict 'tool'"),
        ({"judges": (Opinion(), Opinion())}, "two judges share a name"),
    ],
)
def test_a_loop_that_cannot_run_is_refused_when_it_is_made(loop, change, said):
    with pytest.raises(ValueError, match=said):
        replace(loop, **change)


def test_an_exam_that_reads_a_judge_who_is_not_there_is_refused(loop):
    with pytest.raises(ValueError, match="the exam reads the verdict 'self'"):
        replace(loop, judges=loop.judges[:1])


@dataclass(frozen=True)
class Rejecting:
    """Accepts round 0 and rejects what comes after."""

    def __call__(self, history, index, report):
        return Ruling(accept=index == 0, keep=0, best=0, reason="test")


def test_a_rejected_round_leaves_the_parent_to_go_on_from(loop, cast):
    rounds = list(replace(loop, gate=Rejecting()).run(cast, rounds=2, seed=1))
    alone = next(turn for turn in replace(loop, gate=Always()).run(cast, rounds=1, seed=1) if turn.index == 1)
    assert rounds[1].exam.frame.equals(alone.exam.frame)
    state = State(2, 1, cast)  # round 2 samples from the parent, not from what round 1 trained
    assert rounds[2].sampled.frame.equals(loop.begin(state).aged(0).frame)
    assert not set(rounds[1].sampled["id"]) & set(rounds[2].attempts["id"])


@dataclass(frozen=True)
class Ruled:
    """Goes on after each round from the round that is named for it, the best so far being round 0."""

    keeps: tuple[int, ...]

    def __call__(self, history, index, report):
        return Ruling(accept=self.keeps[index] == index, keep=self.keeps[index], best=0, reason="test")


@pytest.mark.parametrize(
    ("keeps", "staleness", "behind", "writers"),
    [
        ((0, 1, 2, 3, 4), 0, [0, 0, 0, 0], [0, 1, 2, 3]),
        ((0, 1, 2, 3, 4), 1, [0, 1, 1, 1], [0, 0, 1, 2]),
        ((0, 1, 2, 3, 4), 2, [0, 1, 2, 2], [0, 0, 0, 1]),
        ((0, 1, 1, 1, 4), 1, [0, 1, 0, 0], [0, 0, 1, 1]),  # rejected rounds leave nobody behind
        ((0, 1, 2, 0, 4), 1, [0, 1, 1, 0], [0, 0, 1, 0]),  # gone back behind the writer: sampled anew
    ],
)
def test_staleness_is_who_wrote_how_many_trainings_ago(loop, cast, keeps, staleness, behind, writers):
    stale = replace(loop, gate=Ruled(keeps), staleness=staleness)
    steps = list(stale.walk(cast, rounds=4, seed=1))
    casts = {turn.index: turn.cast for turn in steps if turn.stage == "cast" or turn.index == 0}
    rounds = [turn for turn in steps if turn.ruling][1:]
    assert [turn.sampled["staleness"].unique().to_list() for turn in rounds] == [[age] for age in behind]
    for turn, writer in zip(rounds, writers, strict=True):
        said = casts[writer]["solver"].score(turn.sampled.prompts, turn.sampled["text"].to_list()).logprob
        assert said == pytest.approx(turn.sampled["logprob"].to_numpy(), abs=1e-3)
    assert rounds[0].exam["staleness"].null_count() == len(rounds[0].exam)


def test_nothing_selected_is_not_committed_and_three_in_a_row_stop_the_run(loop, cast):
    empty = replace(loop, select=Above(of="tool", floor=1.0), sample=replace(loop.sample, max_tokens=1))
    rounds = list(empty.run(cast, rounds=10, seed=1))
    assert [turn.index for turn in rounds] == [0, 1, 2, 3]
    assert all("nothing was selected from 80 attempts" in turn.ruling.reason for turn in rounds[1:])
    assert all(not turn.ruling.accept and turn.ruling.keep == 0 for turn in rounds[1:])
    assert rounds[3].ruling.stop


@dataclass(frozen=True)
class Diverging:
    """Training whose loss is no longer a number."""

    roles = ("solver",)

    def __call__(self, cast, attempts, seed):
        raise RoundRefused("the training loss became nan")


def test_a_loss_that_is_no_number_is_not_committed(loop, cast):
    rounds = list(replace(loop, train=Diverging()).run(cast, rounds=1, seed=1))
    assert rounds[1].ruling.accept is False
    assert "loss became nan" in rounds[1].ruling.reason
    assert rounds[1].cast is None


def test_attempts_that_all_read_the_same_are_not_learned(loop, cast, easy):
    @dataclass(frozen=True)
    class Same:
        def __call__(self, cast, tasks, seed):
            table = Each(easy, attempts=2)(cast, tasks, seed)
            return type(table)(table.frame.with_columns(text=table["text"].clear(len(table)).fill_null("+1+1")))

    rounds = list(replace(loop, sample=Same()).run(cast, rounds=1, seed=1))
    assert "all 40 attempts at 20 tasks read '+1+1': the policy has collapsed" in rounds[1].ruling.reason


def test_a_governor_on_a_real_run_says_on_which_numbers(loop, cast):
    gate = Governor((Standard("accuracy", 0.5), Standard("pass@4", 0.5)))
    rounds = list(replace(loop, gate=gate).run(cast, rounds=1, seed=1))
    assert set(rounds[1].ruling.evidence) == {"accuracy", "pass@4"}
    assert rounds[1].ruling.accept


def test_many_seeds_at_once_are_the_seeds_one_by_one():
    names = ["puzzles:3 11=14", "ä/1", ""]
    expected = [derived_seed(2**62 + 3, name, index) for name in names for index in range(12)]
    assert derived_seeds(2**62 + 3, names, 12).tolist() == expected


@dataclass(frozen=True)
class Pulling:
    """Rejects round 1 and asks for another temperature and more given answers from then on."""

    levers = (Lever("sample.temperature", (0.5,)), Lever("select.share", (0.6,)))
    evidence = {"accuracy": "tool"}  # noqa: RUF012

    def __call__(self, history, index, report):
        adjust = {lever.path: lever.values[0] for lever in self.levers} if index == 1 else {}
        return Ruling(accept=index == 0, keep=0, best=0, reason="test", adjust=adjust)


def test_what_a_ruling_changes_holds_from_the_next_round_on_also_after_a_resume(loop, cast):
    rounds = list(replace(loop, gate=Pulling()).run(cast, rounds=3, seed=1))
    colder = replace(loop, sample=replace(loop.sample, temperature=0.5), select=replace(loop.select, share=0.6))
    for index, alike in ((1, loop), (2, colder), (3, colder)):
        state = State(index, 1, cast, tuple(rounds[:index]))
        sampled = alike.sample(cast, alike.propose(state), state.seed_for("sample"))
        assert rounds[index].sampled.frame.equals(sampled.aged(0).frame)
    assert len(rounds[2].attempts.kept) > len(rounds[1].attempts.kept)
    again = list(replace(loop, gate=Pulling()).walk(cast, rounds=3, seed=1, history=rounds[:3]))[-1]
    assert again.sampled.frame.equals(rounds[3].sampled.frame)
    assert again.exam.frame.equals(rounds[3].exam.frame)


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        (Governor((Standard("accuracy", 0.1), Standard("self_score", 0.1))), "a loop cannot gate itself"),
        (
            Governor((Standard("accuracy", 0.1, evidence="user"), Standard("pass@4", 0.1))),
            "wants the evidence of 'user'",
        ),
        (Governor(replay=Lever("select.shares", (0.5,))), "has no field 'shares'"),
        (Governor(replay=Lever("select.share", (1.5,))), "Replay.share is 1.5; allowed"),
        (Governor(explore=Lever("sample.role", (1.0,))), "holds 'solver' and not a number"),
    ],
)
def test_a_gate_that_reads_the_loops_own_judge_or_pulls_what_is_not_there_is_refused(loop, gate, said):
    with pytest.raises(ValueError, match=said):
        replace(loop, gate=gate)
    with pytest.raises(ValueError, match=said):
        replace(loop, gate=Sealed(gate))


def test_an_exam_by_the_loops_own_judge_can_gate_nothing(loop):
    with pytest.raises(ValueError, match="rests on the verdict 'self' of 'solver', whose weights training changes"):
        replace(loop, gate=Governor(), measure=replace(loop.measure, truth="self"))


def test_a_lever_reaches_a_stage_whose_work_an_engine_does(loop):
    carried = Carrier(Scheduler(None)).loop(loop)  # type: ignore[arg-type]  # nothing is asked of it here
    changed = pulled(vars(carried), {"sample.temperature": 0.5})["sample"]
    assert changed.inner == replace(loop.sample, temperature=0.5)
    assert carried.measure.rests_on("accuracy") == ("tool",)
    with pytest.raises(ValueError, match="a loop cannot gate itself"):
        replace(carried, gate=Governor((Standard("accuracy", 0.1), Standard("self_score", 0.1))))
