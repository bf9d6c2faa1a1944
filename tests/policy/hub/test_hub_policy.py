"""A model of transformers as a policy: what is learned, judged, shared, mixed and saved."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from headway.cast import Cast, Learner, Speaker
from headway.domains import Addition
from headway.policy import load
from headway.policy.hub import Hub, Lora, Question
from headway.policy.hub.base import Source, number_for
from headway.train.fit import Fit
from headway.verify import Opinion

PROMPTS, TEXTS = ["1 + 2 =", "7", "12 + 3 = 4; 5"], ["3", "", "Yes No"]
MESSAGES = [{"role": "user", "content": "1 + 2?"}]


def test_it_is_a_learner(made: Callable[..., Hub]) -> None:
    assert isinstance(made(), Learner)


@pytest.mark.parametrize("ask", ["reasons", "tournament"])
def test_it_can_be_asked_in_words_and_gibberish_is_no_verdict(made: Callable[..., Hub], ask: str) -> None:
    policy = made()
    assert isinstance(policy, Speaker)
    judge = Opinion(role="third", ask=ask, tokens=4, replies=2, temperature=1.0)  # type: ignore[arg-type]
    found = judge(Cast({"third": policy}), Addition(1, 1).graded(2, 0))
    assert found.null_count() == len(found) == 4


def test_only_the_text_and_its_stop_are_learned(made: Callable[..., Hub]) -> None:
    policy = made(chat=True)
    row = policy.encode([MESSAGES], ["3"])[0]
    decode = policy.tokens.tokenizer.decode
    assert decode(row.ids[: row.prompt]) == "<|user|>1 + 2?<end><|assistant|>"
    assert decode(row.ids[row.prompt :]) == "3<end>"
    values, owner = policy.token_logprobs(policy.encode(PROMPTS, TEXTS))
    lengths = [len(ids) for ids in policy.tokens.texts(TEXTS)]
    assert owner.tolist() == [row for row, length in enumerate(lengths) for _ in range(length)]
    assert values.requires_grad


def test_scores_are_the_same_alone_and_together(moved: Hub) -> None:
    together = moved.score(PROMPTS, TEXTS)
    alone = [moved.score([prompt], [text]).logprob[0] for prompt, text in zip(PROMPTS, TEXTS, strict=True)]
    np.testing.assert_allclose(together.logprob, alone, atol=1e-4)
    values, owner = moved.token_logprobs(moved.encode(PROMPTS, TEXTS))
    learned = torch.zeros(3).index_add(0, owner, values).detach()
    np.testing.assert_allclose(together.logprob, learned, atol=1e-4)


def test_a_verdict_is_the_odds_of_its_words(moved: Hub) -> None:
    verdict = moved.verdict(["1 + 2?", "7"], ["3", "4"])
    question = moved.verdict_question("1 + 2?", "3")
    assert isinstance(question, str) and "1 + 2?" in question and "3" in question
    ids = torch.tensor([moved.tokens.prompts([question])[0]])
    with torch.no_grad():
        logits = moved.loaded.body.put(moved.weights)(input_ids=ids).logits[0, -1]
    yes, no = (moved.tokens.following(word)[0] for word in moved.verdict_words)
    assert verdict[0] == pytest.approx(torch.sigmoid(logits[yes] - logits[no]).item(), abs=1e-4)
    assert moved.verdict_question(MESSAGES, "3")[0]["role"] == "user"  # type: ignore[index]


def test_verdict_words_that_begin_alike_are_refused(made: Callable[..., Hub]) -> None:
    with pytest.raises(ValueError, match="begin with the same token"):
        made(question=Question(words=("Yes", "Yess"))).verdict(["1"], ["2"])


@pytest.mark.parametrize("lora", [Lora(4, 8.0), None])
def test_training_a_copy_leaves_the_others_as_they_were(made: Callable[..., Hub], lora: Lora | None) -> None:
    base = made(lora=lora)
    digest, before = base.digest(), base.score(PROMPTS, TEXTS).logprob
    solver = base.copy()
    assert solver.digest() == digest
    losses = Fit(epochs=4, batch=2, learning_rate=1e-2).train(solver, solver.encode(PROMPTS, TEXTS), np.ones(3), 0)
    assert losses[-1] < losses[0]
    assert solver.score(PROMPTS, TEXTS).logprob.sum() > before.sum()
    assert solver.digest() != digest == base.digest()
    assert (base.score(PROMPTS, TEXTS).logprob == before).all()
    if lora is not None:
        frozen = {id(one) for one in base.loaded.body.model.parameters()} - {id(one) for one in solver.parameters()}
        assert frozen <= {id(one) for one in solver.loaded.body.model.parameters()}, "the base is in memory once"
        assert solver.loaded is base.loaded is made(lora=lora).loaded


def test_a_first_policy_is_the_model_as_it_came(made: Callable[..., Hub], folder: Path) -> None:
    policy, plain = made(), AutoModelForCausalLM.from_pretrained(folder)
    ids = torch.arange(9)[None]
    with torch.no_grad():
        expected = plain(input_ids=ids).logits
        torch.testing.assert_close(policy.loaded.body.put(policy.weights)(input_ids=ids).logits, expected)
        assert torch.equal(policy.loaded.body.merge(policy.weights)(input_ids=ids).logits, expected)
    assert made(seed=0).digest() == policy.digest() != made(seed=1).digest()


def test_interpolation_mixes_what_adapters_add(made: Callable[..., Hub], moved: Hub) -> None:
    def added(policy: Hub) -> torch.Tensor:
        policy.loaded.body.put(policy.weights)
        layer = next(iter(policy.loaded.body.merged.values()))
        return layer.get_delta_weight("default").detach()  # type: ignore[operator]

    base = made()
    assert moved.interpolate(base, 0.0).digest() == moved.digest()
    assert moved.interpolate(base, 1.0).digest() == base.digest()
    torch.testing.assert_close(added(moved.interpolate(base, 0.3)), 0.7 * added(moved))
    torch.testing.assert_close(added(base.interpolate(moved, 0.3)), 0.3 * added(moved), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("lora", [Lora(4, 8.0), None])
def test_what_is_saved_is_what_is_loaded(made: Callable[..., Hub], tmp_path: Path, lora: Lora | None) -> None:
    policy = made(lora=lora, stop=("\n",)).copy()
    with torch.no_grad():
        for one in policy.parameters():
            one.mul_(0.9).add_(0.01)
    policy.save(tmp_path)
    assert not [file for file in tmp_path.rglob("*") if file.suffix in (".bin", ".pt", ".pkl")]
    again = load(tmp_path)
    assert isinstance(again, Hub) and again.digest() == policy.digest()
    assert again.tokens.stop == ("\n",)
    assert (again.score(PROMPTS, TEXTS).logprob == policy.score(PROMPTS, TEXTS).logprob).all()
    assert isinstance(load(tmp_path), Hub) and load(tmp_path).loaded is again.loaded  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing")  # peft asks by the old name
def test_a_saved_adapter_is_one_of_peft(moved: Hub, folder: Path, tmp_path: Path) -> None:
    moved.save(tmp_path)
    theirs = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder), str(tmp_path))
    ids = torch.arange(9)[None]
    with torch.no_grad():
        mine = moved.loaded.body.merge(moved.weights)(input_ids=ids).logits
        torch.testing.assert_close(theirs(input_ids=ids).logits, mine, atol=1e-4, rtol=1e-4)


def test_a_base_that_is_gone_or_another_is_said_in_words(
    made: Callable[..., Hub], model_in: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model, checkpoint = tmp_path / "model", tmp_path / "checkpoint"
    for made_here in (model, checkpoint):
        made_here.mkdir()
    made(model=str(model_in(model))).save(checkpoint)
    model_in(model, seed=1)
    with pytest.raises(ValueError, match=r"has other weights than the one that .*checkpoint was trained on"):
        load(checkpoint)
    config = json.loads((checkpoint / "config.json").read_text())
    (checkpoint / "config.json").write_text(json.dumps({**config, "model": str(tmp_path / "nowhere")}))
    with pytest.raises(ValueError, match=r"needs the model it was trained on: no model .*nowhere"):
        load(checkpoint)


def test_a_folder_without_weights_and_a_file_that_is_no_gguf_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no weights"):
        _ = Source(str(tmp_path)).digest
    (tmp_path / "model.bin").write_text("")
    with pytest.raises(ValueError, match="is a file, but no GGUF file"):
        _ = Source(str(tmp_path / "model.bin")).gguf


def test_bfloat16_is_refused_where_it_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    here = torch.device("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert number_for("auto", here) == torch.float32
    with pytest.raises(ValueError, match="no arithmetic for bfloat16"):
        number_for("bfloat16", here)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    assert number_for("bfloat16", here) == torch.bfloat16


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed")
def test_a_writer_that_is_not_installed_is_named(made: Callable[..., Hub]) -> None:
    with pytest.raises(ValueError, match=r"writer 'vllm' needs vLLM, which cannot be loaded .*pip install"):
        made(writer="vllm").sample(["1 + 1"], np.zeros(1, dtype=np.uint64), temperature=0.0, top_p=1.0, max_tokens=2)
