"""Judges joined, decided, put in order and audited: three-valued, and never louder than their members."""

from dataclasses import dataclass
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import Attempts
from headway.cast import Cast
from headway.experiment import read, text
from headway.verify import AllOf, AnyOf, Audited, Decided, FirstOf, Opinion, Tool

NOBODY = Cast({})
VERDICTS = st.sampled_from([None, 0.0, 0.2, 0.5, 1.0])


@dataclass(frozen=True)
class Says:
    """A judge with a verdict ready for every row."""

    verdicts: tuple
    reads: tuple = ("world",)
    name: str = "says"

    def __call__(self, cast, attempts):
        places = [int(one.removeprefix("t")) for one in attempts["task"]]
        return pl.Series([self.verdicts[place] for place in places], dtype=pl.Float64)


def rows(n):
    return Attempts.of(
        [
            {"task": f"t{index}", "domain": "d", "level": 0, "prompt": "?", "id": str(index), "author": "solver",
             "text": "x", "answer": "x"}
            for index in range(n)
        ]
    )  # fmt: skip


def heard(judge, n):
    return judge(NOBODY, rows(n)).to_list()


@given(st.lists(st.tuples(VERDICTS, VERDICTS, VERDICTS), min_size=1, max_size=20))
def test_all_and_any_say_what_holds_whatever_the_silent_would_have_said(table):
    """A verdict is given exactly where every way to fill the gaps gives the same one."""
    judges = tuple(Says(column) for column in zip(*table, strict=True))
    for kind, join in ((AllOf, min), (AnyOf, max)):
        for members, found in zip(table, heard(kind(judges), len(table)), strict=True):
            filled = {join(one) for one in product(*[[0.0, 0.5, 1.0] if v is None else [v] for v in members])}
            assert found == (filled.pop() if len(filled) == 1 else None)


@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=20))
def test_not_all_is_any_not(table):
    def inverted(column):
        return Says(tuple(None if one is None else 1.0 - one for one in column))

    columns = list(zip(*table, strict=True))
    every = heard(AllOf(tuple(map(Says, columns))), len(table))
    none = heard(AnyOf(tuple(map(inverted, columns))), len(table))
    assert [None if one is None else 1.0 - one for one in every] == none


def test_a_band_of_uncertainty_is_silence():
    judge = Decided(Says((0.0, 0.3, 0.31, 0.69, 0.7, 1.0, None)), no=0.3, yes=0.7)
    assert heard(judge, 7) == [0.0, 0.0, None, None, 1.0, 1.0, None]
    assert heard(Decided(Says((0.49, 0.5)), no=0.5, yes=0.5), 2) == [0.0, 1.0]
    with pytest.raises(ValueError, match=r"Decided\.yes"):
        Decided(Says(()), no=0.7, yes=0.3)


def test_the_first_that_speaks_is_heard_and_everything_read_is_named():
    judge = FirstOf((Says((1.0, None, None)), Says((0.0, 0.2, None), reads=("solver",))))
    assert heard(judge, 3) == [1.0, 0.2, None]
    assert judge.reads == ("world", "solver")


def test_an_audit_takes_whole_tasks_by_their_names_and_asks_about_no_others():
    table = rows(2000)
    asked = Audited(Says(tuple([1.0] * 2000)), share=0.1)(NOBODY, table)
    assert 150 < asked.count() < 250
    turned = Attempts(table.frame.reverse())
    again = Audited(Says(tuple([1.0] * 2000)), share=0.1)(NOBODY, turned)
    assert again.reverse().equals(asked), "neither the order of tasks nor how many there are matters"
    other = Audited(Says(tuple([1.0] * 2000)), share=0.1, draw=1)(NOBODY, table)
    assert not other.is_not_null().equals(asked.is_not_null())
    with pytest.raises(KeyError, match="nobody plays"):
        Audited(Opinion(), share=1.0)(NOBODY, table)


def test_joined_judges_are_text_and_back(easy):
    judge = AllOf((Decided(Opinion(role="third")), FirstOf((Audited(Tool(easy)), Opinion()))))
    assert read(text(judge)) == judge
