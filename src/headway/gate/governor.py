"""A gate that can say no: a round stands only if it is shown to hold every standard."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headway.gate.standards import Standard
from headway.stages import Report, Round, Ruling, require
from headway.stats import Estimate

STANDARDS = (Standard("accuracy", 0.03), Standard("pass@16", 0.1), Standard("distinct_right", 0.2, relative=True))
"""Margins that an exam of 200 tasks can show: at round 8 the one-sided bounds lie about 0.03, 0.06 and 0.14 below."""


@dataclass(frozen=True)
class Governor:
    """Held-out non-inferiority: a round that is not shown to hold every standard is rolled back to the best round.

    A run tests once a round, so the error that all rounds together may make, `alpha`, is spent over
    them: round r gets alpha * 6 / (pi^2 r^2), which sums to alpha however long the run is. The best
    round is the accepted one with the highest `goal`. `patience` rejected rounds in a row stop the run.
    """

    standards: tuple[Standard, ...] = STANDARDS
    goal: str = "accuracy"
    alpha: float = 0.1
    patience: int = 4

    def __post_init__(self) -> None:
        require(len(self.standards) >= 2, self, "standards", "two or more: one number lies")
        require(0.0 < self.alpha < 1.0, self, "alpha", "between 0 and 1")
        require(self.patience >= 1, self, "patience", "a whole number of at least 1")

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """Round 0 is what all others are held against, and always stands."""
        for standard in self.standards:
            standard.measured(report)
        accepted = [turn for turn in history if turn.ruling is not None and turn.ruling.accept]
        if not accepted:
            return Ruling(accept=True, keep=index, best=index, reason="accepted: this is where the loop starts")
        alpha = self.alpha * 6.0 / (math.pi * index) ** 2
        evidence = {standard.metric: standard.difference(report, accepted, alpha) for standard in self.standards}
        allowed = {standard.metric: standard.allowed(accepted) for standard in self.standards}
        broken = [metric for metric, gain in evidence.items() if gain.low < -allowed[metric]]
        best = self._best(accepted)
        if broken:
            stop = rejected_in_a_row(history) + 1 >= self.patience
            reason = "rolled back: " + "; ".join(_said(metric, evidence[metric], allowed[metric]) for metric in broken)
            if stop:
                reason += f"; stopped after {self.patience} rejected rounds in a row"
            return Ruling(accept=False, keep=best, best=best, reason=reason, stop=stop, evidence=evidence)
        gain = report.estimates[self.goal].value - history[best].report.estimates[self.goal].value  # type: ignore[union-attr]
        reason = f"accepted: {self.goal} {gain:+.3f} against round {best}, every standard held"
        return Ruling(accept=True, keep=index, best=index if gain > 0 else best, reason=reason, evidence=evidence)

    def _best(self, accepted: Sequence[Round]) -> int:
        reports = {turn.index: turn.report for turn in accepted if turn.report is not None}
        return max(reports, key=lambda index: reports[index].estimates[self.goal].value)


def rejected_in_a_row(history: Sequence[Round]) -> int:
    """How many of the latest rounds were not accepted."""
    row = 0
    for turn in reversed(history):
        if turn.ruling is None or turn.ruling.accept:
            break
        row += 1
    return row


def _said(metric: str, gain: Estimate, allowed: float) -> str:
    return f"{metric} {gain.value:+.3f} against its best round may be as low as {gain.low:+.3f}, beyond -{allowed:.3f}"
