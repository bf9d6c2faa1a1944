"""Worked examples before another domain's tasks."""

import polars as pl
import pytest

from headway.attempts import WORLD
from headway.domains import Addition, Puzzles, Shots

SUMS = Addition(1, 2, reverse=False, pairs=True)


@pytest.mark.parametrize("inner", [SUMS, Puzzles()])
def test_examples_stand_before_every_task_and_are_never_asked(inner):
    shown = Shots(inner, 3)
    lines = shown.preamble.splitlines()
    assert len(lines) == 3
    asked = [shown.tasks(60, seed, held_out=held_out) for seed in (0, 1) for held_out in (False, True)]
    for tasks in asked:
        assert all(prompt.startswith(shown.preamble) for prompt in tasks.prompts)
        last = [prompt.removeprefix(shown.preamble) for prompt in tasks.prompts]
        assert len(set(last)) == 60
        assert not any(line.startswith(prompt) for line in lines for prompt in last)
        right = zip(tasks.prompts, tasks["truth"], strict=True)
        assert all(shown.check(prompt, None, truth) == 1.0 for prompt, truth in right)
    assert (
        shown.tasks(9, 5, held_out=True)["task"].to_list()
        == Shots(inner, 8).tasks(9, 5, held_out=True)["task"].to_list()
    )
    graded = shown.graded(5, 0)
    assert set(graded.verdict(WORLD)) == {0.0, 1.0}
    assert graded.prompts[0].startswith(shown.preamble)


def test_an_attempt_is_its_first_line():
    shown = Shots(SUMS, 2)
    assert [shown.read(text) for text in ("12\n4+5=9", " 12", "12", "\n12\n", "twelve\n12", "")] == [
        "12", "12", "12", "12", None, None,
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"Shots.shots is 0"):
        Shots(SUMS, 0)


def test_a_sum_and_its_twin_are_on_one_side():
    def unordered(tasks):
        return {"+".join(sorted(prompt[:-1].split("+"))) for prompt in tasks.prompts}

    small = Addition(1, 1, reverse=False, pairs=True)
    held, trained = small.tasks(15, 0, held_out=True), small.tasks(70, 0)
    assert not unordered(held) & unordered(trained)
    ordered = Addition(1, 1, reverse=False)
    assert unordered(ordered.tasks(15, 0, held_out=True)) & unordered(ordered.tasks(70, 0))
    assert pl.Series(held["truth"]).null_count() == 0
