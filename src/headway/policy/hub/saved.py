"""A policy on disk: adapters in the format of peft and the name of their base, or a whole model. Never pickle."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.nn import Parameter

from headway.policy.hub.base import Source
from headway.policy.hub.body import Lora
from headway.policy.hub.loaded import Loaded, Settings
from headway.policy.hub.verdicts import Question

ADAPTER = "adapter_model.safetensors"
WHOLE = "model"
"""The folder, within a checkpoint, of a model that was trained in full: any program of the field can load it."""
PEFT = "base_model.model."
"""What peft puts before the names of a saved adapter."""


def save(folder: Path, loaded: Loaded, weights: dict[str, Parameter]) -> None:
    """Write a policy into an empty folder: `config.json` beside what the libraries themselves read."""
    settings = asdict(loaded.settings)
    if loaded.settings.lora is None:
        loaded.body.put(weights).save_pretrained(folder / WHOLE)
        loaded.tokens.tokenizer.save_pretrained(folder / WHOLE)
        settings["model"] = WHOLE
    else:
        tensors = {PEFT + name.replace(".default.", "."): one.detach().cpu() for name, one in weights.items()}
        save_file({name: one.contiguous() for name, one in tensors.items()}, folder / ADAPTER)
        loaded.settings.lora.config(loaded.settings.model).save_pretrained(str(folder))
    config = {"policy": "hub", **settings, "digest": loaded.digest}
    (folder / "config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Saved:
    """What a checkpoint's `config.json` says: the settings, and the digest of the base."""

    folder: Path
    settings: Settings
    digest: str

    @classmethod
    def read(cls, folder: Path) -> "Saved":
        """The words of a checkpoint; a model that was trained in full is found within it."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config.pop("policy")
        digest = config.pop("digest")
        lora, question = config.pop("lora"), config.pop("question")
        settings = Settings(
            lora=None if lora is None else Lora(**{**lora, "targets": tuple(lora["targets"])}),
            question=Question(question["text"], tuple(question["words"])),
            **{**config, "stop": tuple(config["stop"])},
        )
        return cls(folder, settings if lora else replace(settings, model=str(folder / WHOLE)), digest)

    def loaded(self, *, aside: bool = False) -> Loaded:
        """The base, from memory where a policy of this process has it; ValueError where it is gone or another one.

        `aside` has it on the processor.
        """
        try:
            loaded = Loaded.of(self.settings, aside=aside)
        except ValueError as reason:
            raise ValueError(f"the policy in {self.folder} needs the model it was trained on: {reason}") from None
        if self.settings.lora is not None and loaded.digest != self.digest:
            raise ValueError(
                f"the model {self.settings.model!r} has other weights than the one that {self.folder} was trained on "
                f"(SHA-256 {loaded.digest[:12]}, not {self.digest[:12]}); put the right one there"
            )
        return loaded

    def weights(self, loaded: Loaded) -> dict[str, Parameter]:
        """What training had made, on the device of the base."""
        if self.settings.lora is None:
            tensors = Source(self.settings.model).load(torch.float32).state_dict()
        else:
            saved = load_file(self.folder / ADAPTER)
            tensors = {name: saved[PEFT + name.replace(".default.", ".")] for name in loaded.body.places}
        device = loaded.body.model.device
        return {name: Parameter(tensors[name].to(device)) for name in loaded.body.places}
