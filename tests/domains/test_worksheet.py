"""Interleaved addition: the work against Python's own sums, and what may be read as an answer."""

import random

from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import WORLD
from headway.domains import Worksheet
from headway.domains.repeats import said_twice
from headway.policy.tiny import Vocabulary


@given(level=st.integers(1, 120), seed=st.integers(0, 2**20))
def test_the_right_work_copies_the_columns_and_reads_as_their_sum(level, seed):
    domain = Worksheet()
    task = next(domain.at(level, 1, seed).frame.iter_rows(named=True))
    columns = task["prompt"].removesuffix(" =").split(" ")
    work = task["truth"].rstrip(" ").split(" ")
    assert task["level"] == len(columns) == level
    assert work[::2] == columns
    first, second = (int("".join(column[place] for column in columns)[::-1]) for place in (0, 2))
    assert domain.read(task["truth"]) == f"{first + second:0{level + 1}d}"[::-1]
    assert domain.check(task["prompt"], None, domain.read(task["truth"])) == 1.0


def test_an_example_by_hand_and_what_cannot_be_read():
    domain = Worksheet()
    assert domain.read("7+5 12 2+1 04 ") == "240"  # 27 + 15 = 42, last digit first, no last carry
    assert domain.check("7+5 2+1 =", None, "240") == 1.0
    assert domain.check("7+5 2+1 =", None, "24") == 0.0
    assert [domain.read(text) for text in ("", "7+5 ", "7+5 12", "7+5 12 2+1 ", "7+5 32 ", "12 7+5 ")] == [None] * 6


def test_what_is_graded_is_written_in_the_pieces_and_its_errors_are_errors():
    domain = Worksheet()
    vocabulary = Vocabulary(domain.pieces)
    graded = domain.graded(50, 0)
    for row in graded.frame.iter_rows(named=True):
        ids = vocabulary.encode(row["text"])
        assert len(ids) == 2 * row["level"]
        assert vocabulary.decode(ids) == row["text"]
        assert domain.check(row["prompt"], None, row["answer"]) == row["verdicts"][WORLD]


@given(seed=st.integers(0, 2**20), length=st.integers(4, 10))
def test_a_repeated_piece_stands_twice_and_the_length_stays(seed, length):
    symbols = [str(place) for place in range(length)]
    said = said_twice(random.Random(seed), symbols, 1.0)
    changed = [place for place in range(length) if said[place] != symbols[place]]
    first = int(said[changed[0]])
    assert len(said) == length
    assert changed == list(range(changed[0], changed[-1] + 1))
    assert said[first : first + len(changed)] == [said[place] for place in changed]
    assert said_twice(random.Random(seed), symbols, 0.0) == symbols
