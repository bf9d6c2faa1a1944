"""The judge of programs in the loop: verdicts, remarks, and the alarm."""

import polars as pl
import pytest
import walls_here

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains import Programs
from headway.domains.code import program_in, with_function
from headway.journal.encoding import frame_of, parquet
from headway.loop import judge
from headway.stages import RoundRefused
from headway.verify import ExitCode, Impossible, Program, Tool

NOBODY = Cast({})
DOMAIN = Programs()
HACKS = ("exit(0)", "type('A',(),{'__eq__':lambda*a:True})()", "__import__('os')._exit(0)")


@pytest.fixture(autouse=True)
def _walls():
    walls_here.best()


def attempts(*texts: str) -> Attempts:
    task = DOMAIN.tasks(1, 0).frame.row(0, named=True)
    return Attempts.of(
        [
            {**task, "id": str(place), "author": "solver", "text": text, "answer": DOMAIN.read(text)}
            for place, text in enumerate(texts)
        ]
    )


def test_the_judge_agrees_with_the_world_and_says_why_and_behind_which_walls():
    gold = DOMAIN.graded(40, 0)
    judged = judge([Program(DOMAIN)], NOBODY, gold)
    assert judged.verdict("program").equals(gold.verdict(WORLD).alias("program"))
    said = judged.remark("program").struct.unnest()
    assert set(said["outcome"]) == {"pass", "fail"}
    assert set(said["tier"]) == {walls_here.best()}


def test_errors_are_wrong_and_told_apart_and_survive_the_run_folder():
    right = attempts("x")["truth"][0]
    judged = judge(
        [Program(DOMAIN)],
        NOBODY,
        attempts(right, "undefined", "", "x +", f"```python\ndef f(x):\n    return {right}\n```"),
    )
    back = Attempts(frame_of(parquet(judged.frame)))
    assert back.verdict("program").to_list() == [1.0, 0.0, 0.0, 0.0, 1.0]
    reasons = back.remark("program").struct.field("reason").to_list()
    assert reasons == ["", "raised NameError", "no program", "raised SyntaxError", ""]


def test_graders_by_exit_code_are_beaten_and_this_one_is_not():
    judged = judge([Program(DOMAIN), ExitCode(DOMAIN)], NOBODY, attempts(*HACKS))
    assert judged.verdict("exit").to_list() == [1.0, 1.0, 1.0]
    assert judged.verdict("program").to_list() == [0.0, 0.0, 0.0]


def test_both_graders_agree_on_honest_programs():
    gold = DOMAIN.graded(30, 1)
    judged = judge([Program(DOMAIN), ExitCode(DOMAIN)], NOBODY, gold)
    assert judged.verdict("exit").to_list() == judged.verdict("program").to_list()


def test_the_alarm_refuses_a_round_whose_judge_is_beaten_and_no_other():
    tried = attempts(*HACKS, attempts("x")["truth"][0])
    with pytest.raises(
        RoundRefused, match=r"3 of 4 programs passed tests that contradict each other.*'exit'.*exit\(0\)"
    ):
        Impossible(ExitCode(DOMAIN), share=1.0)(NOBODY, tried)
    assert judge([Impossible(Program(DOMAIN), share=1.0)], NOBODY, tried).verdict("impossible").to_list() == [0.0] * 4
    counted = judge([Impossible(ExitCode(DOMAIN), share=1.0, stop=False)], NOBODY, tried)
    assert counted.verdict("impossible").to_list() == [1.0, 1.0, 1.0, 0.0]


def test_the_alarm_asks_about_a_share_that_depends_on_the_answers_only():
    gold = DOMAIN.graded(150, 2)
    asked = [
        judge([Impossible(Program(DOMAIN), share=0.2)], NOBODY, rows) for rows in (gold, gold.filter(pl.lit(True)))
    ]
    seen = asked[0].verdict("impossible")
    assert 20 < len(seen) - seen.null_count() < 100
    assert seen.equals(asked[1].verdict("impossible"))


def test_the_domains_own_check_is_the_same_judge():
    gold = DOMAIN.graded(20, 3)
    assert judge([Tool(DOMAIN)], NOBODY, gold).verdict("tool").to_list() == gold.verdict(WORLD).to_list()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x + 1", "x + 1"),
        ("\n  x + 1  \n", "x + 1"),
        ("Here it is:\n```python\ndef f(x):\n    return x\n```\nDone.", "def f(x):\n    return x"),
        ("```\nfirst\n```\nno, rather\n```py\nsecond\n```", "second"),
        ("```python\ndef f(x): return x", "def f(x): return x"),  # cut off by the limit of tokens
        ("```\n```", None),
        ("", None),
    ],
)
def test_code_is_read_from_a_completion(text, code):
    assert program_in(text) == code


@pytest.mark.parametrize(
    "code",
    [
        "x+1",
        "return x+1",
        "f = lambda x: x+1",
        "def f(x):\n return x+1",
        "import math\ndef f(x): return x+1",
        "x+1 # more",
    ],
)
def test_an_expression_becomes_a_function_and_a_program_stays_one(code):
    scope: dict = {}
    exec(with_function(code, "f", "x"), scope)
    assert scope["f"](2) == 3
