"""The tokenizer in a GGUF file's header, as the files that `AutoTokenizer` reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DIGITS_APART = "smollm"
SPLITS = (DIGITS_APART, "gpt-2")
"""Ways to cut text before byte-pair merges that are known here, by llama.cpp's names."""
CONTROL, BY_THE_USER = 3, 4
ROLES = {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}


def reads(known: Mapping[str, Any]) -> bool:
    """Whether it is a byte-level BPE tokenizer of a kind that is known here, and adds nothing of its own."""
    return (
        known.get("tokenizer.ggml.model") == "gpt2"
        and known.get("tokenizer.ggml.pre") in SPLITS
        and not known.get("tokenizer.ggml.add_bos_token", False)
        and not known.get("tokenizer.ggml.add_eos_token", False)
    )


def write(known: Mapping[str, Any], folder: Path) -> None:
    """Write `tokenizer.json`, `tokenizer_config.json` and, where there is one, the chat template."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tokens, kinds = known["tokenizer.ggml.tokens"], known["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ")) for merge in known["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens)}, merges))
    space = bool(known.get("tokenizer.ggml.add_space_prefix", False))
    bytewise = pre_tokenizers.ByteLevel(add_prefix_space=space)
    apart = known["tokenizer.ggml.pre"] == DIGITS_APART
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, bytewise]) if apart else bytewise  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    whole = [(token, kind) for token, kind in zip(tokens, kinds, strict=True) if kind in (CONTROL, BY_THE_USER)]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token, kind in whole if kind == CONTROL])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token, kind in whole if kind == BY_THE_USER])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    roles = {f"{role}_token": known.get(f"tokenizer.ggml.{field}_token_id") for role, field in ROLES.items()}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "model_max_length": known["llama.context_length"],
        **{role: tokens[index] for role, index in roles.items() if index is not None},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    if "tokenizer.chat_template" in known:
        (folder / "chat_template.jinja").write_text(known["tokenizer.chat_template"], encoding="utf-8")
