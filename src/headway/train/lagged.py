"""A role that is always what another role was some rounds ago: a judge that comes along, but late."""

from dataclasses import dataclass

from headway.attempts import Attempts
from headway.cast import Cast
from headway.stages import Train, require


@dataclass(frozen=True)
class Lagged:
    """Another way to train, after which `role` is played by what `of` was `by` rounds before.

    The policies in between wait in the cast as `past-1`, `past-2` and so on (`past-1` is one round old), so a cast is
    all that is needed to go on, and a roll-back takes them along; on disk they are links. Until `by` rounds are done
    the role stays as it began (`start.Also` gives it to the first solver). Its weights do change with training, only
    later: a loop that selects by it is circular.
    """

    train: Train
    by: int = 2
    role: str = "past"
    of: str = "solver"

    def __post_init__(self) -> None:
        require(self.by >= 1, self, "by", "a whole number of rounds of at least 1")
        require(self.of in self.train.roles, self, "of", f"a role that is trained: {', '.join(self.train.roles)}")
        require(self.role not in self.train.roles, self, "role", "a role that is not trained itself")

    @property
    def roles(self) -> tuple[str, ...]:
        return (*self.train.roles, self.role, *self._waiting)

    @property
    def _waiting(self) -> list[str]:
        """Who has been the past for fewer than `by` rounds, the newest first."""
        return [f"{self.role}-{rounds}" for rounds in range(1, self.by)]

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with newly trained roles, and everybody who waits one round older."""
        older = self.train(cast, attempts, seed)
        coming = cast[self.of]
        for waiting in self._waiting:
            leaving = cast[waiting] if waiting in cast else cast[self.role]
            older, coming = older.replace(waiting, coming), leaving
        return older.replace(self.role, coming)
