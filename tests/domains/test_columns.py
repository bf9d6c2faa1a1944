"""Addition with the work shown: the format against Python's own sums."""

from hypothesis import given
from hypothesis import strategies as st

from headway.domains import Columns


@given(level=st.integers(1, 30), seed=st.integers(0, 2**20))
def test_the_right_text_holds_the_operands_and_reads_as_their_sum(level, seed):
    domain = Columns()
    task = next(domain.at(level, 1, seed).frame.iter_rows(named=True))
    first, second = task["prompt"].removesuffix("=").split("+")
    text = task["truth"]
    assert (text[0:-1:4], text[1:-1:4]) == (first, second)
    total = int(first[::-1]) + int(second[::-1])
    assert domain.read(text) == f"{total:0{level + 1}d}"[::-1]
    assert domain.check(task["prompt"], None, domain.read(text)) == 1.0
    wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
    assert domain.check(task["prompt"], None, domain.read(wrong)) == 0.0


def test_an_example_by_hand_and_what_cannot_be_read():
    assert Columns().read("134,246,0") == "460"  # 21 + 43 = 64, last digit first
    assert [Columns().read(text) for text in ("", "134", "134,", "134,25", "134,2460", "13a,0")] == [None] * 6
