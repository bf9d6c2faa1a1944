import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains import Puzzles
from headway.select import Above, Best, Random, Replay, Spread
from headway.stages import Round, Ruling, State

STATE = State(1, 0, Cast({}))


def judged(rows, judge="tool"):
    """Attempts from (task, answer, verdict)."""
    return Attempts.of(
        [
            {"task": task, "domain": "d", "level": 0, "prompt": task, "id": str(index), "author": "solver",
             "text": answer or "?", "answer": answer, "verdicts": {judge: verdict}}
            for index, (task, answer, verdict) in enumerate(rows)
        ]
    )  # fmt: skip


ROWS = st.lists(
    st.tuples(st.sampled_from("tuv"), st.sampled_from(["a", "b", "c", None]), st.sampled_from([0.0, 0.5, 1.0, None])),
    min_size=1,
    max_size=20,
)


def test_best_keeps_the_highest_and_equals_in_order():
    table = Best("tool", keep=2)(judged([("t", "a", 0.5), ("t", "b", 0.9), ("t", "c", 0.5), ("u", "d", None)]), STATE)
    assert table["weight"].to_list() == [1.0, 1.0, 0.0, 0.0]


def test_above_keeps_the_first_few_that_are_good_enough():
    table = Above("tool", keep=1)(judged([("t", "a", 0.4), ("t", "b", 0.5), ("t", "c", 1.0)]), STATE)
    assert table["weight"].to_list() == [0.0, 1.0, 0.0]


def test_spread_takes_no_answer_twice_and_rare_ones_first():
    rows = [("t", "a", 1.0), ("t", "a", 1.0), ("t", "a", 1.0), ("t", "b", 1.0), ("t", "c", 0.0), ("t", None, 1.0)]
    assert Spread("tool", keep=1)(judged(rows), STATE)["weight"].to_list() == [0, 0, 0, 1, 0, 0]
    assert Spread("tool", keep=4)(judged(rows), STATE)["weight"].to_list() == [1, 0, 0, 1, 0, 0]


@given(ROWS, st.integers(1, 4))
def test_every_selection_keeps_its_quota_and_nothing_it_has_no_verdict_on(rows, keep):
    table = judged(rows)
    for select in (Best("tool", keep), Above("tool", keep=keep), Spread("tool", keep=keep), Random(keep)):
        kept = select(table, STATE).kept.frame
        assert kept.is_empty() or kept.group_by("task").len()["len"].max() <= keep
        if select.of:
            assert kept["verdicts"].struct.field("tool").null_count() == 0


@given(ROWS)
def test_spread_keeps_every_niche_that_is_good_enough_once(rows):
    table = judged(rows)
    kept = Spread("tool", keep=3)(table, STATE).kept
    good = {(task, answer) for task, answer, verdict in rows if answer and verdict is not None and verdict >= 0.5}
    assert sorted(zip(kept["task"], kept["answer"], strict=True)) == sorted(good)


def test_random_is_the_rounds_own_draw():
    table = judged([("t", str(index), None) for index in range(50)])
    draw = Random(5)(table, STATE)["weight"]
    assert draw.equals(Random(5)(table, STATE)["weight"])
    assert not draw.equals(Random(5)(table, State(2, 0, Cast({})))["weight"])


def replayed(cast, history=(), **fields):
    easy = Puzzles(numbers=3, largest=6)
    table = judged([(f"t{index}", "+1+2", 1.0) for index in range(40)])
    return Replay(Above("tool"), easy, gold=200, graded=50, **fields)(table, State(len(history), 0, cast, history))


def test_replay_adds_the_share_of_gold_and_verdicts_that_was_asked_for(cast):
    kept = replayed(cast, share=0.5, verdicts=0.5).kept
    world = kept.frame.filter(kept["author"] == WORLD)
    assert world.filter(world["domain"] == "puzzles").height == 40  # half of what answers are learned from
    assert world.filter(world["domain"] == "verdicts").height == 20
    assert kept["weight"].to_list() == [1.0] * 100


def test_replay_learns_each_earlier_attempt_once_and_forgets_rounds_that_were_rolled_back(cast):
    accepted = replayed(cast, verdicts=0.0)
    accepted = Attempts(accepted.frame.with_columns(id="first-" + accepted["id"]))
    lost = Attempts(accepted.frame.with_columns(id="lost-" + accepted["id"]))
    history = (
        Round(0, ruling=Ruling(True, 0, 0, "")),
        Round(1, attempts=accepted, ruling=Ruling(True, 1, 1, "")),
        Round(2, attempts=lost, ruling=Ruling(False, 1, 1, "")),
        Round(3, attempts=accepted, ruling=Ruling(True, 3, 3, "")),
    )
    ids = replayed(cast, history, share=0.0, verdicts=0.0).kept["id"].to_list()
    assert sum(name.startswith("first-") for name in ids) == 40
    assert not any(name.startswith("lost-") for name in ids)


def test_nothing_selected_replays_nothing(cast):
    table = judged([("t", "a", 0.0)])
    assert len(Replay(Above("tool"), Puzzles())(table, State(1, 0, cast)).kept) == 0


def test_a_bad_field_names_itself_and_what_is_allowed():
    with pytest.raises(ValueError, match=r"Best.keep is 0; allowed: a whole number of at least 1"):
        Best("self", keep=0)
    with pytest.raises(ValueError, match=r"Replay.share is 1.0; allowed: at least 0 and less than 1"):
        Replay(Best("self"), Puzzles(), share=1.0)


def test_weights_are_plain_numbers():
    assert np.isfinite(Best("tool")(judged([("t", "a", None)]), STATE)["weight"].to_numpy()).all()
