"""A part of the exam that the gate never sees: what it did not choose by can say how well it chose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from headway.evidence import Governs
from headway.levers import Lever
from headway.seeds import derived_seed
from headway.stages import Gate, Report, Round, Ruling, require
from headway.stats import mean_with_bounds

PARTS = 1 << 63


@dataclass(frozen=True)
class Sealed:
    """Another gate, which sees the part `share` of the exam's tasks; `held_back` is what the others say.

    Which tasks, their names alone decide. A gate that picks the best of many rounds by an exam makes that exam's
    numbers too good; those of the tasks that it did not see are as they are.
    """

    gate: Gate
    share: float = 0.5

    def __post_init__(self) -> None:
        require(0.0 < self.share < 1.0, self, "share", "between 0 and 1")

    @property
    def evidence(self) -> Mapping[str, str | None]:
        """What the gate inside rests on."""
        return self.gate.evidence if isinstance(self.gate, Governs) else {}

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What the gate inside may change."""
        return self.gate.levers if isinstance(self.gate, Governs) else ()

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """The ruling of the gate inside, on its part of every exam."""
        return self.gate(tuple(self._seen(history)), index, part_of(report, self.share, seen=True))

    def held_back(self, report: Report) -> Report:
        """The exam on the tasks that the gate does not see."""
        return part_of(report, self.share, seen=False)

    def _seen(self, history: Sequence[Round]) -> Iterator[Round]:
        for turn in history:
            yield turn if turn.report is None else replace(turn, report=part_of(turn.report, self.share, seen=True))


def part_of(report: Report, share: float, *, seen: bool) -> Report:
    """The report on the tasks that a gate sees, or on the others; it has what is measured by task only."""
    mine = pl.Series([_seen(name, share) == seen for name in report.by_task["task"]], dtype=pl.Boolean)
    rows = report.by_task.filter(mine)
    known = {name: rows[name].drop_nulls().to_numpy() for name in report.estimates if name in rows.columns}
    return Report({name: mean_with_bounds(one, 0.025) for name, one in known.items() if one.size > 1}, rows)


@lru_cache(maxsize=16_384)
def _seen(name: str, share: float) -> bool:
    """Whether the gate sees the task of this name: exams have the same ones in every round."""
    return derived_seed("sealed", name) < share * PARTS
