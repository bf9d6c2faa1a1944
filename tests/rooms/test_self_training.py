"""What S8 adds to the rooms: how sure the author was, labels by the world, and the control."""

import math

import polars as pl
import pytest

from headway.attempts import WORLD, Attempts, Tasks
from headway.cast import Cast
from headway.domains import Columns, Strings
from headway.sample import Told, Upward
from headway.select import All, Gold, Length
from headway.stages import State
from headway.verify import Sure, Tool

COPY = Strings(1, 3)


def test_sureness_is_the_probability_of_the_whole_text_and_says_nothing_of_others():
    row = {"domain": "copy", "level": 1, "prompt": "1=", "text": "1", "answer": "1"}
    attempts = Attempts.of(
        [
            {**row, "task": "a", "id": "a", "author": "solver", "logprob": math.log(0.25)},
            {**row, "task": "b", "id": "b", "author": WORLD, "logprob": math.log(0.25)},
            {**row, "task": "c", "id": "c", "author": "solver", "logprob": None},
        ]
    )
    assert Sure()(Cast({}), attempts).to_list() == [pytest.approx(0.25), None, None]
    assert Sure().reads == ("solver",)


def test_an_exam_goes_up_until_the_author_is_lost():
    def written(cast, tasks, seed):
        sure = {2: 0.9, 3: 0.01, 4: 0.9}
        told = Told(COPY)(cast, tasks, seed).frame
        return Attempts(told.with_columns(logprob=pl.col("level").replace_strict(sure).log()))

    tasks = Tasks(pl.concat([COPY.at(level, 3, 0).frame for level in (4, 2, 3)]))
    assert Upward(written, below=0.1)(Cast({}), tasks, 0)["level"].to_list() == [2] * 3 + [3] * 3
    assert len(Upward(written, below=0.0)(Cast({}), tasks, 0)) == 9


@pytest.mark.parametrize("domain", [COPY, Columns(1, 3)])
def test_what_the_world_tells_is_right(domain):
    told = Told(domain)(Cast({}), domain.at(4, 20, 0), 0)
    assert Tool(domain)(Cast({}), told).to_list() == [1.0] * 20
    assert set(told["author"]) == {WORLD}


def test_the_control_learns_nothing_that_was_written_and_no_given_answer_that_the_first_policy_lacked():
    written = Told(COPY)(Cast({}), COPY.at(5, 10, 0), 0)
    chosen = Gold(COPY, rows=30, gold=50)(written, State(1, 0, Cast({})))
    assert chosen["weight"].to_list()[:10] == [0.0] * 10
    learned = chosen.kept
    assert len(learned) == 30
    assert max(learned["level"]) == 3
    assert set(learned["author"]) == {WORLD}
    assert set(learned.verdict(WORLD)) == {1.0}


def test_the_length_filter_may_also_drop_what_ran_on():
    answers = ["12", "123", "123", "123", "1231231"]
    row = {"domain": "copy", "level": 3, "prompt": "123=", "author": "solver"}
    attempts = Attempts.of(
        [{**row, "task": f"{i}", "id": f"{i}", "text": a, "answer": a} for i, a in enumerate(answers)]
    )
    state = State(1, 0, Cast({}))

    def kept(**fields):
        return Length(All(), shorter=0, quantile=0.5, **fields)(attempts, state)["weight"].to_list()

    assert kept() == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert kept(longer=0) == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert kept(longer=4) == [0.0, 1.0, 1.0, 1.0, 1.0]
