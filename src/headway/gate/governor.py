"""A gate that can say no: a round stands only if it is shown to hold every must, whatever its score."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.gate.findings import BOUNDS, Bounds, Finding, findings
from headway.gate.standards import Standard
from headway.gate.written import Signed, content_hash, read_standards
from headway.levers import Lever
from headway.stages import Report, Round, Ruling, require

STANDARDS = (Standard("accuracy", 0.03), Standard("pass@16", 0.1), Standard("distinct_right", 0.2, relative=True))
"""Margins that an exam of 200 tasks can show: at round 8 the one-sided bounds lie about 0.03, 0.06 and 0.14 below."""


@dataclass(frozen=True)
class Governor:
    """Held-out non-inferiority: a round that is not shown to hold every must is rolled back to the best round.

    Order of decision: every must; which of two rounds that hold them is the best, by the other standards in their
    order; and where these say nothing, by the higher `goal`. `standards` may be the name of a file that people wrote
    and signed (`written.py`); what it says, its `alpha` and `bounds` included, then stands in the experiment's text.
    A run tests once a round, so the error that all rounds together may make, `alpha`, is spent over
    them: round r gets alpha * 6 / (pi^2 r^2), which sums to alpha however long the run is. `bounds` are `student`'s, or
    by `betting`, which hold for any distribution and at any number of tasks. `patience` rejected rounds in a row stop
    the run. What a ruling may change in the loop is given: `replay` is pulled where a round stands and another standard
    is shown to be broken; `anchor`, and then `explore`, where a must is, or where two rounds in a row did not stand.
    """

    standards: tuple[Standard, ...] | str = STANDARDS
    goal: str = "accuracy"
    alpha: float = 0.1
    patience: int = 4
    bounds: Bounds = "student"
    signed: Signed | None = None
    replay: Lever | None = None
    anchor: Lever | None = None
    explore: Lever | None = None

    def __post_init__(self) -> None:
        if isinstance(self.standards, str):
            self._take(Path(self.standards))
        require(len(self.standards) >= 2, self, "standards", "two or more: one number lies")
        require(0.0 < self.alpha < 1.0, self, "alpha", "between 0 and 1")
        require(self.patience >= 1, self, "patience", "a whole number of at least 1")
        require(self.bounds in BOUNDS, self, "bounds", " or ".join(map(repr, BOUNDS)))
        if self.signed is not None and self.signed.sha256 != content_hash(self.written, self.alpha, self.bounds):
            raise ValueError(
                f"these are not the standards that {self.signed.by} signed; "
                f"change the file and sign it anew, or take signed= out"
            )

    def _take(self, path: Path) -> None:
        """What the file says becomes this gate's own, so that the experiment's text holds it whole."""
        found = read_standards(path)
        if found.signed is None:
            raise ValueError(
                f'nobody has signed {path}; read it, and sign it with `headway govern sign {path} --by "NAME"`'
            )
        for field, said in vars(found).items():
            object.__setattr__(self, field, said)

    @property
    def written(self) -> tuple[Standard, ...]:
        """The standards themselves."""
        return () if isinstance(self.standards, str) else self.standards

    @property
    def evidence(self) -> Mapping[str, str | None]:
        """The verdict that each metric has to rest on."""
        return {one.metric: one.evidence for one in self.written}

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What the rulings may change."""
        return tuple(lever for lever in (self.replay, self.anchor, self.explore) if lever is not None)

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        """Round 0 is what all others are held against, and always stands."""
        for standard in self.written:
            standard.measured(report)
        accepted = [turn for turn in history if turn.ruling is not None and turn.ruling.accept]
        by = "" if self.signed is None else str(self.signed)
        if not accepted:
            return Ruling(accept=True, keep=index, best=index, reason="accepted: this is where the loop starts", by=by)
        alpha = self.alpha * 6.0 / (math.pi * index) ** 2
        found = findings(self.written, report, accepted, alpha, self.bounds)
        if all(one.holds for one in found if one.standard.must):
            return self._accepted(history, index, report, found, by)
        return self._rejected(history, found, by)

    def _accepted(
        self, history: Sequence[Round], index: int, report: Report, found: Sequence[Finding], by: str
    ) -> Ruling:
        best = _best(history)
        before = next(turn.report for turn in history if turn.index == best)
        assert before is not None
        gain = report.estimates[self.goal].value - before.estimates[self.goal].value
        better, why = self._better(report, before, found, gain)
        slipping = [one for one in found if one.broken]
        value = pull(self.replay, history) if slipping else None
        reason = f"accepted: {self.goal} {gain:+.3f} against round {best}, every standard held"
        if slipping:
            reason = f"accepted: {self.goal} {gain:+.3f} against round {best}, every must held, but {_joined(slipping)}"
        if why:
            reason += f"; {why}"
        closest = min((one for one in found if one.standard.must), key=_slack)
        return Ruling(
            accept=True,
            keep=index,
            best=index if better else best,
            reason=reason + _next(self.replay, value),
            evidence=_evidence(found),
            action="accept" if value is None else "accept with replay",
            flips=closest.flip,
            by=by,
            adjust=_change(self.replay, value),
        )

    def _rejected(self, history: Sequence[Round], found: Sequence[Finding], by: str) -> Ruling:
        best, failed = _best(history), [one for one in found if one.standard.must and not one.holds]
        row = rejected_in_a_row(history) + 1
        stop = row >= self.patience
        action, lever, value = "roll back", None, None
        if not stop and (row > 1 or any(one.broken for one in failed)):
            action, lever, value = self._lever(history)
        reason = f"rolled back: {_joined(failed)}"
        if stop:
            action, reason = "halt", f"{reason}; stopped after {self.patience} rejected rounds in a row"
        return Ruling(
            accept=False,
            keep=best,
            best=best,
            reason=reason + _next(lever, value),
            stop=stop,
            evidence=_evidence(found),
            action=action,
            flips="; ".join(one.flip for one in failed),
            by=by,
            adjust=_change(lever, value),
        )

    def _better(self, report: Report, before: Report, found: Sequence[Finding], gain: float) -> tuple[bool, str]:
        """Whether a round that holds every must is better than the best before it, and by what if not by the goal."""
        for one in found:
            gains = one.standard.gains(report, before)
            if one.standard.must or gains.size < 2:
                continue
            difference, _ = BOUNDS[self.bounds](one.standard, gains, 0.0, one.alpha)
            if difference.low > 0.0 or difference.high < 0.0:
                word = "better" if difference.low > 0.0 else "worse"
                return difference.low > 0.0, f"{word} than the best by {one.standard.called} {difference.value:+.3f}"
        return gain > 0.0, ""

    def _lever(self, history: Sequence[Round]) -> tuple[str, Lever | None, float | None]:
        """The first lever of those against a broken must that can still be pulled."""
        for action, lever in (("raise anchor coverage", self.anchor), ("change exploration", self.explore)):
            value = pull(lever, history)
            if value is not None:
                return action, lever, value
        return "roll back", None, None


def rejected_in_a_row(history: Sequence[Round]) -> int:
    """How many of the latest rounds were not accepted."""
    row = 0
    for turn in reversed(history):
        if turn.ruling is None or turn.ruling.accept:
            break
        row += 1
    return row


def pull(lever: Lever | None, history: Sequence[Round]) -> float | None:
    """The next value of a lever; None where there is no lever, or where it has had its last one."""
    if lever is None:
        return None
    times = sum(lever.path in turn.ruling.adjust for turn in history if turn.ruling is not None)
    return lever.values[times] if times < len(lever.values) else None


def _best(history: Sequence[Round]) -> int:
    ruled = [turn.ruling.best for turn in history if turn.ruling is not None]
    return ruled[-1]


def _slack(one: Finding) -> float:
    """How far a standard that holds is from not holding, in margins."""
    return math.inf if one.difference is None else (one.difference.low + one.allowed) / max(one.allowed, 1e-12)


def _evidence(found: Sequence[Finding]) -> dict:
    return {one.standard.metric: one.difference for one in found if one.difference is not None}


def _joined(found: Sequence[Finding]) -> str:
    return "; ".join(map(str, found))


def _change(lever: Lever | None, value: float | None) -> dict[str, float]:
    return {} if lever is None or value is None else {lever.path: value}


def _next(lever: Lever | None, value: float | None) -> str:
    return "" if lever is None or value is None else f"; {lever.path} is {value:g} from the next round on"
