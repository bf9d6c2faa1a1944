"""Tasks that people or a generator give: fresh ones every round, never one of the exam's."""

from dataclasses import dataclass

from headway.attempts import Tasks
from headway.stages import Domain, State, require


@dataclass(frozen=True)
class Given:
    """`tasks` tasks of a domain each round, drawn anew with the round's seed."""

    domain: Domain
    tasks: int = 600

    def __post_init__(self) -> None:
        require(self.tasks >= 1, self, "tasks", "a whole number of at least 1")

    @property
    def of(self) -> None:
        """What is asked depends on no verdict."""
        return None

    def __call__(self, state: State) -> Tasks:
        """The training side of the domain's split."""
        return self.domain.tasks(self.tasks, state.seed_for("propose"))
