"""What S8 adds to the rooms: how sure the author was, labels by the world, and the control."""

import math

import pytest

from headway.attempts import WORLD, Attempts
from headway.domains import Columns, Strings
from headway.sample import Told
from headway.select import Gold
from headway.stages import Cast, State
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
