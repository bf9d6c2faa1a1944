import numpy as np
import polars as pl
import pytest
from frames import judged

from headway.measure.drift import answer_entropy, form, kl_estimates, surprise
from headway.measure.same_seed import same_seed


def test_the_three_estimates_meet_the_divergence_they_estimate():
    """Texts drawn from p over four texts, q the reference: KL(p || q) is known."""
    p, q = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.3, 0.3, 0.2, 0.2])
    true = float((p * np.log(p / q)).sum())
    drawn = np.random.default_rng(0).choice(4, size=200_000, p=p)
    frame = judged(["x"] * len(drawn), [1.0] * len(drawn), logprob=np.log(p)[drawn], reference_logprob=np.log(q)[drawn])
    found = kl_estimates(frame).row(0, named=True)
    assert found["k1"] == pytest.approx(true, abs=0.003)
    assert found["k3"] == pytest.approx(true, abs=0.003)
    assert found["k2"] == pytest.approx(float((p * np.log(p / q) ** 2).sum() / 2), abs=0.003)  # biased, and near
    entropy = surprise(frame.with_columns(tokens=pl.lit(2.0))).row(0, named=True)
    assert entropy["entropy"] == pytest.approx(-(p * np.log(p)).sum(), abs=0.01)
    assert entropy["entropy_per_token"] == pytest.approx(entropy["entropy"] / 2)


def test_attempts_without_logprob_are_left_out():
    frame = judged(["x"] * 2, [1.0] * 2, logprob=[-1.0, None], reference_logprob=[-3.0, -3.0])
    assert kl_estimates(frame)["k1"].to_list() == [2.0]


def test_answer_entropy_has_its_correction_for_few_attempts():
    found = answer_entropy(judged(["a", "a", "b", "b", None, "a", None], [0.0] * 7, task=["t"] * 5 + ["few"] * 2))
    assert found["answer_entropy"].to_list() == [pytest.approx(np.log(2) + 1 / 8), None]


def test_form_counts_readable_answers_and_tokens():
    frame = judged(["a", None], [1.0, 0.0], tokens=[3.0, 5.0])
    assert form(frame).rows() == [("t", 0.5, 4.0)]


def groups(texts_by_task, **columns):
    rows = [(task, text) for task, texts in enumerate(texts_by_task) for text in texts]
    frame = judged(["x"] * len(rows), [0.0] * len(rows), task=[f"t{task}" for task, _ in rows])
    return frame.with_columns(text=pl.Series([text for _, text in rows]), **columns)


def test_workers_of_one_seed_copy_every_text_equally_often():
    random = np.random.default_rng(0)
    copied = groups([[str(text) for text in random.integers(10**9, size=2) for _ in range(4)] for _ in range(50)])
    found = same_seed(copied)
    assert (found.copies, found.found) == (4, True)


def test_a_narrow_policy_repeats_unequally_and_is_no_artefact():
    random = np.random.default_rng(0)
    narrow = groups([[str(text) for text in random.choice(5, size=8, p=[0.6, 0.1, 0.1, 0.1, 0.1])] for _ in range(50)])
    assert same_seed(narrow).found is False


def test_identical_groups_are_an_artefact_only_if_the_policy_could_have_said_more():
    same = [[f"text of task {task}"] * 8 for task in range(20)]
    sure = same_seed(groups(same, logprob=pl.lit(np.log(0.99)), tokens=pl.lit(40.0)))
    unsure = same_seed(groups(same, logprob=pl.lit(-30.0), tokens=pl.lit(40.0)))
    assert (sure.found, unsure.found) == (False, True)
    assert same_seed(groups(same, tokens=pl.lit(40.0))).found is True
    short, unknown = same_seed(groups(same, tokens=pl.lit(2.0))), same_seed(groups(same))
    assert (short.found, unknown.found) == (None, None)
    assert "texts of 2 tokens" in short.why
    assert same_seed(groups([["a"], ["b"]])).found is None
