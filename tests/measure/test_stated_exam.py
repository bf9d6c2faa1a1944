"""The exam of stated confidence, on made attempts whose numbers are known."""

import polars as pl
import pytest

from headway.attempts import Attempts
from headway.domains import Stated, Witnesses
from headway.measure import Calibration
from headway.measure.stated import in_use
from headway.measure.weighted import weighted_vote
from headway.sample import Each

HERE, THERE = Stated(Witnesses()), Stated(Witnesses(5))


def attempts(*rows):
    """Attempts from (domain, task, answer, truth, confidence)."""
    return Attempts.of(
        [
            {"task": task, "domain": domain.name, "level": 0, "prompt": task, "id": str(n), "author": "solver",
             "text": "x", "answer": answer, "confidence": said, "verdicts": {"tool": right}}
            for n, (domain, task, answer, right, said) in enumerate(rows)
        ]
    )  # fmt: skip


def test_an_exam_in_two_domains():
    exam = Calibration(HERE, Each(HERE), (THERE,), tasks=20)
    asked = exam.questions()
    assert asked.frame.group_by("domain").len().sort("domain")["len"].to_list() == [20, 20]
    found = exam(
        attempts(
            (HERE, "a", "1", 1.0, 1.0), (HERE, "a", "2", 0.0, 0.5), (HERE, "b", "1", 0.0, 0.0),
            (HERE, "b", None, 0.0, None),
            (THERE, "c", "1", 1.0, 0.0), (THERE, "c", "1", 1.0, 0.0),
        )
    ).estimates  # fmt: skip
    assert found["accuracy"].value == 0.25 and found[f"accuracy/{THERE.name}"].value == 1.0
    assert found["brier"].value == pytest.approx((0.125 + 0.0) / 2) and found[f"brier/{THERE.name}"].value == 1.0
    assert found["stated"].value == 0.75 and found["valid"].value == 0.75
    assert found["extreme"].value == pytest.approx((0.5 + 1.0) / 2)
    assert found["auroc"].value == 1.0
    assert found["ece"].value == pytest.approx(0.5 / 3)
    assert found["weighted_gain"].value == pytest.approx((1.0 - 0.5) / 2)
    assert f"auroc/{THERE.name}" not in found, "without a wrong attempt there is nothing to tell apart"


def test_a_vote_by_confidence():
    rows = pl.DataFrame(
        {
            "task": ["t"] * 4 + ["u"] * 2 + ["v"],
            "answer": ["a", "b", "b", None, "a", "b", None],
            "confidence": [0.9, 0.4, 0.4, 1.0, 0.5, 0.5, 1.0],
            "truth": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        }
    )
    assert weighted_vote(rows)["weighted"].to_list() == [1.0, 0.5, 0.0]


def test_how_many_confidences_are_in_use():
    import numpy as np

    assert in_use(np.array([0.5, 0.5])) == pytest.approx(1.0)
    assert in_use(np.array([0.0, 0.5, 1.0, 0.3])) == pytest.approx(4.0)
