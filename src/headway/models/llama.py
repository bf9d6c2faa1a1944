"""Llama-shaped weights: dequantised once, under the names of `transformers`, with the rows in its order.

Axes: H heads, K head width, D width of the stream.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gguf import GGUFReader

EMBEDDING, OUTPUT = "token_embd.weight", "output.weight"
OUTSIDE = {EMBEDDING: "model.embed_tokens.weight", OUTPUT: "lm_head.weight", "output_norm.weight": "model.norm.weight"}
INSIDE = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_BLOCK = re.compile(r"blk\.(\d+)\.(\w+)\.weight")
SIZES = {
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv",
    "max_position_embeddings": "context_length",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
}


def reads(known: Mapping[str, Any], reader: "GGUFReader") -> bool:
    """Whether this is a plain Llama: every tensor has a place, every size is there, positions are not scaled."""
    return (
        known.get("general.architecture") == "llama"
        and all(f"llama.{field}" in known for field in (*SIZES.values(), "rope.freq_base"))
        and known.get("llama.rope.scaling.type", "none") == "none"
        and all(place(tensor.name) for tensor in reader.tensors)
    )


def place(name: str) -> str | None:
    """The name of a tensor in `transformers`; None where a plain Llama has none such."""
    inside = _BLOCK.fullmatch(name)
    if inside and inside[2] in INSIDE:
        return f"model.layers.{inside[1]}.{INSIDE[inside[2]]}.weight"
    return OUTSIDE.get(name)


def write(known: Mapping[str, Any], reader: "GGUFReader", folder: Path) -> None:
    """Write `model.safetensors`, `config.json` and `generation_config.json`."""
    from gguf import dequantize
    from safetensors.numpy import save_file

    heads = {"attn_q": known["llama.attention.head_count"], "attn_k": known["llama.attention.head_count_kv"]}
    weights = {}
    for tensor in reader.tensors:
        value = dequantize(tensor.data, tensor.tensor_type)
        inside = _BLOCK.fullmatch(tensor.name)
        if inside and inside[2] in heads:
            value = halves(value, heads[inside[2]])
        weights[place(tensor.name)] = np.ascontiguousarray(value, dtype=np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = configured(known, vocabulary=len(weights[OUTSIDE[EMBEDDING]]), tied=OUTSIDE[OUTPUT] not in weights)
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    ids = {name: config[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    (folder / "generation_config.json").write_text(json.dumps(ids, indent=1), encoding="utf-8")


def halves(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of each head from pairs of neighbours, as llama.cpp rotates them, to two halves, as `transformers` does.

    (H * K, D) to the same; the inverse of the permutation of llama.cpp's own converter.
    """
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def configured(known: Mapping[str, Any], *, vocabulary: int, tied: bool) -> dict[str, Any]:
    """The `config.json` of a `LlamaForCausalLM`."""
    heads, width = known["llama.attention.head_count"], known["llama.embedding_length"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "dtype": "float32",
        **{name: known[f"llama.{field}"] for name, field in SIZES.items()},
        "head_dim": known.get("llama.rope.dimension_count", width // heads),
        "hidden_act": "silu",
        "rope_parameters": {"rope_type": "default", "rope_theta": known["llama.rope.freq_base"]},
        "vocab_size": vocabulary,
        "tie_word_embeddings": tied,
        "bos_token_id": known.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": known.get("tokenizer.ggml.eos_token_id"),
        "pad_token_id": known.get("tokenizer.ggml.padding_token_id", known.get("tokenizer.ggml.eos_token_id")),
    }
