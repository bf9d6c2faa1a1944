"""MAP-Elites: the best attempt of every kind, kept for good, so that selection cannot narrow to one kind."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.select.behaviour import Axis, behaviour
from headway.stages import RoundRefused, State, require


@dataclass(frozen=True)
class Elites:
    """The elites of an archive (MAP-Elites, arXiv:1504.04909; pyribs): of each cell of behaviour the best attempt yet.

    Cells are those of `axes` together. What is good enough, at least `floor` by the verdict `of`, enters where its cell
    is empty or holds something worse; what is there first stays at equal verdicts. The archive is made anew from what
    the current cast's line learned and this round wrote, so a roll-back takes it along. Elites of this round weigh 1,
    and those of earlier rounds come back beside them, weight 1 each: what is learned is the whole archive.
    """

    axes: tuple[Axis, ...]
    of: str = "tool"
    floor: float = 0.5

    def __post_init__(self) -> None:
        require(len(self.axes) >= 1, self, "axes", "one or more axes")
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """This round's attempts, weighed, and then the elites of earlier rounds; RoundRefused where there are none."""
        before = self._earlier(state, attempts)
        table = Attempts.join([*before, attempts])
        old = len(table) - len(attempts)
        elite = self.elite(table)
        if not elite.any():
            raise RoundRefused(
                f"no attempt has a verdict {self.of!r} of {self.floor:g} or more, so the archive is empty"
            )
        weighed = attempts.weighing(elite[old:].astype(float))
        if not elite[:old].any():
            return weighed
        return Attempts.join([weighed, Attempts(table.frame[:old].filter(pl.Series(elite[:old])))])

    def elite(self, table: Attempts) -> np.ndarray:
        """Which rows are their cell's, (rows,); of equals in a cell the first one."""
        from ribs.archives import GridArchive

        worth, place = table.verdict(self.of).fill_null(-1.0).to_numpy(), behaviour(table, self.axes)
        able = np.flatnonzero((worth >= self.floor) & np.isfinite(place).all(axis=1))
        archive = GridArchive(
            solution_dim=1,
            dims=[axis.cells for axis in self.axes],
            ranges=[(0.0, 1.0)] * len(self.axes),
            solution_dtype=np.int64,
            objective_dtype=np.float64,
            measures_dtype=np.float64,
        )
        if len(able):
            archive.add(able[:, None], worth[able], place[able])
        kept = np.zeros(len(table), dtype=bool)
        kept[archive.data("solution").ravel()] = True  # type: ignore[union-attr]
        return kept

    def _earlier(self, state: State, attempts: Attempts) -> list[Attempts]:
        """What the line learned, each attempt once, without the world's and without this round's own."""
        if not state.kept:
            return []
        frame = pl.concat([kept.frame for kept in state.kept], how="diagonal_relaxed").unique("id", maintain_order=True)
        own = (pl.col("author") != WORLD) & ~pl.col("id").is_in(attempts["id"].implode())
        return [Attempts(frame.filter(own & (pl.col("weight") > 0.0)))]
