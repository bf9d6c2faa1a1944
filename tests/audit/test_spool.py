"""Rows in any order of steps come back whole, a stretch at a time; what a log repeats is read once."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.audit import spool as spooling
from headway.audit.problems import REPEATED, Problems
from headway.audit.repeats import Repeats, overlap
from headway.audit.rollouts import rollouts
from headway.audit.spool import Spool
from headway.audit.stretches import MOST_POINTS, share_of, stretches


def frame(steps, texts=None):
    texts = [str(place) for place in range(len(steps))] if texts is None else texts
    return rollouts({"step": list(steps), "task": ["t"] * len(steps), "text": texts})


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.integers(-3, 12), min_size=1, max_size=120), parts=st.integers(1, 7))
def test_every_row_comes_back_once_in_the_order_of_steps(steps, parts, tmp_path_factory):
    spool = Spool(tmp_path_factory.mktemp("spool"))
    whole = frame(steps)
    for part in whole.iter_slices(max(1, len(steps) // parts)):
        spool.add(part)
        spool.flush()
    back = pl.concat([spool.between(one.first, one.last) for one in stretches(spool.rows)])
    assert back.equals(whole.sort("step", maintain_order=True))
    assert (spool.height, spool.steps) == (len(steps), sorted(set(steps)))


def test_memory_holds_one_buffer(tmp_path, monkeypatch):
    monkeypatch.setattr(spooling, "BUFFERED", 4_000)
    spool = Spool(tmp_path)
    for step in range(50):
        spool.add(frame([step] * 40))
        assert spool._held < 8_000
    assert len(spool._runs) > 10


@given(rows=st.dictionaries(st.integers(0, 3_000), st.integers(1, 400), min_size=1, max_size=200))
def test_stretches_hold_every_step_once_and_are_large_enough(rows):
    made = stretches(rows)
    assert sum(one.rows for one in made) == sum(rows.values())
    assert [step for one in made for step in sorted(rows) if one.first <= step <= one.last] == sorted(rows)
    assert len(made) <= MOST_POINTS
    least = min(128, max(1, sum(rows.values()) // 8))
    assert all(one.rows >= least for one in made)


def test_of_a_stretch_that_is_too_large_the_same_whole_tasks_are_drawn_everywhere(tmp_path):
    spool = Spool(tmp_path)
    tasks = [f"t{place // 4}" for place in range(4_000)]
    for step in (0, 1):
        spool.add(rollouts({"step": [step] * 4_000, "task": tasks, "text": ["x"] * 4_000}))
        spool.flush()
    drawn = [set(spool.between(step, step, 0.3)["task"]) for step in (0, 1)]
    assert drawn[0] == drawn[1]
    assert 200 < len(drawn[0]) < 400
    assert spool.between(0, 0, 0.3).group_by("task").len()["len"].unique().to_list() == [4]
    assert share_of(1_000_000, 100.0) == 0.2
    assert share_of(100, 100.0) == 1.0


def test_what_ends_one_step_and_begins_the_next_is_counted_once():
    problems = Problems()
    repeats = Repeats("shift")
    kept = [
        repeats.fresh(frame([step] * len(texts), list(texts)), "f", problems)["text"].to_list()
        for step, texts in ((1, "abcd"), (2, "abcd"), (3, "cdef"), (4, "xyzw"), (5, "zzzz"))
    ]
    # Equal rows of other places are no repetition: step 5 is what a collapsed policy writes.
    assert kept == [list("abcd"), [], list("ef"), list("xyzw"), list("zzzz")]
    assert problems.count(REPEATED) == 6


@given(before=st.lists(st.integers(0, 2), max_size=9), after=st.lists(st.integers(0, 2), max_size=9))
def test_the_overlap_is_the_longest(before, after):
    found = overlap(np.array(before, dtype=np.uint64), np.array(after, dtype=np.uint64))
    fits = [size for size in range(min(len(before), len(after)) + 1) if before[len(before) - size :] == after[:size]]
    assert found == max(fits)
