"""Rejection sampling whose floor is set so that enough is kept and what is kept is right."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts
from headway.balance import balance_score
from headway.select.above import Above
from headway.stages import State, require


@dataclass(frozen=True)
class Balanced:
    """As `Above`, at that one of `floors` of the verdict `of` whose choice has the best balance score in this round.

    The verdict `right` says what is right, where it says anything; `wanted` different right answers a task are enough.
    """

    of: str
    right: str = "tool"
    floors: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
    keep: int = 4
    wanted: int = 4

    def __post_init__(self) -> None:
        require(len(self.floors) >= 2, self, "floors", "two or more")
        require(all(0.0 <= one <= 1.0 for one in self.floors), self, "floors", "between 0 and 1")
        require(self.keep >= 1, self, "keep", "a whole number of at least 1")
        require(self.wanted >= 1, self, "wanted", "a whole number of at least 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Of floors that are equally good the lowest; tasks without a verdict `right` have no say in which."""
        right = attempts.verdict(self.right)
        chosen = {floor: Above(self.of, floor, self.keep)(attempts, state) for floor in sorted(self.floors)}
        scores = {floor: _score(one, right, self.wanted) for floor, one in chosen.items()}
        return chosen[max(scores, key=lambda floor: scores[floor])]


def _score(chosen: Attempts, right: pl.Series, wanted: int) -> float:
    rows = chosen.frame.select(
        "task", "answer", kept=pl.col("weight") > 0.0, right=right >= 0.5, known=right.is_not_null()
    )
    known = rows.filter(pl.col("known"))
    return balance_score(known, wanted) if len(known) else 0.0
