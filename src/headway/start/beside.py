"""The solver of one start beside the cast of another."""

from dataclasses import dataclass

from headway.cast import Cast
from headway.seeds import derived_seed
from headway.stages import Start
from headway.start.free import require_free


@dataclass(frozen=True)
class Beside:
    """Another start, and beside its cast the solver of `other` in a `role` of its own: other weights and other data."""

    start: Start
    other: Start
    role: str = "third"

    def __call__(self, seed: int) -> Cast:
        """The cast of the inner start and one role more; ValueError where that role is taken."""
        cast = self.start(seed)
        require_free(cast, self, self.role)
        return cast.replace(self.role, self.other(derived_seed(seed, "role", self.role))["solver"])
