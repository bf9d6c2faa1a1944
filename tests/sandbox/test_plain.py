import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sandbox.candidate import Candidate, Case, refuse_unplain
from headway.sandbox.plain import NotPlain, spelled

ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.binary(max_size=3)
)
KEYS = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=2).map(tuple), max_leaves=3)
VALUES = st.recursive(
    KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.sets(KEYS, max_size=3),
    max_leaves=8,
)


def same(a, b) -> bool:
    """Equal by exact type and value, all the way down, written without spelling."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, set | frozenset):
        return len(a) == len(b) and all(any(same(x, y) for y in b) for x in a)
    if isinstance(a, dict):
        return len(a) == len(b) and all(any(same(k, n) and same(a[k], b[n]) for n in b) for k in a)
    return a == b


@given(VALUES, VALUES)
def test_equal_spelling_is_equal_type_and_value(a, b):
    assert (spelled(a) == spelled(b)) == same(a, b)
    assert spelled(a).isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [(True, 1), (1, 1.0), (1, "1"), (None, "None"), ([1], (1,)), ([], ()), (set(), {}), (set(), frozenset()),
     ("a", b"a"), ((1,), 1), ([[1], 2], [[1, 2]]), ({"a": 1}, {"a": True}), (math.inf, "inf"), ([""], []),
     ("',", "', '"), (10**30, str(10**30))],
)  # fmt: skip
def test_what_looks_alike_is_told_apart(one, other):
    assert spelled(one) != spelled(other)


def test_what_is_equal_reads_equal():
    assert spelled(-0.0) == spelled(0.0)
    assert spelled({1: 2, 3: 4}) == spelled({3: 4, 1: 2})
    assert spelled({"b", "a"}) == spelled({"a", "b"})


@pytest.mark.parametrize("value", [math.nan, object(), type("I", (int,), {})(1), range(3), 1j, bytearray(b"")])
def test_nothing_else_is_plain(value):
    with pytest.raises(NotPlain):
        spelled(value)
    with pytest.raises(ValueError, match=r"test 2 holds .* which is no plain value"):
        refuse_unplain([Case((1,), 1), Case((1,), [value])])


def test_depth_is_limited_and_a_value_in_itself_ends():
    inner: list = []
    inner.append(inner)
    with pytest.raises(NotPlain, match="50 deep"):
        spelled(inner)


def test_a_program_without_tests_is_refused():
    with pytest.raises(ValueError, match="would always pass"):
        Candidate("def f(): pass", "f", ())
