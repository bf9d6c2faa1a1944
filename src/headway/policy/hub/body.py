"""One loaded model, into which the weights of any number of policies can be put.

A policy of a large model is a few matrices (LoRA, arXiv:2106.09685) or, trained in full, all of them.
The solver, its base and its past share what training does not change: it is in memory once.
"""

import copy
import math
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import Parameter
from transformers import PreTrainedModel

if TYPE_CHECKING:
    from peft import LoraConfig

Weights = Mapping[str, Parameter]
"""What training changes, by name."""


@dataclass(frozen=True)
class Lora:
    """Low-rank matrices beside every linear layer (or those whose names end as in `targets`), the head left out."""

    rank: int = 16
    alpha: float = 32.0
    targets: tuple[str, ...] = ()

    def config(self, base: str | None = None) -> "LoraConfig":
        """The same in the words of peft, which only a process that trains needs to load."""
        from peft import LoraConfig

        return LoraConfig(
            base_model_name_or_path=base,
            r=self.rank,
            lora_alpha=self.alpha,  # type: ignore[arg-type]
            target_modules=list(self.targets) or "all-linear",
            task_type="CAUSAL_LM",
            inference_mode=True,
        )


class Body:
    """A model and the places of its trained weights; `quick` is a twin without adapters, for everything but training.

    Frozen weights are the same tensors in both. The twin's other weights are merged into it before it is
    used, once for a whole batch of prompts.
    """

    def __init__(self, model: PreTrainedModel, lora: Lora | None, *, device: torch.device, number: torch.dtype) -> None:
        self.lora, self.number = lora, number
        self.model = model.eval().requires_grad_(False)
        nn.Module.to(self.model, device)
        shared: dict[int, object] = {id(one): one for one in model.parameters()} if lora else {}
        self.quick: PreTrainedModel = copy.deepcopy(model, shared)
        if lora is None:
            nn.Module.to(self.quick, number)
            trained = {id(one): name for name, one in model.named_parameters()}
        else:
            self._adapt(lora)
            trained = {id(one): name for name, one in model.named_parameters() if ".lora_" in name}
        self.places: dict[str, list[tuple[nn.Module, str]]] = {name: [] for name in trained.values()}
        for module in self.model.modules():
            for attribute, one in module._parameters.items():
                if id(one) in trained:
                    self.places[trained[id(one)]].append((module, attribute))

    def _adapt(self, lora: Lora) -> None:
        from peft import inject_adapter_in_model
        from peft.tuners.lora import LoraLayer

        inject_adapter_in_model(lora.config(), self.model)
        self.merged = {name: one for name, one in self.model.named_modules() if isinstance(one, LoraLayer)}
        for name in self.merged:
            target = self.quick.get_submodule(name)
            target.weight = Parameter(torch.empty_like(target.weight), requires_grad=False)  # type: ignore[arg-type]

    def fresh(self, seed: int) -> dict[str, Parameter]:
        """The weights that a first policy has: the model's own, or adapters that change nothing yet."""
        generator = torch.Generator().manual_seed(seed)
        made = {}
        for name, spots in self.places.items():
            module, attribute = spots[0]
            value: Tensor = module._parameters[attribute].detach()  # type: ignore[union-attr]
            if self.lora is not None:
                value = torch.zeros_like(value, dtype=torch.float32)
                if ".lora_A." in name:
                    bound = 1 / math.sqrt(value.shape[1])
                    value = (torch.rand(value.shape, generator=generator) * 2 * bound - bound).to(value.device)
            made[name] = Parameter(value)
        return made

    def put(self, weights: Weights) -> PreTrainedModel:
        """The model with these weights in their places; gradients go to them."""
        for name, spots in self.places.items():
            for module, attribute in spots:
                module._parameters[attribute] = weights[name]
        return self.model

    @torch.no_grad()
    def merge(self, weights: Weights) -> PreTrainedModel:
        """The twin with these weights merged in."""
        self.put(weights)
        if self.lora is None:
            for mine, theirs in zip(self.quick.parameters(), self.model.parameters(), strict=True):
                mine.copy_(theirs)
            return self.quick
        for name, layer in self.merged.items():
            target: Tensor = self.quick.get_submodule(name).weight  # type: ignore[assignment]
            delta = layer.get_delta_weight("default")  # type: ignore[operator]
            frozen: Tensor = layer.get_base_layer().weight  # type: ignore[assignment]
            target.copy_(frozen + delta)  # added in single precision, rounded once
        return self.quick

    def arithmetic(self) -> AbstractContextManager[object]:
        """How a training pass computes: weights kept in single precision are multiplied in the faster type."""
        if self.lora is None and self.number != torch.float32:
            return torch.autocast(self.model.device.type, self.number)
        return nullcontext()
