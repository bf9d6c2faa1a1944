"""A Llama of two layers with random weights, a tokenizer of a few pieces, and no download."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

pytest.importorskip("transformers")
pytest.importorskip("peft")

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from headway.policy.hub import Hub, Lora, Settings

TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def tokenizer(template: str | None) -> PreTrainedTokenizerFast:
    """Every byte is a piece, and a few words are."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: index for index, piece in enumerate(["<end>", "<|user|>", "<|assistant|>", *alphabet])}
    merges = [("1", "2"), ("Ġ", "+"), ("Y", "es"), ("N", "o"), ("e", "s")]
    for left, right in [("e", "s"), *merges]:
        vocabulary.setdefault(left + right, len(vocabulary))
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[("e", "s"), *merges[:-1]]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<end>", additional_special_tokens=["<|user|>", "<|assistant|>"]
    )
    made.chat_template = template
    return made


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a chat template, as a folder."""
    return written(tmp_path_factory.mktemp("model"), TEMPLATE)


@pytest.fixture(scope="session")
def without_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model without one."""
    return written(tmp_path_factory.mktemp("bare"), None)


@pytest.fixture(scope="session")
def model_in() -> Callable[..., Path]:
    """Writes the model into a folder; another seed gives other weights, and it may be wider."""
    return written


def written(folder: Path, template: str | None = TEMPLATE, seed: int = 0, *, width: int = 32, heads: int = 4) -> Path:
    """A model with opinions: weights far enough from zero that tokens differ in probability."""
    words = tokenizer(template)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=width,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=heads,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.3,
        eos_token_id=0,
        bos_token_id=None,
        pad_token_id=None,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.lm_head.weight[0] *= 3.0  # so that some attempts end early and others late
    model.generation_config = GenerationConfig(eos_token_id=0)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def made(folder: Path) -> Callable[..., Hub]:
    """A policy on the small model, in this process, with other settings where they are given."""

    def make(seed: int = 0, **settings: object) -> Hub:
        return Hub.create(
            Settings(**{"model": str(folder), "lora": Lora(4, 8.0), "number": "float32", "workers": 0, **settings}),  # type: ignore[arg-type]
            seed=seed,
        )

    return make


@pytest.fixture
def moved(made: Callable[..., Hub]) -> Hub:
    """A policy whose adapters change something."""
    policy = made()
    policy = policy.copy()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for one in policy.parameters():
            one.add_(torch.randn(one.shape, generator=generator), alpha=0.3)
    return policy
