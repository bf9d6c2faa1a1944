"""What a policy has learned, in folders that the libraries of the field read."""

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from headway.policy.exporting import export
from headway.policy.hub import Hub

PROMPT = "1 + 2 = "


def logits_of(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.tensor([ids])).logits


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")  # within peft
def test_merged_and_alone_give_the_policys_own_logits(moved: Hub, folder, tmp_path) -> None:
    for part in ("saved", "merged", "alone"):
        (tmp_path / part).mkdir()
    moved.save(tmp_path / "saved")
    export(tmp_path / "saved", tmp_path / "merged")
    export(tmp_path / "saved", tmp_path / "alone", merged=False)
    ids = AutoTokenizer.from_pretrained(tmp_path / "merged")(PROMPT).input_ids
    assert ids == moved.tokens.prompts([PROMPT])[0]
    ours = logits_of(moved.loaded.body.put(moved.weights), ids)
    base = AutoModelForCausalLM.from_pretrained(folder)
    assert (logits_of(base, ids) - ours).abs().max() > 0.01
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    torch.testing.assert_close(logits_of(merged, ids), ours, atol=1e-4, rtol=1e-4)
    alone = PeftModel.from_pretrained(base, tmp_path / "alone")
    torch.testing.assert_close(logits_of(alone, ids), ours, atol=1e-4, rtol=1e-4)


def test_a_model_trained_in_full_is_written_whole(made, tmp_path) -> None:
    policy = made(lora=None).copy()
    with torch.no_grad():
        policy.parameters()[3].add_(0.1)
    for part in ("saved", "out"):
        (tmp_path / part).mkdir()
    policy.save(tmp_path / "saved")
    export(tmp_path / "saved", tmp_path / "out", merged=False)
    ids = policy.tokens.prompts([PROMPT])[0]
    out = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    torch.testing.assert_close(logits_of(out, ids), logits_of(policy.loaded.body.put(policy.weights), ids))


def test_a_question_may_show_the_asked_line_alone(made) -> None:
    """And what all questions begin with is read once: the same odds as one by one."""
    question = made().question.__class__("2+3=5 Yes\n4+4=7 No\n{line}{answer}")
    policy = made(question=question)
    prompts = [f"1+1=2\n{a}+2=" for a in range(7)]
    assert policy.verdict_question(prompts[3], "5") == "2+3=5 Yes\n4+4=7 No\n3+2=5"
    together = policy.verdict(prompts, ["5"] * 7)
    alone = [float(policy.verdict([prompt], ["5"])[0]) for prompt in prompts]
    assert together == pytest.approx(alone, abs=1e-5)
    assert together.std() > 0.001
