"""One step's rollouts, measured: closed forms, and what must not change the numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.audit.measures import MEASURES, family
from headway.audit.timeline import measured as measured_apart
from headway.measure.overlap import shared_across, shared_within, trigrams
from headway.measure.sameness import distinct_at_k, same_across, same_pairs

TEXTS = ("split", "task", "prompt", "text", "answer", "finish", "domain", "author")
NUMBERS = ("reward", "gold", "confidence", "logprob", "entropy")
COLUMNS = {
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(("step", "tokens", "level"), pl.Int64),
}


def frame(**columns: list) -> pl.DataFrame:
    """Rollouts of one step; what is not given is null."""
    height = len(columns["task"])
    given_ones = {"step": [0] * height, "split": ["train"] * height, **columns}
    return pl.DataFrame({name: given_ones.get(name, [None] * height) for name in COLUMNS}, schema=COLUMNS)


def measured(rollouts: pl.DataFrame) -> pl.DataFrame:
    """The rows of all prompts together."""
    return measured_apart(rollouts).filter(pl.col("group").is_null()).drop("group")


def said(**answers: str) -> pl.DataFrame:
    """A row for each letter: `said(t="aab")`; a dot is no answer."""
    rows = [(task, None if letter == "." else letter) for task, letters in answers.items() for letter in letters]
    return pl.DataFrame(rows, schema={"task": pl.String, "said": pl.String}, orient="row")


def by_task(found: pl.DataFrame) -> dict[str, float]:
    return {row[0]: row[1] for row in found.sort("task").iter_rows()}


def test_pairs_that_say_the_same():
    assert by_task(same_pairs(said(a="xx", b="xxyy", c="xyz", d="..", e="x"))) == pytest.approx(
        {"a": 1.0, "b": 4 / 12, "c": 0.0, "d": 0.0}
    )


def test_different_answers_among_k():
    assert by_task(distinct_at_k(said(a="xxxx", b="wxyz", c="xx..", d="x"), [2])) == pytest.approx(
        {"a": 1.0, "b": 2.0, "c": 1 - 1 / 6, "d": None}
    )


def test_the_same_across_prompts():
    assert by_task(same_across(said(a="xy", b="xx", c="zz"))) == pytest.approx({"a": 0.25, "b": 0.25, "c": 0.0})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abc."), min_size=4, max_size=7))
def test_shares_of_pairs_do_not_depend_on_the_number_of_attempts(letters):
    """Unbiased: the mean over all groups of three attempts is what all attempts together say."""
    from itertools import combinations

    whole = by_task(same_pairs(said(t="".join(letters))))["t"]
    parts = [by_task(same_pairs(said(t="".join(three))))["t"] for three in combinations(letters, 3)]
    assert np.mean(parts) == pytest.approx(whole)
    counted = by_task(distinct_at_k(said(t="".join(letters)), [3]))["t"]
    assert np.mean([len(set(three) - {"."}) for three in combinations(letters, 3)]) == pytest.approx(counted)


def test_words_in_common():
    texts = pl.DataFrame({"row": [0, 1, 2, 3], "task": ["a", "a", "b", "b"], "text": ["p q r s", "p q r t", "u", "u"]})
    grams = trigrams(texts)
    assert by_task(shared_within(grams)) == pytest.approx({"a": 0.5, "b": 1.0})
    assert by_task(shared_across(grams.filter(pl.col("row").is_in([0, 2])))) == {"a": 0.0, "b": 0.0}


def test_two_prompts_by_hand():
    rows = measured(
        frame(
            task=["a"] * 4 + ["b"] * 4,
            prompt=["pp"] * 8,
            text=["1", "1", "2", "3", "4", "4", "4", "4"],
            answer=["1", "1", "2", None, "4", "4", "4", "4"],
            reward=[1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
            gold=[1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        )
    )
    value = dict(rows.select("measure", "value").iter_rows())
    assert value["accuracy"] == pytest.approx(3 / 8)
    assert value["pass@2"] == pytest.approx((1 + 0) / 2)
    assert value["same_answer"] == pytest.approx((1 / 6 + 1) / 2)
    assert value["distinct_right@4"] == pytest.approx(1.0)
    assert value["gap"] == pytest.approx(6 / 8 - 3 / 8)
    assert value["mixed"] == 0.5
    assert value["valid"] == pytest.approx(7 / 8)
    assert value["all_wrong"] == 0.5
    assert "confidence" not in value and "tokens" not in value
    assert rows["n"].max() == 2


def test_every_row_has_a_meaning_and_a_finite_interval():
    random = np.random.default_rng(0)
    n = 64
    rows = measured(
        frame(
            task=[f"t{i // 8}" for i in range(n)],
            text=[f"so {i % 5} it is" for i in range(n)],
            answer=[str(i % 5) for i in range(n)],
            reward=random.random(n).tolist(),
            gold=(random.random(n) < 0.5).astype(float).tolist(),
            confidence=random.random(n).tolist(),
            logprob=(-random.random(n)).tolist(),
            tokens=[4] * n,
            level=[1] * n,
        )
    )
    assert {family(name) for name in rows["measure"]} <= set(MEASURES)
    assert rows["measure"].n_unique() == rows.height
    assert rows.select(pl.col("value", "low", "high").is_finite().all()).row(0) == (True, True, True)
    assert (rows["low"] <= rows["value"]).all() and (rows["value"] <= rows["high"]).all()


def test_the_order_of_rows_changes_no_bit():
    random = np.random.default_rng(1)
    made = frame(
        task=[f"t{i // 4}" for i in range(400)],
        text=[f"{i % 7} and {i % 3}" for i in range(400)],
        answer=[str(i % 7) for i in range(400)],
        reward=random.random(400).tolist(),
        gold=(random.random(400) < 0.3).astype(float).tolist(),
    )
    skip = ("overlap", "overlap_across")  # these read the first attempts of a prompt
    first, second = (
        measured(one).filter(~pl.col("measure").is_in(skip)) for one in (made, made.sample(400, shuffle=True, seed=3))
    )
    assert first.drop("value", "low", "high").equals(second.drop("value", "low", "high"))
    assert np.abs((first["value"] - second["value"]).to_numpy()).max() < 1e-12


@pytest.mark.parametrize("rows", [1, 2])
def test_next_to_nothing_gives_no_row_rather_than_a_wrong_one(rows):
    found = measured(frame(task=["a"] * rows, text=["x"] * rows))
    assert found.is_empty() or found["n"].min() >= 2


def test_rewards_in_any_unit():
    tasks = ["a", "a", "b", "b"]
    signed = measured(frame(task=tasks, reward=[-1.0, 1.0, 1.0, 1.0], gold=[0.0, 1.0, 1.0, 1.0], text=list("wxyz")))
    assert dict(signed.select("measure", "value").iter_rows())["gap"] == 0.0
    large = measured(frame(task=tasks, reward=[-10.0, 250.0, 3.0, 4.0], gold=[0.0, 1.0, 1.0, 0.0], text=list("wxyz")))
    assert "gap" not in large["measure"].to_list() and "auc" in large["measure"].to_list()


def loop_at_rest(random: np.random.Generator, steps: int, prompts: int, attempts: int) -> list[pl.DataFrame]:
    """Rollouts of a policy that does not change: fresh prompts of every difficulty, a judge that is right more often
    than not, and a stated confidence that means something.
    """
    made = []
    for _ in range(steps):
        chance = random.beta(0.7, 1.5, size=prompts).repeat(attempts)
        right = random.random(prompts * attempts) < chance
        answer = np.where(right, random.integers(0, 2, right.size), random.integers(2, 9, right.size))
        reward = np.clip(0.3 + 0.3 * right + 0.2 * random.normal(size=right.size), 0.0, 1.0)
        task = np.arange(prompts).repeat(attempts)
        made.append(
            frame(
                task=[f"t{one}" for one in task],
                text=[f"it is {one} for {number % 9}" for one, number in zip(answer, task, strict=True)],
                answer=answer.astype(str).tolist(),
                reward=reward.tolist(),
                gold=right.astype(float).tolist(),
                confidence=np.clip(chance + 0.2 * random.normal(size=right.size), 0.0, 1.0).tolist(),
                tokens=[5] * right.size,
            )
        )
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("prompts", "attempts"), [(24, 4), (96, 8)])
def test_a_policy_that_does_not_change_is_not_accused(prompts, attempts):
    from headway.audit.findings import judge

    random, accused, runs = np.random.default_rng(5), 0, 60
    for _ in range(runs):
        steps = [
            measured(one).with_columns(step=pl.lit(number))
            for number, one in enumerate(loop_at_rest(random, 12, prompts, attempts))
        ]
        accused += judge(pl.concat(steps)).name not in ("healthy", "cannot tell")
    assert accused <= 0.05 * runs


def test_prompts_of_one_kind_have_rows_of_their_own():
    made = frame(task=[*"aabbcc"], gold=[1, 1, 0, 1, 0, 0], level=[1, 1, 1, 1, 2, 2], domain=["sums"] * 6)
    rows = measured_apart(made.with_columns(pl.col("gold").cast(pl.Float64))).filter(pl.col("measure") == "accuracy")
    apart = {group: (value, n) for group, value, n in rows.select("group", "value", "n").iter_rows()}
    assert apart == {None: (0.5, 3), "sums, level 001": (0.75, 2), "sums, level 002": (0.0, 1)}
