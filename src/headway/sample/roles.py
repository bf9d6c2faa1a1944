"""The same tasks tried by several of the cast."""

from dataclasses import dataclass, replace

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.sample.each import Each
from headway.seeds import derived_seed
from headway.stages import require


@dataclass(frozen=True)
class Roles:
    """Every task as `inner` says, by each of `roles`, one after the other; the column `author` tells them apart."""

    inner: Each
    roles: tuple[str, ...]

    def __post_init__(self) -> None:
        require(len(set(self.roles)) == len(self.roles) >= 1, self, "roles", "one or more different roles")

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Rows in the order of the roles; their draws have nothing in common."""
        return Attempts.join(
            [replace(self.inner, role=role)(cast, tasks, derived_seed(seed, role)) for role in self.roles]
        )
