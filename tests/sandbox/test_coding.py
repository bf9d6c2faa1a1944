"""A user's programming tasks: tests are read and not run, and answers are judged by value outside their reach."""

import json

import pytest
from walls_here import need

from headway.cli.fields import domain_named
from headway.domains import Coding, File
from headway.domains.assertions import NotACase, cases_in
from headway.sandbox.candidate import Case

ADD = {
    "prompt": "Write add(a, b).",
    "entry": "add",
    "tests": [{"arguments": [1, 2], "expected": 3}],
    "answer": "def add(a, b):\n    return a + b",
}
REVERSE = {
    "prompt": "Write rev(x).",
    "test_list": ["assert rev([1, 2]) == [2, 1]", "assert rev(['a']) == ['a']"],
}
EVEN = {
    "prompt": "Write even(n).",
    "entry_point": "even",
    "test": "def check(candidate):\n    assert candidate(2)\n    assert not candidate(3)\n",
}
ROWS = [ADD, REVERSE, EVEN]


def written(folder, rows):
    path = folder / "problems.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_three_ways_to_write_tests_come_to_the_same(tmp_path):
    domain = domain_named(written(tmp_path, ROWS))
    assert isinstance(domain, Coding)
    seen = [domain.candidate(row["prompt"], None, "x") for row in ROWS]
    assert [(one.entry, one.cases) for one in seen] == [
        ("add", (Case((1, 2), 3),)),
        ("rev", (Case(([1, 2],), [2, 1]), Case((["a"],), ["a"]))),
        ("even", (Case((2,), True), Case((3,), False))),
    ]
    assert isinstance(domain_named(written(tmp_path, [{"prompt": "1+1=", "answer": "2"}])), File)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("assert f(1) < 3", "line 1 of the tests, 'assert f\\(1\\) < 3'"),
        ("assert f(open('x')) == 3", "plain value"),
        ("assert math.isclose(f(1), 3)", "plain value"),
        ("assert f(1) == 1\nassert g(1) == 1", "must call one function"),
        ("f(1)", "no assertion"),
        ("assert f(", "no Python"),
    ],
)
def test_an_assertion_that_says_more_is_refused(source, sentence):
    with pytest.raises(NotACase, match=sentence):
        cases_in(source, "f")


def test_a_row_without_tests_is_named(tmp_path):
    domain = Coding(written(tmp_path, [ROWS[0], {"prompt": "no tests"}]))
    with pytest.raises(ValueError, match=r"problems.jsonl row 2: there are no tests"):
        domain.candidate("no tests", None, "x")


def test_answers_are_judged_by_value(tmp_path):
    need("filtered")
    domain = Coding(written(tmp_path, ROWS))
    read = domain.read
    assert domain.check("Write add(a, b).", None, read("```python\ndef add(a, b):\n    return b + a\n```")) == 1.0
    assert domain.check("Write add(a, b).", None, "def add(a, b):\n    return 4") == 0.0
    assert domain.check("Write rev(x).", None, "def rev(x):\n    return x[::-1]") == 1.0
    assert domain.check("Write rev(x).", None, "def rev(x):\n    return tuple(x[::-1])") == 0.0
    assert domain.check("Write even(n).", None, "import os\nos._exit(0)") == 0.0
