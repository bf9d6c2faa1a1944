"""A small Llama, written as llama.cpp would write it, and a package that carries a file."""

import hashlib
import zipfile
from pathlib import Path

import gguf
import numpy as np
from transformers import LlamaConfig, LlamaForCausalLM

from headway.models.llama import place

TOKENS = ("<|end|>", "<|user|>", *"abcdefgh0123456789", "Ġ", "ab", "cd", "Ġab")
MERGES = ("a b", "c d", "Ġ ab")
HEADS, KEY_HEADS, WIDTH = 4, 2, 32


def small_llama(*, tied: bool) -> LlamaForCausalLM:
    """A model with random weights of four heads, two key heads and two layers."""
    import torch

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(TOKENS),
        hidden_size=WIDTH,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        max_position_embeddings=64,
        tie_word_embeddings=tied,
        bos_token_id=None,
        eos_token_id=0,
    )
    return LlamaForCausalLM(config).eval()


def pairs(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of each head from two halves to pairs of neighbours: what llama.cpp's converter does."""
    rows, width = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


def write_gguf(model: LlamaForCausalLM, path: Path, *, cut: str = "smollm", extra: str = "") -> None:
    """The model as a GGUF file of 32-bit weights with a byte-level BPE tokenizer; `extra` adds a tensor."""
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(cut)
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3] + [1] * (len(TOKENS) - 2))
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(0)
    writer.add_chat_template("{% for m in messages %}<|user|>{{ m.content }}{% endfor %}")
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    layers = [f"blk.{index}.{part}.weight" for index in range(config.num_hidden_layers) for part in PARTS]
    for name in ["token_embd.weight", "output_norm.weight", "output.weight", *layers]:
        if name == "output.weight" and config.tie_word_embeddings:
            continue
        value = weights[str(place(name))]
        value = pairs(value, HEADS) if "attn_q" in name else pairs(value, KEY_HEADS) if "attn_k" in name else value
        writer.add_tensor(name, value)
    if extra:
        writer.add_tensor(extra, np.ones(4, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


PARTS = ("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")


def write_wheel(folder: Path, files: dict[str, bytes], *, package: str = "carrier", version: str = "1.0") -> Path:
    """A wheel with these files whose code fails when it is imported."""
    info = f"{package}-{version}.dist-info"
    content = {
        **files,
        f"{package}/__init__.py": b"raise SystemExit('foreign code was run')\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        f"Requires-Dist: a-package-that-nobody-has\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*content, f"{info}/RECORD"]))
    return path


def checksum(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
