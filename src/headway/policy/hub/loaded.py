"""A model in memory, shared by all policies that are made of it, and the processes that answer with it."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from weakref import WeakValueDictionary

import torch

from headway.policy.device import device_here
from headway.policy.hub.base import Number, Source, number_for
from headway.policy.hub.body import Body, Lora, Weights
from headway.policy.hub.tokens import Tokens
from headway.policy.hub.verdicts import Question
from headway.policy.hub.workers import Job, Workers

if TYPE_CHECKING:
    from headway.policy.hub.by_vllm import Vllm

Writer = Literal["own", "vllm"]
"""Who draws the tokens of attempts: batches of our own, or vLLM with the same adapters."""


@dataclass(frozen=True)
class Settings:
    """All that makes a policy of a model, its weights aside; `headway.start.LanguageModel` explains the fields."""

    model: str
    lora: Lora | None = Lora()  # noqa: RUF009
    chat: bool = False
    stop: tuple[str, ...] = ()
    question: Question = Question()  # noqa: RUF009
    number: Number = "auto"
    workers: int | None = None
    writer: Writer = "own"


class Loaded:
    """A model, its tokenizer, and processes that are begun when there is work for more than one."""

    _known: ClassVar["WeakValueDictionary[tuple[Settings, str], Loaded]"] = WeakValueDictionary()

    def __init__(self, settings: Settings, *, aside: bool = False) -> None:
        self.settings, self.source = settings, Source(settings.model)
        self.digest = self.source.digest
        number = number_for(settings.number, device_here())
        device = torch.device("cpu") if aside else device_here()
        model = self.source.load(torch.float32 if settings.lora is None else number)
        ends = model.generation_config.eos_token_id if model.generation_config is not None else None
        ends = ends if isinstance(ends, list) else [] if ends is None else [ends]
        self.tokens = Tokens(self.source.tokenizer(), settings.chat, settings.stop, tuple(ends))
        self.body = Body(model, settings.lora, device=device, number=number)
        self.count = processes(device) if settings.workers is None else settings.workers
        self.workers: Workers | None = None

    @classmethod
    def of(cls, settings: Settings, *, aside: bool = False) -> "Loaded":
        """The model of these settings, the one in memory where a policy still uses it.

        Policies trained in full bring all weights themselves, so they share whatever has their shape.
        """
        source = Source(settings.model)
        if settings.lora is None:
            key = (replace(settings, model=""), _shape(source.folder))
        else:
            key = (settings, source.digest)
        loaded = cls._known.get(key)
        if loaded is None:
            loaded = cls._known[key] = cls(settings, aside=aside)
        return loaded

    @property
    def roomy(self) -> bool:
        """Whether many attempts are written together: on an accelerator, or where vLLM says how many."""
        return self.body.model.device.type != "cpu" or self.settings.writer == "vllm"

    @cached_property
    def vllm(self) -> "Vllm":
        """The engine of vLLM over this model; ValueError where that cannot be loaded, or cannot read the model."""
        if self.source.gguf:
            raise ValueError(
                f"vLLM reads folders of safetensors, not {self.source.gguf}; convert it, or use writer 'own'"
            )
        try:
            from headway.policy.hub.by_vllm import Vllm
        except ImportError as error:
            raise ValueError(
                f"writer 'vllm' needs vLLM, which cannot be loaded ({error}): pip install 'headway[vllm]'"
            ) from None
        assert self.settings.lora is not None, "vLLM is given adapters"
        return Vllm(self.source, self.settings.lora.rank, str(self.body.number).removeprefix("torch."))

    def run(self, weights: Weights, jobs: Sequence[Job]) -> list[Any]:
        """What each job gives with these weights, in order; in other processes where there are several jobs."""
        elsewhere = self.count > 0 and len(jobs) > 1
        if elsewhere and self.workers is None:
            self.workers = Workers(self.body.quick, self.tokens, self.count)
        model = self.body.merge(weights)
        if elsewhere and self.workers is not None:
            return self.workers.run(jobs)
        return [job(model, self.tokens) for job in jobs]


def processes(device: torch.device) -> int:
    """One process a core where the model is on the processor and there are several cores, else none."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if device.type == "cpu" and cores > 1 else 0


def _shape(folder: Path) -> str:
    """What a model is made like and reads like, whatever its weights."""
    sha = hashlib.sha256()
    for name in ("config.json", "tokenizer.json", "chat_template.jinja"):
        if (folder / name).is_file():
            sha.update((folder / name).read_bytes())
    return sha.hexdigest()
