"""MAP-Elites as selection, and novelty against what was kept, by pyribs."""

import numpy as np
import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.sample import Each
from headway.select import Axis, Elites
from headway.select.behaviour import behaviour
from headway.select.rewards import Remote
from headway.stages import Round, RoundRefused, Ruling, State
from headway.train import Fit
from headway.verify import Tool

pytest.importorskip("ribs", reason="the extra `archive` is not installed")

EMPTY = State(1, 0, Cast({}))
LENGTH = Axis("length", 0, 10, 5)


def table(*rows, name: str = "t") -> Attempts:
    """Attempts from (text, verdict)."""
    return Attempts.of(
        [
            {"task": name, "domain": "d", "level": 3, "prompt": name, "id": f"{name}{n}", "author": "solver",
             "text": text, "answer": text, "logprob": -2.0, "tokens": 4, "verdicts": {"tool": right}}
            for n, (text, right) in enumerate(rows)
        ]
    )  # fmt: skip


def after(attempts: Attempts) -> State:
    """The state of round 2, when round 1 kept these."""
    done = Round(1, attempts=attempts, ruling=Ruling(accept=True, keep=1, best=1, reason=""))
    first = Round(0, ruling=Ruling(accept=True, keep=0, best=0, reason=""))
    return State(2, 0, Cast({}), (first, done))


def test_traits_lie_in_the_unit_cube_and_beyond_the_ends_counts_as_at_the_ends():
    axes = (LENGTH, Axis("kinds", 0, 4), Axis("level", 1, 5), Axis("tokens", 0, 8), Axis("surprise", 0, 1))
    rows = table(("aab", 1.0), ("x" * 30, 1.0))
    assert behaviour(rows, axes) == pytest.approx(np.array([[0.3, 0.5, 0.5, 0.5, 0.5], [1.0, 0.25, 0.5, 0.5, 0.5]]))


def test_the_best_of_every_cell_is_kept_and_the_first_of_equals():
    rows = table(("aa", 0.6), ("bb", 0.9), ("cc", 0.9), ("dddddd", 0.5), ("eeee", 0.4), ("ffffffff", None))
    assert Elites((LENGTH,))(rows, EMPTY)["weight"].to_list() == [0, 1, 0, 1, 0, 0]
    with pytest.raises(RoundRefused, match="archive is empty"):
        Elites((LENGTH,), floor=0.95)(rows, EMPTY)


def test_an_archive_remembers_and_only_what_is_better_replaces():
    axes = (LENGTH,)
    first = Elites(axes)(table(("aa", 0.6), ("bbbb", 0.9), ("cccccc", 0.7), name="old"), EMPTY)
    found = Elites(axes)(table(("xx", 0.8), ("yyyy", 0.9), ("zzzzzzzz", 0.5), name="new"), after(first))
    kept = {row.text: row.id for row in found.kept}
    assert kept == {"xx": "new0", "zzzzzzzz": "new2", "bbbb": "old1", "cccccc": "old2"}
    assert found["weight"][:3].to_list() == [1.0, 0.0, 1.0] and len(found) == 5


def test_what_is_far_from_what_was_kept_is_paid_and_what_is_wrong_is_not():
    kept = table(("aa", 1.0), ("bb", 1.0)).weighing([1.0, 1.0])
    rows = table(("aa", 1.0), ("bbbb", 1.0), ("cccccccc", 1.0), ("dddddddd", 0.0), ("e", None), name="new")
    paid = Remote((LENGTH,), neighbours=2, far=0.4)(rows, after(kept)).to_list()
    assert paid == [pytest.approx(0.1), pytest.approx(0.5), pytest.approx(1.0), 0.0, None]
    assert Remote((LENGTH,))(rows, EMPTY).to_list()[:3] == [1.0, 1.0, 1.0]


def test_in_a_real_loop_the_archive_only_grows_and_holds_one_right_answer_a_cell(cast, easy):
    select = Elites((Axis("length", 1, 11, 10), Axis("kinds", 1, 9, 8)))
    each = Each(easy, attempts=4)
    exam = Exam(easy, Each(easy, attempts=1), 10, (1,), opinion=None)
    loop = Loop(Given(easy, 30), each, (Tool(easy),), select, Fit(epochs=1), exam, Always())
    rounds = list(loop.run(cast, rounds=3))
    archives = [turn.attempts.kept for turn in rounds[1:]]
    for archive in archives:
        assert set(archive.verdict("tool")) == {1.0}
        assert len(archive) == len(np.unique(np.floor(behaviour(archive, select.axes) * (10, 8)), axis=0))
    assert len(archives[0]) <= len(archives[1]) <= len(archives[2])
    assert set(archives[0]["id"]) <= set(archives[2]["id"])  # all are right, so nothing is better than the first
