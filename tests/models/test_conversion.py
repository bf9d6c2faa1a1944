"""A GGUF file and the folder made of it are one model."""

import hashlib
import json

import numpy as np
import pytest
import torch
from made_models import HEADS, TOKENS, pairs, small_llama, write_gguf
from safetensors.numpy import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from headway.models import MODELS, ModelError, folder_of, resolve
from headway.models.llama import halves

LOADED_BY_TRANSFORMERS = "785e20b3e653276b0579b744214a1186d730ba80af04f397f642d6432e5e0154"


@pytest.mark.parametrize("tied", [True, False])
def test_the_weights_are_those_of_the_model_and_of_transformers_own_loader(tmp_path, tied):
    model, path = small_llama(tied=tied), tmp_path / "small.gguf"
    write_gguf(model, path)
    folder = resolve(path)
    ours = AutoModelForCausalLM.from_pretrained(folder)
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file=path.name, dtype=torch.float32)
    for name, weight in model.state_dict().items():
        assert torch.equal(ours.state_dict()[name], weight), name
        assert torch.equal(theirs.state_dict()[name], weight), name
    ids = torch.arange(len(TOKENS))[None]
    with torch.no_grad():
        torch.testing.assert_close(ours(ids).logits, model(ids).logits, atol=1e-5, rtol=1e-5)
    assert ours.config.tie_word_embeddings == tied
    assert resolve(path) == folder


def test_rows_of_heads_come_back_in_order():
    weight = np.arange(32 * 3, dtype=np.float32).reshape(32, 3)
    assert (halves(pairs(weight, HEADS), HEADS) == weight).all()
    assert not (pairs(weight, HEADS) == weight).all()


def test_the_tokenizer_cuts_as_the_file_says(tmp_path):
    read = {}
    for cut in ("smollm", "gpt-2"):
        write_gguf(small_llama(tied=True), tmp_path / f"{cut}.gguf", cut=cut)
        read[cut] = AutoTokenizer.from_pretrained(resolve(tmp_path / f"{cut}.gguf"))
    for tokenizer in read.values():
        assert tokenizer.convert_ids_to_tokens(tokenizer("ab ab<|user|>cd").input_ids) == [
            "ab", "Ġab", "<|user|>", "cd",
        ]  # fmt: skip
        assert tokenizer.eos_token == "<|end|>"
        assert tokenizer.apply_chat_template([{"role": "user", "content": "ab"}], tokenize=False) == "<|user|>ab"
    pieces = {cut: one.backend_tokenizer.pre_tokenizer.pre_tokenize_str("a 12") for cut, one in read.items()}
    assert [piece for piece, _ in pieces["smollm"]] == ["a", "Ġ", "1", "2"]
    assert [piece for piece, _ in pieces["gpt-2"]] == ["a", "Ġ12"]


def test_what_is_not_known_here_goes_through_transformers(tmp_path):
    """Another way to cut text: transformers' loader converts it, and the result can be loaded."""
    write_gguf(small_llama(tied=True), tmp_path / "other.gguf", cut="qwen2")
    folder = resolve(tmp_path / "other.gguf")
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
    ours = AutoModelForCausalLM.from_pretrained(folder)
    for name, weight in small_llama(tied=True).state_dict().items():
        assert torch.equal(ours.state_dict()[name], weight), name


def test_what_no_conversion_keeps_is_refused(tmp_path, cache):
    write_gguf(small_llama(tied=True), tmp_path / "scaled.gguf", extra="rope_freqs.weight")
    with pytest.raises(ModelError, match="scales its rotary frequencies"):
        resolve(tmp_path / "scaled.gguf")
    (tmp_path / "half.gguf").write_bytes((tmp_path / "scaled.gguf").read_bytes()[:3000])
    with pytest.raises(ModelError, match=r"half\.gguf cannot be read as GGUF"):
        resolve(tmp_path / "half.gguf")
    assert list((cache / "models").iterdir()) == []


def test_a_model_that_is_not_here_is_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="type `headway models fetch smollm2-135m` first"):
        resolve("smollm2-135m")
    with pytest.raises(ModelError, match=r"'smollm' is no model: name smollm2-135m or minilm, a folder"):
        resolve("smollm")
    (tmp_path / "config.json").write_text("{}")
    assert resolve(tmp_path) == tmp_path


@pytest.fixture
def smollm2():
    folder = folder_of(MODELS["smollm2-135m"])
    if not folder.is_dir():
        pytest.skip("the model is not in the cache; `headway models fetch smollm2-135m` brings it")
    return folder


@pytest.mark.pretrained
def test_smollm2_has_the_bits_that_transformers_own_loader_makes(smollm2):
    """The checksum was taken of what transformers 5.23 loads from the GGUF file, in order of name."""
    digest = hashlib.sha256()
    for name, weight in sorted(load_file(smollm2 / "model.safetensors").items()):
        digest.update(name.encode() + weight.tobytes())
    assert digest.hexdigest() == LOADED_BY_TRANSFORMERS


@pytest.mark.pretrained
def test_smollm2_says_what_llama_cpp_says_of_the_same_file(smollm2):
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    ids = tokenizer("Once upon a time", return_tensors="pt").input_ids
    with torch.no_grad():
        logprobs = AutoModelForCausalLM.from_pretrained(smollm2)(ids).logits[0, -1].log_softmax(-1)
    # llama.cpp computes with 8-bit activations, so it is near and not the same.
    for token, said in ((",", -0.066), (" in", -4.19), (" there", -5.06)):
        assert float(logprobs[tokenizer(token).input_ids[0]]) == pytest.approx(said, abs=0.25)
