"""The grader of much code for rewards, to be compared with: program and asserts in one file, exit code 0 is right.

It accepts a program that leaves before the asserts, that returns something equal to everything, or that reads the
expected values, which are in its own process. Use `Program`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains.tested import Tested
from headway.sandbox.candidate import Candidate
from headway.sandbox.limits import LIMITS, Limits
from headway.sandbox.tiers import Tier
from headway.sandbox.verdict import Verdict
from headway.sandbox.warm import warm
from headway.verify.program import graded


@dataclass(frozen=True)
class ExitCode:
    """1.0 where a script of the program and an assert a test leaves with 0. Behind the same walls as `Program`."""

    domain: Tested
    limits: Limits = LIMITS
    least: Tier = "filtered"
    name: str = "exit"

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """A struct a row: `verdict` in {0, 1} or null, and `remark`."""
        return graded(self.name, self.domain, attempts, self.judged)

    def judged(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        """A verdict for every candidate, in their order."""
        sandbox = warm(self.limits, self.least)
        codes = sandbox.exit_codes([with_asserts(candidate) for candidate in candidates])
        return [self._said(code, sandbox.tier) for code in codes]

    @staticmethod
    def _said(code: int | None, tier: Tier) -> Verdict:
        if code is None:
            return Verdict("error", "stopped", tier)
        return Verdict("pass" if code == 0 else "fail", "" if code == 0 else f"code {code}", tier)


def with_asserts(candidate: Candidate) -> str:
    """The script that is run: the program, and what it must give at every test."""
    asserts = [
        f"assert {candidate.entry}{spelled_call(case.arguments)} == {case.expected!r}\n" for case in candidate.cases
    ]
    return candidate.source + "\n" + "".join(asserts)


def spelled_call(arguments: tuple) -> str:
    """The brackets of a call with these arguments."""
    return "(" + ", ".join(map(repr, arguments)) + ")"
