"""The ways in which a policy can be asked what it thinks of answers, one a file.

A way takes a policy, what it is asked about and how replies are drawn, and gives one number in [0, 1] for every
answer, None where there is no reply that can be read: absence, never 0. A policy that cannot be asked in a way is an
error, and no other way stands in for it.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from headway.cast import Policy
from headway.verify.asking.asked import Asked, Drawing
from headway.verify.asking.likelihood import likelihood
from headway.verify.asking.reasons import reasons
from headway.verify.asking.score import score
from headway.verify.asking.tournament import tournament
from headway.verify.asking.verdict import verdict

__all__ = ["WAYS", "Asked", "Drawing", "Way"]


class Way(Protocol):
    """One way of asking."""

    def __call__(self, policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
        """A number in [0, 1] for every answer that is asked about, None where there is nothing to read."""
        ...


WAYS: Mapping[str, Way] = {
    "verdict": verdict,
    "likelihood": likelihood,
    "reasons": reasons,
    "score": score,
    "tournament": tournament,
}
