"""Labels that are spoiled on purpose: only the labels, only that round, only that share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import Attempts
from headway.cast import Cast
from headway.domains import Worksheet
from headway.select import Above, All, Corrupt
from headway.select.corrupt import KINDS, corrupted
from headway.stages import State


def judged(texts, weightless=()):
    return Attempts.of(
        [
            {"task": str(row), "domain": "d", "level": 3, "prompt": f"p{row}", "id": str(row), "author": "solver",
             "text": text, "answer": text, "tokens": len(text), "logprob": -1.0, "finish": "stop",
             "verdicts": {"tool": float(row not in weightless)}}
            for row, text in enumerate(texts)
        ]
    )  # fmt: skip


def state(index, seed=0):
    return State(index, seed, Cast({}))


@given(st.text("0123456789", min_size=1, max_size=9), st.sampled_from(KINDS), st.integers(0, 99))
def test_each_kind_spoils_as_it_says(text, kind, seed):
    digits = list("0123456789")
    new = corrupted(text, kind, digits, np.random.default_rng(seed))
    assert new
    assert len(text) - len(new) in (range(1) if kind in ("uniform", "perturb") else range(len(text) > 1, 4))
    if kind == "perturb":
        moved = [(abs(int(a) - int(b)), place) for place, (a, b) in enumerate(zip(text, new, strict=True)) if a != b]
        assert 1 <= len(moved) <= 3
        assert all(step == 1 and place >= len(text) - 3 for step, place in moved)
    if "drop" in kind:
        assert new.startswith(text[:-3])


def test_signs_stay_where_they_are():
    new = corrupted("12>7>30", "uniform", list("0123456789"), np.random.default_rng(0))
    assert [place for place, symbol in enumerate(new) if symbol == ">"] == [2, 4]


@pytest.mark.parametrize("kind", KINDS)
def test_that_share_of_that_rounds_labels_is_spoiled_and_nothing_else(kind):
    table = judged(["12345"] * 40, weightless=range(20))
    select = Corrupt(Above("tool"), 0.25, kind, at=2)
    assert select(table, state(1)).frame.equals(Above("tool")(table, state(1)).frame)
    spoiled = select(table, state(2))
    assert spoiled.frame.equals(select(table, state(2)).frame)
    assert not spoiled.frame.equals(select(table, state(2, seed=1)).frame)
    assert spoiled["prompt"].equals(table["prompt"])
    assert spoiled["weight"].to_list() == [0.0] * 20 + [1.0] * 20
    rows = [row for row, tool in enumerate(spoiled.verdict("tool")) if tool is None]
    assert len(rows) == 5
    assert min(rows) >= 20
    assert all(spoiled["logprob"][row] is None and spoiled["answer"][row] == spoiled["text"][row] for row in rows)
    assert all(spoiled["text"][row] == "12345" for row in range(40) if row not in rows)


def test_nothing_to_change_into_is_left_alone():
    assert Corrupt(All(), 1.0, at=1)(judged(["111", "11"]), state(1))["text"].to_list() == ["111", "11"]
    with pytest.raises(ValueError, match=r"Corrupt.kind is 'noise'; allowed: 'uniform'"):
        Corrupt(All(), 0.1, "noise")  # type: ignore[arg-type]


def test_a_symbol_may_be_more_than_a_character():
    work, sums = "7+5 12 2+1 04 1+1 02 ", ["02 ", "04 ", "12 "]
    for kind in ("uniform", "perturb", "drop"):
        for seed in range(20):
            text = corrupted(work, kind, sums, np.random.default_rng(seed), "[01][0-9] ")
            assert [text.count(column) for column in ("7+5 ", "2+1 ", "1+1 ")] == [1, 1, 1]
            assert Worksheet().read(text) != Worksheet().read(work) or kind == "uniform"
