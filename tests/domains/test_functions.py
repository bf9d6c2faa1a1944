"""Programs of a small language, run by its own interpreter: as Python gives, and nothing else can be reached."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import WORLD
from headway.domains import Functions
from headway.domains.expressions import outputs
from headway.domains.functions import INPUTS, asked_for, written


@given(st.integers(0, 14), st.integers(0, 44), st.integers(0, 10_000))
def test_a_program_gives_what_python_gives(at, value, seed):
    text = written(at, value, random.Random(seed))
    found = outputs(text, INPUTS)
    assert found == tuple(eval(text, {"x": x, "abs": abs, "max": max, "min": min}) for x in INPUTS)
    assert found[INPUTS.index(at)] == value


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "().__class__", "x**9", "f(x)", "x if True else 2", "True", "x.real", "max(x)", "[x]", "y",
     "lambda: x", "x%0", "x//(x-3)", "", "(", "x;x", "1" * 61, "1.5", "max(x,1,key=abs)", "x if x>1>0 else 2", "not x"],
)  # fmt: skip
def test_anything_else_is_no_program(text):
    assert outputs(text, INPUTS) is None
    assert Functions().read(text) is None


def test_programs_that_give_the_same_are_one_answer_and_many_answers_are_right():
    domain, prompt = Functions(), "f(4)=10..14 f(x)="
    same, other, wrong = domain.read("x+7"), domain.read("2*x+3"), domain.read("x+1")
    assert same == domain.read(" 7+x") == domain.read("x+3+4") != other
    assert [domain.check(prompt, None, one) for one in (same, other, wrong)] == [1.0, 1.0, 0.0]
    assert domain.check(prompt, None, domain.read("11")) == 0.0  # a constant solves nothing
    assert domain.check(prompt, None, None) == 0.0


def test_gold_is_right_and_near_misses_are_wrong():
    domain = Functions(ways=4)
    graded = domain.graded(40, 3)
    checked = [
        domain.check(prompt, None, answer) for prompt, answer in zip(graded.prompts, graded["answer"], strict=True)
    ]
    assert checked == graded.verdict(WORLD).to_list()
    inside, outside = domain.tasks(100, 0), domain.tasks(60, 0, held_out=True)
    assert set(inside["prompt"]).isdisjoint(outside["prompt"])
    assert asked_for("f(4)=10..14 f(x)=") == (4, 10)
