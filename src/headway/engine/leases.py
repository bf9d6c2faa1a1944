"""How long a worker may take for a job before somebody else gets it."""

from bisect import insort
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Leases:
    """`times` the median of its kind, and at least `least` [s]; `first` [s] until one of its kind is done.

    A job that takes longer than `late` medians is also given
    to an idle worker when nothing else waits, and again after as long: whoever is first is right, and the others are
    compared. None never does so, and then one slow worker holds up all; see `docs/scale.md`.
    """

    times: float = 10.0
    least: float = 30.0
    first: float = 900.0
    late: float | None = 3.0


@dataclass
class Durations:
    """How long jobs of each kind took [s], in order of length."""

    by_kind: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        """One more job."""
        insort(self.by_kind.setdefault(kind, []), seconds)

    def median(self, kind: str) -> float | None:
        """The median of a kind; None before one is done."""
        known = self.by_kind.get(kind)
        return None if not known else known[len(known) // 2]

    def lease(self, leases: Leases, kind: str) -> float:
        """How long a worker may take [s]."""
        usual = self.median(kind)
        return leases.first if usual is None else max(leases.times * usual, leases.least)
