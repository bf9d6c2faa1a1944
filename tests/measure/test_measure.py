from itertools import combinations
from math import comb

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import Attempts
from headway.domains import Puzzles
from headway.measure import Exam
from headway.measure.calibration import overclaim, separation
from headway.measure.diversity import distinct_answers
from headway.measure.majority import majority
from headway.measure.quality import pass_at_k
from headway.sample import Each


def test_pass_at_k_in_closed_form():
    assert pass_at_k(np.array([3]), np.array([10]), 5)[0] == pytest.approx(0.916667, abs=1e-6)


@given(st.integers(1, 8), st.data())
def test_pass_at_k_is_the_share_of_subsets_with_a_right_attempt(n, data):
    right, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    subsets = sum(any(index < right for index in subset) for subset in combinations(range(n), k))
    assert pass_at_k(np.array([right]), np.array([n]), k)[0] == pytest.approx(subsets / comb(n, k))


def test_pass_at_k_with_too_few_attempts_is_an_error():
    with pytest.raises(ValueError, match="pass@8 needs at least 8 attempts"):
        pass_at_k(np.array([1]), np.array([4]), 8)


def judged(answers, truth, opinion=None, task=None):
    n = len(answers)
    return pl.DataFrame(
        {
            "task": task or ["t"] * n,
            "answer": pl.Series(answers, dtype=pl.String),
            "truth": truth,
            "opinion": pl.Series(opinion or [None] * n, dtype=pl.Float64),
        }
    )


def test_majority_ignores_unreadable_attempts_and_shares_ties():
    assert majority(judged([None, None, None, "a"], [0.0, 0.0, 0.0, 1.0]))["majority"].to_list() == [1.0]
    assert majority(judged(["a", "b"], [1.0, 0.0]))["majority"].to_list() == [0.5]
    assert majority(judged([None, None], [0.0, 0.0]))["majority"].to_list() == [0.0]


def test_distinct_counts_right_and_all_answers():
    found = distinct_answers(judged(["a", "a", "b", "c", None], [1.0, 1.0, 1.0, 0.0, 0.0]))
    assert found.select("distinct_right", "distinct").rows() == [(2.0, 3.0)]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), st.randoms())
def test_a_duplicate_adds_no_diversity_and_order_does_not_matter(answers, random):
    truth = [float(answer in "ab") for answer in answers]
    before = distinct_answers(judged(answers, truth)).rows()
    twice = judged(answers + answers, truth + truth)
    order = random.sample(range(len(twice)), len(twice))
    assert distinct_answers(twice[order]).rows() == before


def test_overclaim_leaves_out_what_the_judge_does_not_say():
    found = overclaim(judged(["a", "b", "c"], [1.0, 0.0, 0.0], [0.9, 0.5, None]))
    assert found.select("self_score", "overclaim").rows() == [pytest.approx((0.7, 0.2))]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=12))
def test_separation_is_the_share_of_pairs_in_order(pairs):
    truth, opinion = [float(right) for right, _ in pairs], [score / 4 for _, score in pairs]
    right = [score for good, score in pairs if good]
    wrong = [score for good, score in pairs if not good]
    found = separation(judged(["x"] * len(pairs), truth, opinion))["verdict_auc"].to_list()
    if not right or not wrong:
        assert found == []
    else:
        ordered = sum((high > low) + 0.5 * (high == low) for high in right for low in wrong)
        assert found == [pytest.approx(ordered / len(right) / len(wrong))]


def exam(**fields):
    return Exam(Puzzles(), Each(Puzzles(), attempts=2), tasks=2, **fields)


def attempts(verdicts):
    return Attempts.of(
        [
            {"task": f"t{index // 2}", "domain": "d", "level": index // 2, "prompt": "p", "id": str(index),
             "author": "solver", "text": "x", "answer": "x", "tokens": 1, "verdicts": {"tool": verdict, "self": 0.5}}
            for index, verdict in enumerate(verdicts)
        ]
    )  # fmt: skip


def test_the_exam_reports_levels_and_only_the_k_it_can():
    report = exam()(attempts([1.0, 0.0, 0.0, 0.0]))
    assert report.estimates["accuracy"].value == pytest.approx(0.25)
    assert report.estimates["accuracy"].n == 2  # tasks, not attempts
    assert report.estimates["accuracy/0"].value == pytest.approx(0.5)
    assert report.estimates["pass@2"].value == pytest.approx(0.5)
    assert "pass@4" not in report.estimates


def test_tasks_whose_truth_is_unknown_are_left_out_and_nothing_known_is_an_error():
    report = exam()(attempts([1.0, 0.0, None, None]))
    assert report.estimates["accuracy"].n == 1
    with pytest.raises(ValueError, match="'tool' has no verdict on any of the 4 exam attempts"):
        exam()(attempts([None] * 4))
