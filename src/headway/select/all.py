"""No selection: all that was written is learned."""

from dataclasses import dataclass

import numpy as np

from headway.attempts import Attempts
from headway.stages import State


@dataclass(frozen=True)
class All:
    """Weight 1 for every attempt: self-training without a filter."""

    @property
    def of(self) -> None:
        """No verdict is optimised."""
        return None

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Unreadable attempts are learned like the others."""
        return attempts.weighing(np.ones(len(attempts)))
