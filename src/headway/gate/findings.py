"""What an exam shows of a standard: that it holds, that it is broken, or neither."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np

from headway.gate.betting import evidence, lower_bound
from headway.gate.standards import Standard
from headway.stages import Report, Round
from headway.stats import Estimate, holm, mean_with_bounds

FEWEST = 2
"""Exam tasks below which nothing is known."""


@dataclass(frozen=True)
class Finding:
    """A standard in one round: the difference to its best round, with one-sided bounds at level `alpha` each.

    `difference` is None where fewer than two tasks tell. `p_broken` is the p-value of having kept within the margin,
    corrected for all standards of the round.
    """

    standard: Standard
    difference: Estimate | None
    allowed: float
    alpha: float
    p_broken: float = 1.0

    @property
    def holds(self) -> bool:
        """Whether it is shown to hold; what is not known does not."""
        return self.difference is not None and self.difference.low >= -self.allowed

    @property
    def broken(self) -> bool:
        """Whether it is shown to be broken."""
        return self.p_broken <= self.alpha

    def __str__(self) -> str:
        if self.difference is None:
            return f"{self.standard.called} is not known in this round, and what is not known does not hold"
        said = f"{self.standard.called} {self.difference.value:+.3f} against its best round"
        if self.broken:
            return f"{said} is at most {self.difference.high:+.3f}, beyond -{self.allowed:.3f}"
        return f"{said} may be as low as {self.difference.low:+.3f}, beyond -{self.allowed:.3f}"

    @property
    def flip(self) -> str:
        """What evidence would turn it: more tasks, another difference, or any at all."""
        if self.difference is None:
            return f"{self.standard.called}: {FEWEST} exam tasks or more that measure it in both rounds"
        spare, width = self.difference.value + self.allowed, self.difference.value - self.difference.low
        if self.holds:
            return f"{self.standard.called}: a difference lower by {self.difference.low + self.allowed:.3f}"
        if spare <= 0.0:
            return f"{self.standard.called}: a difference higher by {-self.allowed - self.difference.low:.3f}"
        tasks = ceil(self.difference.n * (width / spare) ** 2)  # a bound is this much nearer with as many tasks
        return f"{self.standard.called}: the same difference over about {tasks:,} exam tasks, not {self.difference.n}"


def findings(
    standards: Sequence[Standard], report: Report, accepted: Sequence[Round], alpha: float, bounds: str
) -> list[Finding]:
    """What a round's exam shows of each standard.

    Each is shown to hold at level `alpha` of its own: a round stands only if all do, and one that breaks any is let
    through with probability `alpha` at most (an intersection-union test, Berger 1982). Which are shown to be
    broken is right for all of them at once (Holm 1979).
    """
    found = [_found(one, report, one.reference(accepted), alpha, BOUNDS[bounds]) for one in standards]
    corrected = holm([one.p_broken for one in found])
    return [replace(one, p_broken=p) for one, p in zip(found, corrected, strict=True)]


Tested = tuple[Estimate, float]
Test = Callable[[Standard, np.ndarray, float, float], Tested]


def _found(standard: Standard, report: Report, reference: Report | None, alpha: float, test: Test) -> Finding:
    gains = np.empty(0) if reference is None else standard.gains(report, reference)
    if reference is None or gains.size < FEWEST:
        return Finding(standard, None, standard.margin, alpha)
    allowed = standard.allowed(reference)
    difference, p_broken = test(standard, gains, allowed, alpha)
    return Finding(standard, difference, allowed, alpha, p_broken)


def student(standard: Standard, gains: np.ndarray, allowed: float, alpha: float) -> Tested:
    """Student's bounds: for a number of tasks that was fixed beforehand, and means that are nearly normal."""
    from scipy.special import stdtr

    difference, error = mean_with_bounds(gains, alpha), gains.std(ddof=1) / np.sqrt(gains.size)
    if error == 0.0:
        return difference, float(difference.value >= -allowed)
    return difference, float(stdtr(gains.size - 1, (difference.value + allowed) / error))


def betting(standard: Standard, gains: np.ndarray, allowed: float, alpha: float) -> Tested:
    """Bounds by bets: for any number of tasks, also one that was decided on the way, and any distribution."""
    if np.abs(gains).max() > standard.most:
        raise ValueError(
            f"the standard on {standard.metric!r} says that it is at most {standard.most:g} at a task, and it moved by "
            f"{np.abs(gains).max():g}; its bounds hold for what lies between 0 and `most`, so raise `most`"
        )
    low, high = lower_bound(gains, -standard.most, alpha), -lower_bound(-gains, -standard.most, alpha)
    against = evidence(-gains, allowed, -standard.most)[-1]
    return Estimate(float(gains.mean()), low, high, gains.size), float(np.exp(-max(against, 0.0)))


BOUNDS: Mapping[str, Test] = {"student": student, "betting": betting}
Bounds = Literal["student", "betting"]
