"""A pretrained causal language model: found, loaded for the device there is, and known by its digest."""

import copy
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

Number = Literal["auto", "float32", "bfloat16"]
ALIGNED = 64
"""Bytes; where torch puts what it allocates itself."""
WEIGHTS = ("*.safetensors", "*.bin")
"""Where a model's weights are within its folder."""


@dataclass(frozen=True)
class Source:
    """Where a model comes from: a folder, a GGUF file, or a name that a hub knows."""

    model: str

    @property
    def folder(self) -> Path:
        """The folder of its files on this machine; ValueError where there is none."""
        path = Path(self.model).expanduser()
        if path.is_file():
            return path.parent
        return path if path.is_dir() else _snapshot(self.model)

    @property
    def gguf(self) -> str | None:
        """The name of the GGUF file in the folder, where it is one."""
        path = Path(self.model).expanduser()
        if path.is_file() and path.suffix != ".gguf":
            raise ValueError(f"{path} is a file, but no GGUF file; give its folder, a .gguf file or a hub's name")
        return path.name if path.is_file() else None

    @property
    def digest(self) -> str:
        """SHA-256 over the names and contents of the files that hold the weights."""
        folder = self.folder
        files = [folder / self.gguf] if self.gguf else sorted({f for kind in WEIGHTS for f in folder.glob(kind)})
        if not files:
            raise ValueError(f"{folder} holds no weights (*.safetensors, *.bin or a .gguf file)")
        sha = hashlib.sha256()
        for file in files:
            state = file.stat()
            sha.update(f"{file.name} {_digest(file, state.st_size, state.st_mtime_ns)}\n".encode())
        return sha.hexdigest()

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own tokenizer."""
        return AutoTokenizer.from_pretrained(self.folder, gguf_file=self.gguf)

    def load(self, number: torch.dtype) -> PreTrainedModel:
        """The model with weights of this type, on the CPU, ready to be asked."""
        with _without_bars():
            model = AutoModelForCausalLM.from_pretrained(self.folder, gguf_file=self.gguf, dtype=number)
        model = model if self.gguf is None else _without_quantisation(model)
        for one in model.parameters():
            if (
                one.data_ptr() % ALIGNED
            ):  # as the file has it; products would differ in their last bits by where they lie
                one.data = one.data.clone()
        return model


@contextmanager
def _without_bars() -> Iterator[None]:
    """Loading takes a moment, and a run has a display of its own."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _without_quantisation(model: PreTrainedModel) -> PreTrainedModel:
    """The same weights in a model that does not know of the file they came from, and so can be saved."""
    config = copy.deepcopy(model.config)
    if hasattr(config, "quantization_config"):
        del config.quantization_config  # type: ignore[attr-defined]
    plain = AutoModelForCausalLM.from_config(config, dtype=model.dtype)
    plain.load_state_dict(model.state_dict(), assign=True)
    plain.generation_config = model.generation_config
    plain.tie_weights()
    return plain


def number_for(number: Number, device: torch.device) -> torch.dtype:
    """The type of the weights: what was asked for, or what the device is fast at. ValueError for bf16 without it."""
    fast = _fast_at_bf16(device)
    if number == "bfloat16" and not fast:
        raise ValueError(
            f"this {device.type} has no arithmetic for bfloat16 and would be many times slower with it; use float32"
        )
    return (
        torch.bfloat16
        if number == "bfloat16" or (number == "auto" and fast and device.type != "cpu")
        else torch.float32
    )


def _fast_at_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        able = torch.cpu.get_capabilities()
        return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
    return device.type != "mps"


def _snapshot(name: str) -> Path:
    """The folder of a hub's model in the cache, fetched where it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt"]))
    except (HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError, OSError) as error:
        raise ValueError(
            f"no model {name!r}: it is neither a folder nor a GGUF file here, and the hub does not give it "
            f"({type(error).__name__}); give the folder of a model"
        ) from None


@lru_cache(maxsize=64)
def _digest(file: Path, size: int, changed: int) -> str:
    """SHA-256 of a file; size and time of change are what the answer is remembered by."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
