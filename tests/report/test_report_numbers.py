"""What stands behind the curves and the texts, on closed cases."""

import pytest
from made_rounds import answers, examined, measured, small_run

from headway.report import Arm, Section
from headway.report.drawing import Axis, spread
from headway.report.figures import counts_axis, crossing
from headway.report.standing import Point, change, over_rounds, set_aside, standing
from headway.report.texts import chosen_tasks, gone, most_frequent, new, repeated, sides
from headway.report.words import number, signed
from headway.stats import Estimate

ROLLED_BACK = {"accept": False, "keep": 1}


def line(*values: float) -> tuple[Point, ...]:
    return tuple(Point(2**place, Estimate(value, value, value, 1)) for place, value in enumerate(values))


def values(points) -> list[tuple[float, float]]:
    return [(point.x, round(point.estimate.value, 9)) for point in points]


def test_a_curve_follows_what_the_gate_keeps():
    run = (measured(0, accuracy=0.4), measured(1, accuracy=0.6), measured(2, accuracy=0.1, decided=ROLLED_BACK))
    assert [turn.index for turn in standing(run).values()] == [0, 1, 1]
    assert values(over_rounds([run], "accuracy")) == [(0, 0.4), (1, 0.6), (2, 0.6)]
    assert values(set_aside(run, "accuracy")) == [(2, 0.1)]


def test_several_seeds_have_a_mean_and_a_t_interval():
    runs = [(measured(0, accuracy=value),) for value in (0.2, 0.4, 0.6)]
    (point,) = over_rounds(runs, "accuracy")
    half = 4.302652729911275 * 0.2 / 3**0.5  # Student's t with 2 degrees of freedom at 97.5 %
    found = (point.estimate.value, point.estimate.low, point.estimate.high)
    assert found == pytest.approx((0.4, 0.4 - half, 0.4 + half))
    assert point.estimate.n == 3


def test_a_stopped_seed_counts_on_and_an_unfinished_one_does_not():
    stop = {"accept": False, "keep": 0, "stop": True}
    long = tuple(measured(index, accuracy=0.4) for index in range(3))
    stopped = (measured(0, accuracy=0.2), measured(1, accuracy=0.1, decided=stop))
    assert values(over_rounds([long, stopped], "accuracy")) == [(0, 0.3), (1, 0.3), (2, 0.3)]
    assert values(over_rounds([long, stopped[:1]], "accuracy")) == [(0, 0.3)]


def test_a_change_is_paired_over_tasks_or_over_seeds():
    run = (measured(0, accuracy=0.4), measured(1, accuracy=0.6))
    one, three = change([run], "accuracy"), change([run] * 3, "accuracy")
    assert one is not None and one.difference.n == 40 and one.difference.value == pytest.approx(0.2)
    assert three is not None and three.difference.n == 3
    assert change([run], "no such metric") is None
    assert change([run, (measured(0),)], "accuracy") is None


def test_crossing_is_between_the_points_on_the_doubling_axis():
    assert crossing(line(0.0, 1.0, 1.0), line(0.5, 0.5, 0.5)) == pytest.approx(2**0.5)
    assert crossing(line(0.0, 0.1), line(0.5, 0.6)) is None
    assert crossing(line(0.3, 0.4), line(0.3, 0.4)) is None


def test_texts_gone_new_and_repeated():
    section = Section("Puzzles", "", (Arm("closed", "", (small_run(),)),))
    (side,) = sides(section)
    assert gone(side, "tool").rows() == [("t0", "+1+2", 2), ("t0", "+3", 1)]
    assert new(side, "tool").rows() == [("t1", "+4", 1)]
    most = repeated(side.after, "t0", "tool", "self")
    assert [(row.text, row.count, row.of, row.right, row.opinion) for row in most] == [
        ("-1", 3, 4, 0.0, pytest.approx(0.9)),
        ("+9", 1, 4, 0.0, pytest.approx(0.8)),
    ]
    assert most_frequent(side.after) == ("-1", 0.5)
    assert repeated(side.after, "t0", "tool", None)[0].opinion is None


def test_tasks_are_chosen_by_what_they_lost():
    right = [(f"+{n}", 1.0, 0.5) for n in range(1, 5)]
    wrong = [("+9", 0.0, 0.5)] * 4
    before = {f"t{lost}": right for lost in range(5)}
    after = {f"t{lost}": right[lost:] + wrong[:lost] for lost in range(5)}
    run = (examined(0, answers(before)), examined(1, answers(after)))
    found = sides(Section("", "", (Arm("", "", (run,)),)))
    assert chosen_tasks(found, "tool") == ["t4", "t3", "t2"]


def test_labels_keep_apart_and_inside():
    assert spread([50, 52, 90], 0, 100, 10) == [50, 60, 90]
    assert spread([95, 99], 0, 100, 10) == [90, 100]
    assert spread([], 0, 100, 10) == []


def test_axes():
    assert Axis(1, 16, (), "", doubling=True).place(4) == 0.5
    assert Axis(0, 1, (), "").place(1.7) == 1.0
    assert [text for _, text in counts_axis(2.3, "").ticks] == ["0", "1", "2", "3"]
    assert counts_axis(0.0, "").high > 0


def test_numbers():
    assert [number(value) for value in (0.184, 1.0, -0.05, -0.001, 2.5)] == [".18", "1.00", "−.05", ".00", "2.50"]
    assert [signed(value) for value in (0.1, -0.1, 0.0)] == ["+.10", "−.10", ".00"]
