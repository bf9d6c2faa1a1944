"""Who answers: policies behind one protocol (`headway.stages.Policy`). Torch is loaded only when one is."""

import json
from pathlib import Path

from headway.stages import Policy


def load(folder: Path) -> Policy:
    """The policy that was saved in `folder`; its `config.json` says which kind. ValueError for an unknown kind."""
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("policy")
    if kind == "tiny":
        from headway.policy.tiny import Tiny

        return Tiny.load(folder)
    raise ValueError(f"{folder / 'config.json'} names the policy {kind!r}; this version of headway reads 'tiny'")


def export(checkpoint: Path, folder: Path) -> None:
    """Write a saved policy into the existing empty `folder` as `transformers` reads it, tokenizer included."""
    from headway.policy.tiny import Tiny
    from headway.policy.tiny.export import write_transformers

    policy = load(checkpoint)
    if not isinstance(policy, Tiny):
        raise ValueError(f"{checkpoint} holds a {type(policy).__name__}, which is not exported")
    write_transformers(policy, folder)


def imported(folder: Path) -> Policy:
    """The policy in a folder that `export` wrote; ValueError where a tiny policy cannot be what is there."""
    from headway.policy.tiny.export import from_transformers

    return from_transformers(folder)
