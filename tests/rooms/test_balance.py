"""Exploration and the floor of selection by the balance score: the formula, and that stages follow it."""

import polars as pl
import pytest

from headway.balance import balance_score
from headway.sample import Each, Tuned
from headway.select import Above, Balanced
from headway.stages import Round, Ruling, State
from headway.verify import Opinion, Tool


def rows(*kept_of_each_task):
    """One task an argument: a text of answers that are kept, capitals for right ones."""
    found = [(str(place), answer, True, answer.isupper()) for place, answers in enumerate(kept_of_each_task)
             for answer in answers]  # fmt: skip
    return pl.DataFrame(found, schema=["task", "answer", "kept", "right"], orient="row")


@pytest.mark.parametrize(
    ("kept", "score"),
    [
        (["ABCD"], 1.0),  # four different right ones, four wanted
        (["AAAA"], 1 / 4 * 1 / 4),  # one right answer four times
        (["ABcd"], 2 / 4 * 2 / 4),
        (["A"], 1 / 4),  # nothing wrong is kept, and too little
        (["ABCDEFGH"], 1.0),
        (["ABCD", "abcd"], 0.5),
    ],
)
def test_the_score_is_that_of_the_paper(kept, score):
    assert balance_score(rows(*kept), 4) == pytest.approx(score)


def test_a_task_of_which_nothing_is_kept_counts_as_nothing():
    nothing = rows("ABCD", "ABCD").with_columns(kept=pl.col("task") == "0")
    assert balance_score(nothing, 4) == pytest.approx(0.5)


def test_a_pilot_chooses_the_temperature_and_says_which(cast, easy):
    tuned = Tuned(Each(easy, attempts=8, max_tokens=10), Tool(easy), temperatures=(0.3, 1.0, 5.0), tasks=20)
    tasks = easy.tasks(30, 5)
    drawn = tuned(cast, tasks, 7)
    (chosen,) = drawn.frame["traits"].struct.field("temperature").unique()
    assert chosen == tuned.best(cast, tasks, 7) != 5.0, "noise is not exploration"
    plain = Each(easy, attempts=8, max_tokens=10, temperature=chosen)(cast, tasks, 7)
    assert drawn.frame.drop("traits").equals(plain.frame.drop("traits"))
    off = Tuned(tuned.sample, tuned.judge, tasks=0)(cast, tasks, 7)
    assert off["text"].equals(tuned.sample(cast, tasks, 7)["text"])


def test_only_a_judge_that_reads_the_world_may_tune(easy):
    with pytest.raises(ValueError, match="a judge that reads the world alone"):
        Tuned(Each(easy), Opinion())


def test_the_floor_is_the_one_whose_choice_balances_best(cast, easy):
    drawn = Each(easy, attempts=8, max_tokens=10)(cast, easy.tasks(40, 5), 3)
    for judge in (Tool(easy), Opinion()):
        drawn = drawn.judged(judge.name, judge(cast, drawn))
    state = State(1, 0, cast, (Round(0, ruling=Ruling(True, 0, 0, "")),))
    balanced = Balanced(of="self", floors=(0.1, 0.5, 0.9), wanted=2)
    right = drawn.verdict("tool") >= 0.5

    def score(floor):
        chosen = Above("self", floor)(drawn, state)
        return balance_score(chosen.frame.select("task", "answer", kept=pl.col("weight") > 0, right=right), 2)

    best = max(balanced.floors, key=score)
    assert balanced(drawn, state)["weight"].equals(Above("self", best)(drawn, state)["weight"])
