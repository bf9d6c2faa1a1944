import numpy as np
import polars as pl
import pytest
from frames import judged

from headway.measure.lost import lost_answers, right_answers_lost
from headway.measure.semantic import effective_diversity, meanings_by_embedding, meanings_by_outcome


def test_effective_diversity_tells_more_valid_from_more_varied():
    meant = pl.DataFrame({"task": ["a"] * 4 + ["b"] * 4, "meaning": ["x", "y", None, None, "x", "x", "x", "y"]})
    found = effective_diversity(meant).rows()
    assert found[0] == ("a", 2 / 4, pytest.approx(1 / 6), 1.0)  # half is invalid, what is valid differs
    assert found[1] == ("b", 2 / 4, pytest.approx(3 / 6), pytest.approx(3 / 6))
    lone = effective_diversity(
        pl.DataFrame({"task": ["a"], "meaning": [None]}, schema_overrides={"meaning": pl.String})
    )
    assert lone.rows() == [("a", 0.0, None, None)]


def test_programs_with_the_same_outcome_mean_the_same_and_run_once():
    ran = []

    def run(text):
        ran.append(text)
        return (eval(text, {}), "done") if text != "1 / 0" else None

    assert meanings_by_outcome(["1 + 1", "2", "1 / 0", "3", "1 + 1"], run) == [0, 0, None, 1, 0]
    assert ran == ["1 + 1", "2", "1 / 0", "3"]


def test_embeddings_are_classed_within_a_task_only():
    vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [1.0, 0.0]])
    classes = meanings_by_embedding(vectors, ["a", "a", "a", "b"], 0.8)
    assert classes[0] == classes[1]
    assert len(set(classes.tolist())) == 3


def test_lost_right_answers_are_counted_against_gained_ones():
    before = judged(["a", "a", "b", "c", "w"], [1.0, 1.0, 1.0, 1.0, 0.0])
    after = judged(["a", "a", "a", "d", "d"], [1.0, 1.0, 1.0, 1.0, 1.0])
    row = right_answers_lost(before, after).row(0, named=True)
    assert row == {"task": "t", "right_before": 3.0, "lost": 2.0, "minority_lost": 2.0, "gained": 1.0, "net_lost": 1.0}
    shown = lost_answers(before, judged(["d"] * 5, [1.0] * 5))
    assert shown.rows()[0] == ("t", "a", 2, pytest.approx(10 / 45))  # C(5, 2) / C(10, 2)
    with pytest.raises(ValueError, match="task 't' has 5 attempts before and 4 after"):
        right_answers_lost(before, after.head(4))


def test_without_a_change_as_many_answers_are_gained_as_lost():
    random = np.random.default_rng(0)
    tasks = [f"t{index // 8}" for index in range(1600)]
    rounds = [judged([str(a) for a in random.zipf(1.5, 1600) % 50], [1.0] * 1600, task=tasks) for _ in range(2)]
    found = right_answers_lost(*rounds)
    error = found["net_lost"].std() / np.sqrt(len(found))
    assert found["lost"].mean() > 1.0  # answers are lost in every comparison ...
    assert abs(found["net_lost"].mean()) < 3 * error  # ... and it means nothing
