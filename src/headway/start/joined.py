"""A third party beside the cast of another start."""

from dataclasses import dataclass

from headway.cast import Cast
from headway.policy.endpoint import Endpoint
from headway.stages import Start
from headway.start.free import require_free


@dataclass(frozen=True)
class Joined:
    """Another start, and beside its cast a policy behind an address in a role of its own: a third party that judges."""

    start: Start
    endpoint: Endpoint
    role: str = "third"

    def __call__(self, seed: int) -> Cast:
        """The cast of the inner start with the endpoint in its role; ValueError where that role is taken."""
        cast = self.start(seed)
        require_free(cast, self, self.role)
        return cast.replace(self.role, self.endpoint)
