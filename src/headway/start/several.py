"""The same start from several seeds."""

from dataclasses import dataclass

from headway.cast import Cast
from headway.seeds import derived_seed
from headway.stages import Start, require


@dataclass(frozen=True)
class Several:
    """The solvers that one start makes from different seeds, a role each; `base` is the first one's.

    The first of `roles` is made with the run's own seed, so that what is replayed is what that one has learned;
    each of the others draws its own weights, its own data by the world and its own order.
    """

    of: Start
    roles: tuple[str, ...] = ("solver", "second", "third")

    def __post_init__(self) -> None:
        require(len(set(self.roles)) == len(self.roles) >= 1, self, "roles", "one or more different roles")

    def __call__(self, seed: int) -> Cast:
        """The cast of a run with this seed."""
        first = self.of(seed)
        others = {role: self.of(derived_seed(seed, "role", role))["solver"] for role in self.roles[1:]}
        return Cast({self.roles[0]: first["solver"], **others, "base": first["base"]})
