"""Stretches of neighbouring steps, measured as one point: large enough to say something, few enough to be fast."""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST_ROWS, LEAST_POINTS = 128, 8
"""Rollouts that a point has, where the log has as many: a step of 16 rows says nothing alone. A small log is put
together less, so that it still has a course."""
MOST_POINTS = 60
MOST_ROWS, MOST_BYTES = 200_000, 256 << 20
"""What of one stretch is measured; of a larger one whole tasks are drawn, by their hash."""


@dataclass(frozen=True)
class Stretch:
    """Steps `first` to `last`, which are measured together and called by the first of them."""

    first: int
    last: int
    rows: int

    def __str__(self) -> str:
        return f"step {self.first}" if self.first == self.last else f"steps {self.first} to {self.last}"


def stretches(rows: Mapping[int, int]) -> list[Stretch]:
    """The steps in order, put together until each stretch has enough rows and there are few enough of them."""
    total = sum(rows.values())
    least = min(LEAST_ROWS, max(1, total // LEAST_POINTS))
    enough = max(least, -(-total // MOST_POINTS))
    steps = sorted(rows)
    if all(rows[step] >= least for step in steps) and len(steps) <= MOST_POINTS:
        return [Stretch(step, step, rows[step]) for step in steps]
    made: list[Stretch] = []
    first, held = None, 0
    for step in steps:
        first = step if first is None else first
        held += rows[step]
        if held >= enough:
            made.append(Stretch(first, step, held))
            first, held = None, 0
    if first is not None:
        # What is left over is too little for a point of its own.
        rest = made.pop() if made else Stretch(first, first, 0)
        made.append(Stretch(rest.first, steps[-1], rest.rows + held))
    return made


def share_of(rows: int, bytes_a_row: float) -> float:
    """The share of the tasks of a stretch that is measured, so that its rows fit."""
    return min(1.0, MOST_ROWS / max(rows, 1), MOST_BYTES / max(rows * bytes_a_row, 1.0))
