"""The exam of a climb: each length on its own, stops scored, and how far up the answers hold."""

import pytest

from headway.attempts import Attempts
from headway.domains import Strings
from headway.measure import Ladder
from headway.measure.ladder import by_level, frontier
from headway.sample import Each

COPY = Strings(1, 3)
EXAM = Ladder(COPY, Each(COPY, attempts=1, temperature=0.0), levels=(2, 5), tasks=4)


def sat(right, finish):
    """Exam attempts, four at each level, with the check's verdicts and how each attempt ended."""
    rows = [
        {**task, "id": task["task"], "author": "solver", "text": "0", "answer": "0", "verdicts": {"tool": verdict},
         "finish": end}
        for task, verdict, end in zip(EXAM.questions().frame.iter_rows(named=True), right, finish, strict=True)
    ]  # fmt: skip
    return EXAM(Attempts.of(rows))


def test_questions_are_held_out_the_same_every_time_and_reach_lengths_the_domain_never_draws():
    asked = EXAM.questions()
    assert asked["level"].to_list() == [2] * 4 + [5] * 4
    assert asked.frame.equals(Ladder(COPY, EXAM.sample, levels=(2, 5), tasks=4).questions().frame)
    assert not set(COPY.at(5, 500, 7)["prompt"]) & set(asked["prompt"])


def test_an_answer_that_never_stopped_is_wrong_however_right_it_begins():
    report = sat([1, 1, 1, 1, 1, 1, 0, 0], ["stop"] * 4 + ["stop", "length", "stop", "stop"])
    assert {level: found.value for level, found in by_level(report).items()} == {2: 1.0, 5: 0.25}
    assert report.estimates["stopped"].value == pytest.approx(7 / 8)
    assert report.estimates["accuracy/5"].n == 4


def test_the_frontier_ends_below_the_first_length_that_does_not_hold():
    assert frontier({10: 1.0, 11: 0.95, 12: 0.94, 13: 1.0}) == 11
    assert frontier({10: 0.9, 11: 1.0}) == 0
    assert frontier({10: 1.0, 11: 1.0}) == 11


@pytest.mark.parametrize("levels", [(), (3, 2), (2, 2)])
def test_levels_come_in_order(levels):
    with pytest.raises(ValueError, match=r"Ladder\.levels is"):
        Ladder(COPY, EXAM.sample, levels=levels)
