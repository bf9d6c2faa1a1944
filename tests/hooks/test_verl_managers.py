"""The hook inside verl itself: loaded by its configuration, called by its reward managers."""

import asyncio
import warnings
from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("verl", reason="verl is not installed, so its reward managers cannot be run")
pytest.importorskip("tensordict", reason="verl's batches need tensordict")

import numpy as np
import torch
from omegaconf import OmegaConf
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # verl imports what warns
    from verl import DataProto
    from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager as RewardLoop
    from verl.trainer.ppo.reward import get_custom_reward_fn
    from verl.workers.reward_manager.naive import NaiveRewardManager

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

REWARDS = """
from headway.hooks.verl import Watch

def check(data_source, solution_str, ground_truth, extra_info=None, **more):
    right = float(solution_str == ground_truth)
    return {"score": right, "acc": right, "pred": solution_str}

compute_score = Watch(check, folder=FOLDER)
"""
WORDS = ["[PAD]", *"0123456789+="]
SUMS = [("1+1=", "2", "2"), ("1+1=", "3", "2"), ("4+4=", "8", "8"), ("4+4=", "1", "8")]


def tokenizer() -> PreTrainedTokenizerFast:
    made = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="[PAD]"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]")


def batch() -> DataProto:
    """Four rollouts as verl's workers hand them over: prompts of four tokens, answers of one."""
    ids = {
        name: [[WORDS.index(word) for word in row[place]] for row in SUMS]
        for name, place in (("prompts", 0), ("responses", 1))
    }
    tensors = {name: torch.tensor(rows) for name, rows in ids.items()}
    tensors["attention_mask"] = torch.ones(len(SUMS), 5, dtype=torch.long)
    told = {
        "data_source": np.array(["sums"] * len(SUMS), dtype=object),
        "reward_model": np.array([{"ground_truth": truth} for _, _, truth in SUMS], dtype=object),
        "extra_info": np.array([{"index": index // 2, "split": "train"} for index in range(len(SUMS))], dtype=object),
    }
    return DataProto.from_dict(tensors=tensors, non_tensors=told)


@pytest.mark.parametrize("manager", ["worker", "loop"])
def test_verl_pays_as_before_and_every_rollout_is_recorded(tmp_path: Path, manager: str) -> None:
    file, folder = tmp_path / "rewards.py", tmp_path / "rollouts"
    file.write_text(REWARDS.replace("FOLDER", repr(str(folder))))
    config = OmegaConf.create({"reward": {"custom_reward_function": {"path": str(file), "name": "compute_score"}}})
    score = get_custom_reward_fn(config)
    assert score is not None
    if manager == "worker":
        paid = NaiveRewardManager(tokenizer(), num_examine=0, compute_score=score)(batch()).sum(dim=1).tolist()
    else:

        async def paid_each() -> list[float]:
            loop = RewardLoop(config, tokenizer(), score)
            rows = batch()
            return [(await loop.run_single(rows[index : index + 1]))["reward_score"] for index in range(len(SUMS))]

        paid = asyncio.run(paid_each())
    assert paid == [1.0, 0.0, 1.0, 0.0]
    score.args[0].flush()
    rows = pl.read_parquet(folder / "*.parquet")
    assert sorted(rows.select("task", "text", "gold").rows()) == [
        ("sums:0", "2", 1.0), ("sums:0", "3", 0.0), ("sums:1", "1", 0.0), ("sums:1", "8", 1.0),
    ]  # fmt: skip
