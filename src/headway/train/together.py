"""Several roles trained in one round, each its own way."""

from dataclasses import dataclass

from headway.attempts import Attempts
from headway.cast import Cast
from headway.seeds import derived_seed
from headway.stages import Train, require


@dataclass(frozen=True)
class Together:
    """Every part of `each` trains its role on the same kept attempts, with a seed of its own.

    A role that one part changes is what a later part finds; a round that one part refuses is refused whole.
    """

    each: tuple[Train, ...]

    def __post_init__(self) -> None:
        require(len(self.each) >= 1, self, "each", "one or more ways to train")
        require(len(set(self.roles)) == len(self.roles), self, "each", "parts that train different roles")

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for part in self.each for role in part.roles)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in every one of `roles`."""
        for part in self.each:
            cast = part(cast, attempts, derived_seed(seed, *part.roles))
        return cast
