"""Rewards in the shapes of TRL and verl; in TRL a real run on a model that learns to know what it knows."""

import pytest

from headway.hooks.rewards import Calibrated, Different, calibrated, different, stated
from headway.select.rewards import Brier, LogScore


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("<confidence>.7</confidence>", 0.7),
        ("<confidence> 70 % </confidence>", 0.7),
        ("<confidence>1</confidence>", 1.0),
        ("<confidence>.1</confidence> no, <confidence>0.9</confidence>", 0.9),
        ("<confidence>70</confidence>", None),
        ("<confidence>sure</confidence>", None),
        ("I am sure", None),
    ],
)
def test_what_a_text_states(text, confidence):
    assert stated(text) == confidence


def is_right(prompts, completions, **columns):
    return [None if "?" in str(completion) else float("4" in str(completion)) for completion in completions]


def test_the_reward_table_in_the_shape_of_trl():
    texts = [f"{answer} <confidence>{said}</confidence>" for answer in (4, 5) for said in (1.0, 0.5, 0.0)] + [
        "4",
        "5",
        "?",
    ]
    rewards = Calibrated(is_right)(prompts=["2+2"] * 9, completions=texts)
    assert rewards == pytest.approx([1.0, 0.75, 0.0, -1.0, -0.25, 0.0, 0.0, -1.0, None])
    chat = [[{"role": "assistant", "content": texts[1]}]]
    assert Calibrated(is_right)(prompts=["2+2"], completions=chat) == [0.75]


def test_weights_that_pay_for_being_wrong_are_refused():
    with pytest.raises(ValueError, match=r"chance below 0\.667"):
        Calibrated(is_right, correct=1.0, rule=Brier(weight=3.0))
    with pytest.raises(ValueError, match="correct=4"):
        calibrated(lambda *row: 1.0, rule=LogScore(weight=1.0))


def test_right_in_more_than_one_way():
    texts = ["4", "4", "4", "8/2=4", "5"]
    assert Different(is_right)(prompts=["p"] * 5, completions=texts) == pytest.approx([0.5, 0.5, 0.5, 1.0, 0.0])
    assert Different(is_right, answer=lambda text: text[-1])(prompts=["p"] * 4, completions=texts[:4]) == [0.1] * 4
    assert Different(is_right)(prompts=["p", "q"], completions=["4", "4"]) == [1.0, 1.0], "another prompt is no sibling"


def test_the_shapes_of_verl():
    def check(data_source, solution_str, ground_truth, extra_info=None, **more):
        return {"score": float(ground_truth in solution_str)}

    score = calibrated(check)(
        data_source="sums", solution_str="4 <confidence>.5</confidence>", ground_truth="4", extra_info={"index": 1}
    )
    assert score == {"score": 0.75, "acc": 1.0, "confidence": 0.5}
    scores = different(check)(
        data_sources=["sums"] * 3,
        solution_strs=["4", "4", "=4"],
        ground_truths=["4"] * 3,
        extra_infos=[{"index": 1}] * 3,
    )
    assert [one["score"] for one in scores] == [0.5, 0.5, 1.0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_trl_trains_a_model_to_know_what_it_knows(tmp_path):
    """GRPO with the calibrated reward, on the tiny policy that the study starts from, as `headway export` writes it."""
    pytest.importorskip("trl", reason="TRL is not installed, so no trainer of it can be run")
    import numpy as np
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    from headway.cast import Cast
    from headway.domains import Stated, Witnesses
    from headway.measure.brier import brier
    from headway.policy.tiny.export import from_transformers, write_transformers
    from headway.sample import Each
    from headway.start import Pretrained
    from headway.verify import Tool

    domain = Stated(Witnesses())
    cast = Pretrained(domain, gold=8000, graded=0, epochs=3, width=32, layers=2)(seed=0)
    write_transformers(cast["solver"], tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    tasks = domain.tasks(2000, 1)

    def right(prompts, completions, truth, **columns):
        return [float(domain.read(text) == one) for text, one in zip(completions, truth, strict=True)]

    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(tmp_path),
        processing_class=tokenizer,
        reward_funcs=Calibrated(right, confidence=domain.confidence),
        train_dataset=Dataset.from_dict(
            {"prompt": [f"<start>{prompt}<answer>" for prompt in tasks["prompt"]], "truth": tasks["truth"].to_list()}
        ),
        args=GRPOConfig(
            output_dir=str(tmp_path / "out"), max_steps=100, per_device_train_batch_size=256, num_generations=16,
            max_completion_length=4, learning_rate=1e-3, beta=0.0, scale_rewards="none", use_cpu=True, bf16=False,
            report_to=[], logging_steps=50, seed=1, disable_tqdm=True, lr_scheduler_type="constant", save_strategy="no",
        ),
    )  # fmt: skip
    trainer.train()
    trainer.model.save_pretrained(tmp_path / "after")
    tokenizer.save_pretrained(tmp_path / "after")
    asked = domain.tasks(400, 2, held_out=True)

    def score(policy):
        cast = Cast({"solver": policy})
        attempts = Each(domain, attempts=4, max_tokens=4)(cast, asked, seed=3)
        right = Tool(domain)(cast, attempts).to_numpy()
        said = attempts["confidence"].fill_null(0.5).to_numpy()
        return np.mean(right), brier(said, right)

    before, after = score(cast["solver"]), score(from_transformers(tmp_path / "after"))
    print(before, after)
    assert after[1] < before[1] - 0.02 and after[0] > before[0] - 0.03
