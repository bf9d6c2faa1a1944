"""A gate by one opinion alone: what is left where no standard is held, and what a model says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.gate.governor import rejected_in_a_row
from headway.stages import Report, Round, Ruling, require
from headway.stats import Estimate


@dataclass(frozen=True)
class Preferred:
    """A round stands where the mean of `metric` is at least that of the best round so far; nothing else is asked.

    `self_score` is the mean of the opinion that the exam reads: of whoever that is. A comparison arm.
    """

    metric: str = "self_score"
    patience: int = 4

    def __post_init__(self) -> None:
        require(self.patience >= 1, self, "patience", "a whole number of at least 1")

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """Round 0 stands; `patience` rejected rounds in a row stop the run."""
        new = scored(report, self.metric)
        ruled = [turn.ruling for turn in history if turn.ruling is not None]
        if not ruled:
            return Ruling(accept=True, keep=index, best=index, reason="accepted: this is where the loop starts")
        best = ruled[-1].best
        gain = new.value - _before(history, best, self.metric)
        said = f"{self.metric} {gain:+.3f} against round {best}"
        if gain >= 0.0:
            reason = f"accepted: {said}"
            return Ruling(accept=True, keep=index, best=index, reason=reason, evidence={self.metric: new})
        stop = rejected_in_a_row(history) + 1 >= self.patience
        reason = f"rolled back: {said}" + (f"; stopped after {self.patience} rejected rounds in a row" if stop else "")
        return Ruling(accept=False, keep=best, best=best, reason=reason, stop=stop, evidence={self.metric: new})


@dataclass(frozen=True)
class SelfReport(Preferred):
    """The model decides about itself: a round stands where the new model thinks at least as well of its own answers."""


@dataclass(frozen=True)
class BestByReward:
    """Every round goes on, and the best is the one with the highest mean reward: what most who keep a best one do.

    `metric` is what selection optimises, as the exam measures it. A comparison arm.
    """

    metric: str = "self_score"

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """Nothing is ever rolled back; `best` is the checkpoint to take at the end."""
        new = scored(report, self.metric)
        ruled = [turn.ruling for turn in history if turn.ruling is not None]
        best = ruled[-1].best if ruled else index
        if not ruled or new.value > _before(history, best, self.metric):
            best = index
        reason = f"accepted: the highest {self.metric} is that of round {best}"
        return Ruling(accept=True, keep=index, best=best, reason=reason, evidence={self.metric: new})


def scored(report: Report, metric: str) -> Estimate:
    """The estimate; ValueError where the exam has none."""
    if metric not in report.estimates:
        raise ValueError(
            f"the gate decides by {metric!r}, which this exam does not measure; it measures "
            f"{[name for name in report.estimates if '/' not in name]}"
        )
    return report.estimates[metric]


def _before(history: Sequence[Round], index: int, metric: str) -> float:
    (report,) = (turn.report for turn in history if turn.index == index and turn.report is not None)
    return scored(report, metric).value
