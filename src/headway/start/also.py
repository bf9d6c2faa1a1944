"""A second role for somebody who plays already."""

from dataclasses import dataclass

from headway.cast import Cast
from headway.stages import Start
from headway.start.free import require_free


@dataclass(frozen=True)
class Also:
    """Another start, in whose cast the policy of `of` plays `role` as well: a past self, before there is one."""

    start: Start
    role: str = "past"
    of: str = "solver"

    def __call__(self, seed: int) -> Cast:
        """The cast of the inner start; ValueError where that role is taken."""
        cast = self.start(seed)
        require_free(cast, self, self.role)
        return cast.replace(self.role, cast[self.of])
