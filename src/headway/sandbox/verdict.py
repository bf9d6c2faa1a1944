"""What is said of a candidate, and why."""

import os
import signal
from dataclasses import dataclass
from typing import Literal

from headway.sandbox.cell import NOT_PLAIN, RAISED, VALUE
from headway.sandbox.tiers import Tier
from headway.sandbox.watch import Ran

Outcome = Literal["pass", "fail", "error", "none"]


@dataclass(frozen=True)
class Verdict:
    """`pass`, `fail` (another value than expected), `error` (the candidate's own fault) or `none` (the sandbox's)."""

    outcome: Outcome
    reason: str
    """What else is known: which test, which exception, which limit; empty for a pass."""
    tier: Tier | None
    """The walls that stood; None where nothing was run."""

    @property
    def value(self) -> float | None:
        """1.0, 0.0, or None where nothing can be said: that is never counted as a failure."""
        return None if self.outcome == "none" else float(self.outcome == "pass")


def verdict(ran: Ran, cases: int, tier: Tier) -> Verdict:
    """A pass needs every answer right and a program that ran to its end."""
    if ran.stopped == "wall":
        return Verdict("none", "wall", tier)
    if ran.stopped in ("cpu", "asleep", "output"):
        return Verdict("error", ran.stopped, tier)
    if ran.heard.first_other is not None:
        return _answered(*ran.heard.first_other, ran.heard.right, cases, tier)
    if ran.heard.right == cases and ran.clean:
        return Verdict("pass", "", tier)
    return _died(ran, tier)


def _answered(kind: int, text: bytes, right: int, cases: int, tier: Tier) -> Verdict:
    if kind == VALUE and right < cases:
        return Verdict("fail", f"test {right + 1} of {cases}", tier)
    said = "".join(character for character in text.decode("ascii", "replace") if character.isprintable())[:40]
    if kind == RAISED:
        return Verdict("error", "memory" if said == "MemoryError" else f"raised {said}", tier)
    return Verdict("error", f"not plain: {said}" if kind == NOT_PLAIN else "garbled", tier)


def _died(ran: Ran, tier: Tier) -> Verdict:
    number = ran.signal
    if number == signal.SIGKILL:
        return Verdict("none", "killed from outside", tier)
    if number == signal.SIGXCPU:
        return Verdict("error", "cpu", tier)
    if number is not None:
        return Verdict("error", f"died of {signal.Signals(number).name}", tier)
    return Verdict("error", f"left with code {os.waitstatus_to_exitcode(ran.status)}", tier)


def lost(reason: str) -> Verdict:
    """No verdict, because the sandbox itself failed."""
    return Verdict("none", reason, None)
