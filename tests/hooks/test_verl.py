"""The hook for verl: called as verl calls it, scores unchanged, rollouts on disk."""

import polars as pl

from headway.hooks import verl


def test_verl_is_given_its_score_and_every_rollout_is_recorded(tmp_path):
    def compute_score(data_source, solution_str, ground_truth, extra_info=None):
        return {"score": float(len(solution_str)), "acc": float(solution_str == ground_truth), "pred": solution_str}

    with verl.Watch(compute_score, tmp_path, batch=2) as watch:
        for number, text in enumerate(["4", "55", "4"]):
            info = {"index": 7, "prompt": "2+2=", "global_steps": number // 2, "split": "train"}
            score = watch(data_source="sums", solution_str=text, ground_truth="4", extra_info=info)
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
