"""GGUF files of any architecture that `transformers` knows, through its own loader."""

import os
from pathlib import Path

from headway.models.cache import ModelError


def write(gguf: Path, folder: Path) -> None:
    """Write the model and its tokenizer into `folder`; ModelError where `transformers` does not know its kind."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    try:
        loaded = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(**where)
    except (ValueError, NotImplementedError, KeyError) as error:
        raise ModelError(
            f"{gguf} is of a kind that neither headway nor transformers can convert ({error}); "
            f"give the folder of the original model instead",
            os.EX_DATAERR,
        ) from None
    # The loaded model calls itself quantised and refuses to be saved, though its weights are plain by now.
    vars(loaded.config).pop("quantization_config", None)
    plain = AutoModelForCausalLM.from_config(loaded.config, dtype=torch.float32)
    plain.load_state_dict(loaded.state_dict())
    plain.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
