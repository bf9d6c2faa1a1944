"""A GGUF file as the folder that `transformers` reads: 32-bit safetensors, config and tokenizer.

Llama-shaped models with a byte-level BPE tokenizer are converted here, without torch. Every other architecture goes
through the loader of `transformers` itself, which knows many and needs torch and more memory.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.models.cache import ModelError

if TYPE_CHECKING:
    from gguf import GGUFReader

ROTARY_FACTORS = "rope_freqs.weight"


def convert(gguf: Path, folder: Path) -> None:
    """Write the model in the file `gguf` into the existing empty `folder`."""
    from headway.models import llama, tokenizer

    reader = _opened(gguf)
    if any(tensor.name == ROTARY_FACTORS for tensor in reader.tensors):
        raise ModelError(
            f"{gguf} scales its rotary frequencies ({ROTARY_FACTORS}), which no conversion keeps; "
            f"give the folder of the original model instead",
            os.EX_DATAERR,
        )
    known = fields(reader)
    if llama.reads(known, reader) and tokenizer.reads(known):
        llama.write(known, reader, folder)
        tokenizer.write(known, folder)
    else:
        from headway.models.stock import write

        write(gguf, folder)


def fields(reader: "GGUFReader") -> dict[str, Any]:
    """Every field of the file's header as plain Python values."""
    return {name: field.contents() for name, field in reader.fields.items()}


def _opened(gguf: Path) -> "GGUFReader":
    try:
        from gguf import GGUFReader
    except ImportError:
        raise ModelError("a GGUF file is read with the package gguf; type `pip install 'headway[hub]'`") from None
    try:
        return GGUFReader(gguf)
    except (ValueError, IndexError) as error:
        raise ModelError(f"{gguf} cannot be read as GGUF ({error}); is it whole?", os.EX_DATAERR) from None
