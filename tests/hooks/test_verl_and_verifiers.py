"""The hooks for verl and verifiers: called as those libraries call, scores unchanged, rollouts on disk."""

import asyncio
import inspect

import polars as pl
import pytest

from headway.hooks import verifiers, verl


def test_verl_is_given_its_score_and_every_rollout_is_recorded(tmp_path):
    def compute_score(data_source, solution_str, ground_truth, extra_info=None):
        return {"score": float(len(solution_str)), "acc": float(solution_str == ground_truth), "pred": solution_str}

    with verl.Watch(compute_score, tmp_path, batch=2) as watch:
        for number, text in enumerate(["4", "55", "4"]):
            info = {"index": 7, "prompt": "2+2=", "global_steps": number // 2, "split": "train"}
            score = watch("sums", text, "4", info)
            assert score["score"] == float(len(text))
        assert watch("sums", "4", "4") == {"score": 1.0, "acc": 1.0, "pred": "4"}
    rows = pl.read_parquet(tmp_path / "*.parquet").sort("step", "task", "text")
    assert rows.height == 4
    assert rows.filter(pl.col("text") == "55").select("step", "task", "reward", "gold", "answer").row(0) == (
        0, "sums:7", 2.0, 0.0, "55",
    )  # fmt: skip


def test_verl_scores_that_are_numbers_have_no_gold_unless_one_is_given(tmp_path):
    watch = verl.Watch(lambda *given, **more: 0.5, tmp_path / "a")
    assert watch("d", "x", "y") == 0.5
    watch.flush()
    assert pl.read_parquet(tmp_path / "a" / "*.parquet")["gold"].to_list() == [None]
    seeing = verl.Watch(
        lambda *given, **more: 0.5, tmp_path / "b", gold=lambda source, text, truth, info: text == truth
    )
    seeing("d", "y", "y")
    seeing.flush()
    assert pl.read_parquet(tmp_path / "b" / "*.parquet")["gold"].to_list() == [1.0]


def call(function, **everything):
    """As a rubric calls: with those arguments that the signature names."""
    named = inspect.signature(function).parameters
    return function(**{name: everything[name] for name in named if name in everything})


EVERYTHING = {
    "prompt": [{"role": "user", "content": "2+2="}],
    "completion": [{"role": "assistant", "content": "4"}],
    "answer": "4",
    "state": {"step": 3, "example_id": 11},
}


@pytest.mark.parametrize("awaited", [False, True])
def test_verifiers_is_given_its_reward_and_the_rollout_is_recorded(tmp_path, awaited):
    def plainly(completion, answer):
        return float(completion[-1]["content"] == answer)

    async def slowly(completion, answer):
        return plainly(completion, answer)

    reward = verifiers.watched(slowly if awaited else plainly, tmp_path, gold=lambda answer: answer == "4")
    assert inspect.iscoroutinefunction(reward) is awaited
    assert reward.__name__ == ("slowly" if awaited else "plainly")
    score = call(reward, **EVERYTHING)
    assert (asyncio.run(score) if awaited else score) == 1.0
    row = pl.read_parquet(tmp_path / "*.parquet").row(0, named=True)
    assert (row["step"], row["task"], row["prompt"], row["text"], row["reward"], row["gold"]) == (
        3, "11", "user: 2+2=", "4", 1.0, 1.0,
    )  # fmt: skip
