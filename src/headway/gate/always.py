"""No gate: every round stands. This is what most loops do."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.stages import Report, Round, Ruling


@dataclass(frozen=True)
class Always:
    """Accept every round and go on from it."""

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """The latest round is also called the best: nothing here compares rounds."""
        return Ruling(accept=True, keep=index, best=index, reason="accepted: this gate accepts every round")
