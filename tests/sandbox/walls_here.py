"""Which walls this machine has, and a sentence for what it has not."""

from functools import lru_cache

import pytest

from headway.sandbox.sandbox import Sandbox
from headway.sandbox.tiers import TIERS, SandboxRefused, Tier


@lru_cache(maxsize=8)
def missing(tier: Tier) -> str | None:
    """Why this machine has not that tier; None where it has."""
    try:
        Sandbox(least=tier, most=tier, processes=1).close()
    except SandboxRefused as reason:
        return str(reason)
    return None


def best() -> Tier:
    """The strongest tier of this machine that may run what is untrusted; skips the test where there is none."""
    for tier in TIERS[:-1]:
        if missing(tier) is None:
            return tier
    pytest.skip(f"this kernel cannot run what is untrusted: {missing('filtered')}")


def need(tier: Tier) -> None:
    """Skip the test where this machine has not that tier."""
    if missing(tier) is not None:
        pytest.skip(missing(tier) or "")
