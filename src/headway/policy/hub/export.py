"""A trained policy as a whole model of `transformers`, or as the adapters alone."""

from pathlib import Path

from headway.policy.hub import Hub
from headway.policy.hub.saved import save


def write_transformers(policy: Hub, folder: Path, *, merged: bool = True) -> None:
    """Write the policy into `folder`: its adapters merged into the model, tokenizer included, or the adapters alone.

    Adapters alone are what `peft` reads, and name the folder of their base. A model that was trained in full has none,
    and is always written whole.
    """
    if not merged and policy.loaded.settings.lora is not None:
        save(folder, policy.loaded, policy.weights)
        (folder / "config.json").unlink()  # headway's own; a folder of peft has none
        return
    body = policy.loaded.body
    model = body.merge(policy.weights) if policy.loaded.settings.lora else body.put(policy.weights)
    model.save_pretrained(folder)
    policy.tokens.tokenizer.save_pretrained(folder)
