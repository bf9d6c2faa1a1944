"""Saved policies in the form that `transformers` reads, and back."""

from pathlib import Path

from headway.cast import Policy
from headway.policy import load


def export(checkpoint: Path, folder: Path, *, merged: bool = True) -> None:
    """Write a saved policy into the existing empty `folder` as `transformers` reads it, tokenizer included.

    Adapters are merged into the model they were trained on, or with `merged` False written alone, as `peft` reads
    them. ValueError for a policy that has no weights of its own.
    """
    from headway.policy.tiny import Tiny

    policy = load(checkpoint)
    if isinstance(policy, Tiny):
        from headway.policy.tiny.export import write_transformers

        return write_transformers(policy, folder)
    from headway.policy.hub import Hub

    if not isinstance(policy, Hub):
        raise ValueError(f"{checkpoint} holds the policy {type(policy).__name__}, which has no weights of its own here")
    from headway.policy.hub import export as hub

    hub.write_transformers(policy, folder, merged=merged)


def imported(folder: Path) -> Policy:
    """The policy in a folder that `export` wrote; ValueError where a tiny policy cannot be what is there."""
    from headway.policy.tiny.export import from_transformers

    return from_transformers(folder)
