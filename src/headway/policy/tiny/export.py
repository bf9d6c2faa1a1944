"""The same weights in a stock architecture of `transformers`, so that any tool that reads those can read ours."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from headway.policy.tiny.network import NORM_EPSILON, ROPE_THETA
from headway.policy.tiny.vocabulary import PAD, START, STOP

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from headway.policy.tiny import Tiny


def to_transformers(tiny: "Tiny", *, positions: int = 2048) -> "PreTrainedModel":
    """A model of `transformers` with the weights of `tiny` and the same logits; `save_pretrained` writes it.

    The architecture is Llama where every layer is rotary and sees the whole row, else SmolLM3, which has layers
    without positions and layers with a window.
    `positions` is the longest row that its config promises; the weights know no such limit. Needs `transformers`.
    """
    from transformers import LlamaConfig, LlamaForCausalLM, SmolLM3Config, SmolLM3ForCausalLM

    shape, vocabulary = tiny.network.shape, tiny.vocabulary
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
