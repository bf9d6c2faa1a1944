"""A loop that grows: what is asked next, which levels count, and in what mixture they are learned."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains import Addition
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Frontier
from headway.sample import Each
from headway.select import Above, All, Length, Mixture, Unbroken
from headway.stages import Round, Ruling, State
from headway.start import Pretrained, Several
from headway.train import Fit, Together
from headway.verify import Agreement, Tool

NOBODY = Cast({})
SUMS = Addition(1, 2, padded=True, equal=True)
GROW = Frontier(SUMS, tasks=24, first=3, most=8)


def asked(*levels, n=4, judge="vote", replayed=()):
    """A round that asked levels, given as (level, share of its `n` tasks that are kept)."""
    rows = [
        {"task": f"{level}/{task}", "domain": "addition", "level": level, "prompt": "p", "id": f"{level}/{task}",
         "author": "solver", "text": "1" * level, "answer": "1" * level,
         "verdicts": {judge: float(task < share * n)}, "weight": float(task < share * n)}
        for level, share in levels
        for task in range(n)
    ]  # fmt: skip
    sampled = Attempts.of(rows)
    return sampled, Attempts.join([sampled, *replayed])


def after(*rounds, keep=None):
    """The state after these rounds, of which the last ruling keeps `keep`."""
    history = [Round(0, ruling=Ruling(True, 0, 0, ""))]
    for index, (sampled, attempts) in enumerate(rounds, 1):
        history.append(Round(index, sampled, attempts, ruling=Ruling(True, index, index, "")))
    if keep is not None:
        history[-1] = replace(history[-1], ruling=Ruling(False, keep, keep, ""))
    return State(len(history), 0, NOBODY, tuple(history))


def test_the_frontier_begins_where_it_is_told_and_asks_levels_evenly():
    assert GROW.levels(after()) == range(3, 4)
    assert replace(GROW, begin=4).levels(after()) == range(3, 7)
    assert replace(GROW, begin=4).levels(after(asked((3, 1.0)))) == range(4, 6)
    tasks = replace(GROW, tasks=25, least=2)(after())
    assert tasks["level"].to_list() == [3] * 13 + [4] * 12


def test_it_moves_past_every_level_in_a_row_that_passes_and_asks_twice_as_many_next():
    assert GROW.levels(after(asked((3, 1.0)))) == range(4, 6)
    assert GROW.levels(after(asked((4, 1.0), (5, 1.0)))) == range(6, 10)
    assert GROW.levels(after(asked((4, 1.0), (5, 0.5), (6, 1.0)))) == range(5, 7)  # 6 passes, but 5 is in between
    assert GROW.levels(after(asked((4, 0.75), (5, 1.0)))) == range(4, 5)
    assert replace(GROW, passed=0.75).levels(after(asked((4, 0.75), (5, 1.0)))) == range(6, 10)
    assert GROW.levels(after(asked(*((level, 1.0) for level in range(10, 18))))) == range(18, 26)  # never above `most`


def test_it_moves_a_level_a_round_whatever_it_sees_where_it_is_told_to():
    steady = replace(GROW, least=1, most=1)
    assert steady.levels(after(asked((3, 0.0)))) == range(4, 5)
    assert steady.levels(after(asked((3, 0.0)), asked((4, 1.0)))) == range(5, 6)
    assert replace(steady, last=4).levels(after(asked((3, 1.0)), asked((4, 1.0)))) == range(4, 5)


def test_it_goes_by_the_named_verdict_and_never_by_replayed_rows_or_rounds_that_were_rolled_back():
    by_vote = replace(GROW, of="vote")
    sampled, attempts = asked((4, 1.0))
    dropped = attempts.weighing(np.zeros(len(attempts)))
    assert by_vote.levels(after((sampled, dropped))) == range(5, 7)
    assert GROW.levels(after((sampled, dropped))) == range(4, 5)
    easier = asked((1, 0.0))[1].weighing(np.ones(4))
    assert GROW.levels(after(asked((4, 1.0), replayed=[easier]))) == range(5, 7)
    assert GROW.levels(after(asked((3, 1.0)), asked((4, 1.0), (5, 1.0)), keep=1)) == range(4, 6)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 4)), max_size=6), st.integers(0, 2), st.integers(2, 6))
def test_the_frontier_never_goes_back_and_never_asks_more_than_it_may(rounds, least, most):
    propose, state, done = replace(GROW, least=least, most=most), after(), []
    for share, _ in rounds:
        levels = propose.levels(state)
        assert max(1, least) <= len(levels) <= most
        done.append(asked(*((level, share) for level in levels)))
        state = after(*done)
        assert propose.levels(state).start >= levels.start + least


def test_only_levels_below_the_first_that_fails_are_learned():
    sampled, _ = asked((4, 1.0), (5, 0.75), (6, 0.25), (7, 1.0))
    keep = Unbroken(Above("vote"), passed=0.7)
    learned = keep(sampled, after())
    assert learned.kept["level"].to_list() == [4] * 4 + [5] * 3
    assert replace(keep, least=3)(sampled, after()).kept["level"].to_list() == [4] * 4 + [5] * 3 + [6]
    assert replace(keep, inner=All(), by="vote")(sampled, after()).kept["level"].to_list() == [4] * 4 + [5] * 4
    assert GROW.levels(after((sampled, learned))) == range(5, 7)  # a share of .75 passes there, and not for GROW


def lengths(*answers, level=3):
    return Attempts.of(
        [
            {"task": str(index), "domain": "d", "level": level, "prompt": "p", "id": f"{level}/{index}",
             "author": "solver", "text": answer or "?", "answer": answer, "verdicts": {"tool": 1.0}}
            for index, answer in enumerate(answers)
        ]
    )  # fmt: skip


def test_the_length_filter_drops_what_is_shorter_than_its_level_by_more_than_it_may_be():
    table = Attempts.join([lengths("1234", "123", "12", None), lengths("12", level=1)])
    assert Length(All())(table, after())["weight"].to_list() == [1, 1, 0, 0, 1]
    assert Length(All(), shorter=0)(table, after())["weight"].to_list() == [1, 0, 0, 0, 1]
    ran_on = lengths("12", "12", "12", "1" * 30)
    assert Length(All())(ran_on, after())["weight"].to_list() == [0, 0, 0, 1]
    assert Length(All(), quantile=0.75)(ran_on, after())["weight"].to_list() == [1, 1, 1, 1]
    assert Length(All())(lengths(None, None), after())["weight"].to_list() == [0, 0]


def test_the_quota_of_the_inner_selection_is_filled_from_what_is_long_enough():
    table = Attempts(lengths("1", "1234", "1235").frame.with_columns(task=pl.lit("one")))
    assert Length(Above("tool", keep=1))(table, after())["weight"].to_list() == [0, 1, 0]


def test_the_mixture_is_half_the_newest_set_and_the_rest_by_levels_covered():
    mix = Mixture(All(), Addition(1, 10, padded=True), gold=400)
    news = lengths(*["1" * 5] * 60, level=20)
    first = mix(news, after()).kept
    assert first.frame.filter(first["author"] == WORLD).height == 60
    rounds = [asked((11, 1.0), n=30), asked((12, 1.0), (13, 1.0), n=30)]
    third = mix(news, after(*rounds)).kept  # gold covers 10 levels, the rounds before cover 1 and 2
    by_set = [
        third.frame.filter(third["author"] == WORLD).height,
        third.frame.filter(pl.col("level") == 11).height,
        third.frame.filter(pl.col("level").is_in([12, 13])).height,
    ]
    assert by_set == [round(60 * 10 / 13), round(60 / 13), round(60 * 2 / 13)]
    assert mix(news, after(*rounds)).frame.equals(mix(news, after(*rounds)).frame)
    assert not third.frame.equals(replace(mix, newest=0.6)(news, after(*rounds)).kept.frame)


@pytest.fixture(scope="module")
def crew():
    """Three solvers of one- and two-digit sums from different seeds, barely trained."""
    return Several(Pretrained(SUMS, gold=300, graded=0, epochs=5, batch=16, width=16, layers=1))(seed=0)


def test_several_policies_vote_and_every_one_is_asked_what_it_would_say_itself(crew):
    tasks = SUMS.tasks(30, 1)
    table = Each(SUMS, attempts=1, temperature=0.0)(crew, tasks, 0)
    judge = Agreement(SUMS)
    shares = judge(crew, table).to_numpy()
    theirs = [Each(SUMS, 1, 0.0, role=role)(crew, tasks, 5)["answer"] for role in judge.roles]
    by_hand = [sum(a is not None and a == b for b in row) / 3 for a, *row in zip(table["answer"], *theirs, strict=True)]
    assert shares == pytest.approx(by_hand)
    assert len(set(by_hand)) > 1
    assert Agreement(SUMS, ("second", "third"))(crew, table).to_numpy() == pytest.approx(shares * 1.5 - 0.5)
    with pytest.raises(KeyError, match="nobody plays the role 'fourth'"):
        Agreement(SUMS, ("solver", "fourth"))(crew, table)


@pytest.fixture
def growing(crew):
    return Loop(
        propose=Frontier(SUMS, tasks=12, first=2, least=1, most=4, of="agreement", passed=0.3),
        sample=Each(SUMS, attempts=1, temperature=0.0),
        judges=(Tool(SUMS), Agreement(SUMS)),
        select=Mixture(Unbroken(Length(All(), quantile=0.9), by="agreement", passed=0.3, least=1), SUMS, gold=300),
        train=Together(tuple(Fit(role, epochs=1) for role in ("solver", "second", "third"))),
        measure=Exam(SUMS, Each(SUMS, attempts=1, temperature=0.0), tasks=10, ks=(1,), opinion=None),
        gate=Always(),
    )


def test_a_growing_loop_trains_every_role_and_goes_on_from_any_stage_with_the_same_bits(growing, crew):
    steps = list(growing.walk(crew, rounds=3, seed=4))
    rounds = [turn for turn in steps if turn.ruling]
    assert [turn.sampled["level"].min() for turn in rounds[1:]] == sorted(
        {turn.sampled["level"].min() for turn in rounds[1:]}
    )
    assert {rounds[3].cast[role].digest() for role in crew} > {crew["base"].digest()}
    assert len({rounds[3].cast[role].digest() for role in crew}) == 4
    parent = rounds[2]
    middle = [turn for turn in steps if turn.index == 3 and turn.stage in ("sampled", "attempts")]
    cast = next(turn for turn in steps if turn.index == 2 and turn.cast).cast
    for begun in (None, *middle):
        done = [replace(turn, cast=None) for turn in (*rounds[:2], parent)]
        again = list(growing.walk(cast, rounds=3, seed=4, history=done, begun=begun))[-1]
        assert again.attempts.frame.equals(rounds[3].attempts.frame)
        assert again.cast["third"].digest() == rounds[3].cast["third"].digest()


def test_a_loop_knows_that_a_vote_of_trained_roles_is_circular(growing):
    assert not growing.circular  # nothing is optimised by a verdict
    voted = replace(growing, select=Above("agreement", floor=0.7))
    assert voted.circular
    assert replace(voted, train=Fit("third")).circular
    assert not replace(voted, train=Fit("fourth")).circular
    with pytest.raises(ValueError, match="propose reads the verdict 'vote', but the judges give"):
        replace(growing, propose=replace(growing.propose, of="vote"))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Frontier(SUMS, least=2, most=1), "Frontier.least is 2; allowed: from 0 to `most`"),
        (lambda: Frontier(SUMS, begin=2, most=1), "Frontier.begin is 2; allowed: from 1 to `most`"),
        (lambda: Agreement(SUMS, ("solver",)), "two or more different roles"),
        (lambda: Together((Fit(), Fit())), "parts that train different roles"),
        (lambda: SUMS.at(0, 1, 0), "has no level 0"),
    ],
)
def test_a_bad_field_says_what_is_allowed(make, said):
    with pytest.raises(ValueError, match=said):
        make()
