"""The same weights in a stock architecture of `transformers` and back, so that other tools can read ours."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from headway.policy.tiny.network import NORM_EPSILON, ROPE_THETA, Network, Shape
from headway.policy.tiny.stock_tokenizer import read_vocabulary, write_tokenizer
from headway.policy.tiny.vocabulary import PAD, START, STOP

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from headway.policy.tiny import Tiny


def to_transformers(tiny: "Tiny", *, positions: int = 2048) -> "PreTrainedModel":
    """A model of `transformers` with the weights of `tiny` and the same logits; `save_pretrained` writes it.

    The architecture is Llama where every layer is rotary and sees the whole row, else SmolLM3, which has layers
    without positions and layers with a window.
    `positions` is the longest row that its config promises; the weights know no such limit. Needs `transformers`.
    ValueError for a network with `sharper` attention, `rotary_heads` or `beyond`, which no stock architecture has.
    """
    from transformers import LlamaConfig, LlamaForCausalLM, SmolLM3Config, SmolLM3ForCausalLM

    shape, vocabulary = tiny.network.shape, tiny.vocabulary
    if shape.sharper:
        raise ValueError(
            "this policy's attention grows sharper with the length of a row (Shape.sharper), which no architecture of "
            "transformers computes; train one with sharper=False to export it"
        )
    if shape.beyond:
        raise ValueError(
            f"this policy's layers without positions do not see the last {shape.beyond} tokens (Shape.beyond), which "
            "no architecture of transformers computes; train one with beyond=0 to export it"
        )
    if shape.heads_of(True) != shape.heads:
        raise ValueError(
            f"this policy's rotary layers have {shape.rotary_heads} heads and the others {shape.heads}, and a stock "
            f"architecture has one number; train one without Shape.rotary_heads to export it"
        )
    sizes: dict[str, Any] = {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "max_position_embeddings": positions,
        "rms_norm_eps": NORM_EPSILON,
        "rope_parameters": {"rope_type": "default", "rope_theta": ROPE_THETA},
        "tie_word_embeddings": False,
        "pad_token_id": vocabulary[PAD],
        "bos_token_id": vocabulary[START],
        "eos_token_id": vocabulary[STOP],
    }
    if shape.window is not None:
        kinds = ["sliding_attention" if rotary else "full_attention" for rotary in shape.rotary]
        sizes |= {"use_sliding_window": True, "sliding_window": shape.window, "layer_types": kinds}
    if all(shape.rotary) and shape.window is None:
        model = LlamaForCausalLM(LlamaConfig(**sizes))
    else:
        model = SmolLM3ForCausalLM(SmolLM3Config(**sizes, no_rope_layers=[int(rotary) for rotary in shape.rotary]))
    model.load_state_dict(llama_weights(tiny))
    return model.eval()


def llama_weights(tiny: "Tiny") -> dict[str, Tensor]:
    """Copies of the weights under Llama's names: each norm's gain on its own, and the joined matrices taken apart."""
    network = tiny.network
    weights = {"model.embed_tokens.weight": network.embed.weight}
    for index, block in enumerate(network.blocks):
        layer = f"model.layers.{index}"
        query, key, value = block.qkv.weight.chunk(3)
        gate, up = block.gate_up.weight.chunk(2)
        weights |= {
            f"{layer}.input_layernorm.weight": block.qkv.gain,
            f"{layer}.self_attn.q_proj.weight": query,
            f"{layer}.self_attn.k_proj.weight": key,
            f"{layer}.self_attn.v_proj.weight": value,
            f"{layer}.self_attn.o_proj.weight": block.out.weight,
            f"{layer}.post_attention_layernorm.weight": block.gate_up.gain,
            f"{layer}.mlp.gate_proj.weight": gate,
            f"{layer}.mlp.up_proj.weight": up,
            f"{layer}.mlp.down_proj.weight": block.down.weight,
        }
    weights |= {"model.norm.weight": network.head.gain, "lm_head.weight": network.head.weight}
    return {name: torch.clone(weight.detach()) for name, weight in weights.items()}


def write_transformers(tiny: "Tiny", folder: Path) -> None:
    """Write the model and its tokenizer into `folder`, as `AutoModelForCausalLM` and `AutoTokenizer` read them."""
    to_transformers(tiny).save_pretrained(folder)
    write_tokenizer(tiny.vocabulary, folder)


def from_transformers(folder: Path) -> "Tiny":
    """The tiny policy in a folder that `write_transformers` wrote, or that was trained on elsewhere since.

    ValueError where the model is of another shape than a tiny policy can have.
    """
    from headway.policy.tiny import Tiny

    vocabulary = read_vocabulary(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    network = Network(_shape(folder, config, len(vocabulary)))
    network.load_state_dict(_weights(load_file(folder / "model.safetensors"), network.shape.layers))
    return Tiny(network, vocabulary)


def _shape(folder: Path, config: dict[str, Any], vocabulary: int) -> Shape:
    """The shape that a stock config describes; ValueError names what a tiny policy has not."""
    layers = config["num_hidden_layers"]
    wanted = {
        "model_type": ("llama", "smollm3"),
        "num_key_value_heads": (config["num_attention_heads"],),
        "rms_norm_eps": (NORM_EPSILON,),
        "vocab_size": (vocabulary,),
        "tie_word_embeddings": (False,),
        "attention_bias": (False, None),
    }
    found = {name: config.get(name) for name in wanted} | {"rope_theta": config["rope_parameters"]["rope_theta"]}
    for name, allowed in {**wanted, "rope_theta": (ROPE_THETA,)}.items():
        if found[name] not in allowed:
            raise ValueError(
                f"{folder / 'config.json'} has {name} {found[name]!r}, and a tiny policy has {allowed[0]!r}; "
                f"run this model as it is, by its folder"
            )
    rotary = config["no_rope_layers"] if config["model_type"] == "smollm3" else [1] * layers
    return Shape(
        vocabulary,
        config["hidden_size"],
        config["num_attention_heads"],
        config["intermediate_size"],
        tuple(map(bool, rotary)),
        config["sliding_window"] if config.get("use_sliding_window") else None,
    )


def _weights(stock: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """The inverse of `llama_weights`: the matrices that share an input are joined again."""
    weights = {
        "embed.weight": stock["model.embed_tokens.weight"],
        "head.gain": stock["model.norm.weight"],
        "head.weight": stock["lm_head.weight"],
    }
    for index in range(layers):
        layer, block = f"model.layers.{index}", f"blocks.{index}"
        weights |= {
            f"{block}.qkv.gain": stock[f"{layer}.input_layernorm.weight"],
            f"{block}.qkv.weight": torch.cat([stock[f"{layer}.self_attn.{part}_proj.weight"] for part in "qkv"]),
            f"{block}.out.weight": stock[f"{layer}.self_attn.o_proj.weight"],
            f"{block}.gate_up.gain": stock[f"{layer}.post_attention_layernorm.weight"],
            f"{block}.gate_up.weight": torch.cat([stock[f"{layer}.mlp.{part}_proj.weight"] for part in ("gate", "up")]),
            f"{block}.down.weight": stock[f"{layer}.mlp.down_proj.weight"],
        }
    return weights
