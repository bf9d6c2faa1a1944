"""Saved policies in the form that `transformers` reads, and back."""

from pathlib import Path

from headway.policy import load
from headway.stages import Policy


def export(checkpoint: Path, folder: Path) -> None:
    """Write a saved policy into the existing empty `folder` as `transformers` reads it, tokenizer included."""
    from headway.policy.tiny import Tiny
    from headway.policy.tiny.export import write_transformers

    policy = load(checkpoint)
    if not isinstance(policy, Tiny):
        raise ValueError(f"{checkpoint} holds the policy {type(policy).__name__}, which has no weights of its own here")
    write_transformers(policy, folder)


def imported(folder: Path) -> Policy:
    """The policy in a folder that `export` wrote; ValueError where a tiny policy cannot be what is there."""
    from headway.policy.tiny.export import from_transformers

    return from_transformers(folder)
