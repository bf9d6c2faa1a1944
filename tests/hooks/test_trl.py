"""The hook for TRL: the reward unchanged, every rollout on disk, and a real run that is built to be hacked."""

import asyncio
import json
from types import SimpleNamespace

import polars as pl
import pytest

pytest.importorskip("transformers")

from headway.hooks.standing import Standing, by_prompt
from headway.hooks.trl import KeepBest, Watch, WatchAsync

WORDS = [f"w{number}" for number in range(8)]
TARGET = "w3"


def how_many(prompts, completions, **columns):
    """The reward that can be gamed: the more targets the better."""
    return [float(completion.split().count(TARGET)) for completion in completions]


def two_or_three(prompts, completions, **columns):
    """What was wanted."""
    return [float(2 <= completion.split().count(TARGET) <= 3) for completion in completions]


def called(watch, texts, step=3, **columns):
    logged = {}
    rewards = watch(
        prompts=["p"] * 2 + ["q"] * (len(texts) - 2),
        completions=texts,
        completion_ids=[list(range(len(text.split()))) for text in texts],
        trainer_state=SimpleNamespace(global_step=step),
        log_extra=lambda column, values: None,
        log_metric=logged.__setitem__,
        **columns,
    )
    return rewards, logged


def test_the_reward_comes_back_unchanged_and_every_rollout_is_recorded(tmp_path):
    watch = Watch(how_many, tmp_path, gold=two_or_three, max_tokens=3)
    texts = ["w3 w3", "w1", "w3 w3 w3", "w2"]
    rewards, logged = called(watch, texts)
    assert rewards == [2.0, 0.0, 3.0, 0.0]
    called(watch, texts, step=4)
    rows = pl.read_parquet(tmp_path / "*.parquet").sort("step", "prompt", "text")
    assert rows.height == 8 and rows["step"].to_list() == [3] * 4 + [4] * 4
    assert rows.filter(pl.col("text") == "w3 w3 w3").select("reward", "gold", "tokens", "finish").row(0) == (
        3.0,
        1.0,
        3,
        "length",
    )
    assert watch.__name__ == "how_many"
    assert logged["headway/gold"] == 0.5 and logged["headway/coverage"] == 1.0
    assert logged["headway/same_answer"] == 0.0


def test_a_coroutine_reward_is_awaited_and_recorded(tmp_path):
    async def judged(prompts, completions, **columns):
        await asyncio.sleep(0)
        return [1.0] * len(completions)

    with pytest.raises(TypeError, match="WatchAsync"):
        Watch(judged, tmp_path)
    watch = WatchAsync(judged, tmp_path)
    state = SimpleNamespace(global_step=0)
    found = watch(prompts=["p"], completions=["w1"], trainer_state=state, log_metric=lambda name, value: None)
    assert asyncio.run(found) == [1.0]
    assert pl.read_parquet(tmp_path / "*.parquet").height == 1


def test_no_score_is_null_and_not_a_number(tmp_path):
    watch = Watch(lambda prompts, completions, **columns: [None, float("nan"), 1.0], tmp_path)
    called(watch, ["a", "b", "c"])
    assert pl.read_parquet(tmp_path / "*.parquet").sort("text")["reward"].to_list() == [None, None, 1.0]


def test_messages_are_recorded_as_text(tmp_path):
    watch = Watch(lambda prompts, completions, **columns: [1.0], tmp_path)
    watch(
        prompts=[[{"role": "user", "content": "what?"}]],
        completions=[[{"role": "assistant", "content": "that"}]],
        trainer_state=SimpleNamespace(global_step=0),
        log_metric=lambda name, value: None,
    )
    row = pl.read_parquet(tmp_path / "*.parquet").row(0, named=True)
    assert (row["prompt"], row["text"]) == ("user: what?", "that")


def test_a_keeper_without_gold_is_refused(tmp_path):
    with pytest.raises(ValueError, match="gold"):
        KeepBest(Watch(how_many, tmp_path))


def test_a_window_that_fell_is_not_the_best_and_ends_training():
    def rows(right: int) -> pl.DataFrame:
        made = [(f"t{task}", f"{task} {one}", float(one < right)) for task in range(60) for one in range(8)]
        return by_prompt(
            pl.DataFrame(made, schema=["task", "text", "gold"], orient="row").with_columns(
                answer=pl.lit(None, dtype=pl.String)
            )
        )

    standing = Standing(margin=0.05)
    standing.add([rows(4)])
    assert not standing.fallen()
    standing.add([rows(6)])
    assert standing.best == 1 and not standing.fallen()
    standing.add([rows(2)])
    assert standing.best == 1 and standing.fallen()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_choosing_by_gold_beats_choosing_by_reward_in_a_run_that_is_hacked(tmp_path):
    """Real GRPO on a tiny random model: the reward counts a word, what is wanted is two or three of them."""
    pytest.importorskip("trl")
    import torch
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    from trl import GRPOConfig, GRPOTrainer

    torch.manual_seed(0)
    vocabulary = {word: number for number, word in enumerate(["<pad>", "<eos>", *WORDS])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>")
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=32,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=None,
    )
    prompts = [f"{first} {second}" for first in WORDS for second in WORDS]
    watch = Watch(how_many, tmp_path / "rollouts", gold=two_or_three)
    keep = KeepBest(watch)
    trainer = GRPOTrainer(
        model=LlamaForCausalLM(config),
        processing_class=tokenizer,
        reward_funcs=watch,
        callbacks=[keep],
        train_dataset=Dataset.from_dict({"prompt": prompts}),
        args=GRPOConfig(
            output_dir=str(tmp_path / "out"),
            max_steps=60,
            save_steps=5,
            per_device_train_batch_size=64,
            num_generations=8,
            max_completion_length=8,
            learning_rate=3e-3,
            beta=0.0,
            use_cpu=True,
            report_to=[],
            logging_steps=5,
            seed=1,
            disable_tqdm=True,
            lr_scheduler_type="constant",
        ),
    )
    trainer.train()

    recorded = pl.read_parquet(tmp_path / "rollouts" / "*.parquet")
    assert recorded.height == 60 * 64, "every rollout once"
    rewards = [row["reward"] for row in trainer.state.log_history if "reward" in row]
    assert [row for row in trainer.state.log_history if "headway/coverage" in row], "logged beside the reward"
    assert rewards[-1] > rewards[0] + 1.0, "the reward was learned"

    def gold(folder: str) -> float:
        policy = LlamaForCausalLM.from_pretrained(folder)
        torch.manual_seed(7)
        asked = tokenizer(prompts * 8, return_tensors="pt")["input_ids"]
        drawn = policy.generate(asked, do_sample=True, max_new_tokens=8, pad_token_id=0)[:, asked.shape[1] :]
        texts = tokenizer.batch_decode(drawn, skip_special_tokens=True)
        return sum(two_or_three(None, texts)) / len(texts)

    by_reward = recorded.group_by("step").agg(pl.col("reward").mean()).sort("reward")["step"][-1]
    last = str(tmp_path / "out" / f"checkpoint-{min(60, (by_reward // 5 + 1) * 5)}")
    assert keep.best is not None and trainer.state.best_model_checkpoint == keep.best
    assert json.loads((tmp_path / "out" / "headway-best.json").read_text())["best"] == keep.best
    assert gold(keep.best) > gold(last) + 0.1
