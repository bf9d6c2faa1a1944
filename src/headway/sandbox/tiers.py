"""How strong the walls are, by name: a tier is what was found to stand, never what was asked for."""

from typing import Literal, get_args

Tier = Literal["walled", "unshared", "filtered", "limited"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Strongest first."""
WALLS: dict[Tier, frozenset[str]] = {
    "walled": frozenset({"bubblewrap", "namespaces", "landlock", "seccomp"}),
    "unshared": frozenset({"namespaces", "landlock", "seccomp"}),
    "filtered": frozenset({"landlock", "seccomp"}),
    "limited": frozenset(),
}
"""The walls that stand in each tier; limits on processor time, memory and files hold in all of them."""


def tier_of(walls: frozenset[str]) -> Tier:
    """The strongest tier of which every wall stands."""
    return next(tier for tier in TIERS if WALLS[tier] <= walls)


def at_least(tier: Tier, least: Tier) -> bool:
    """Whether `tier` is as strong as `least`."""
    return TIERS.index(tier) <= TIERS.index(least)


class SandboxRefused(RuntimeError):
    """This machine has not the walls that were asked for, so nothing untrusted is run; the message says what to do."""


class SandboxLost(RuntimeError):
    """The warm process died or does not answer: nothing is known of the candidate that it was running."""
