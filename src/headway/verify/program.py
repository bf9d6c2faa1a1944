"""Programs are run against tests that they never see, behind walls."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.domains.tested import Tested
from headway.sandbox.candidate import Candidate
from headway.sandbox.limits import LIMITS, Limits
from headway.sandbox.tiers import TIERS, Tier
from headway.sandbox.verdict import Verdict
from headway.sandbox.warm import warm
from headway.seeds import derived_seed
from headway.stages import require

REMARK = pl.Struct({"outcome": pl.String, "reason": pl.String, "tier": pl.String})


@dataclass(frozen=True)
class Program:
    """Runs every answer in the sandbox: 1.0 where all tests pass, 0.0 for another value or a fault of its own.

    A fault of the sandbox is null, never 0. Beside each verdict the remark says the `outcome` (`pass`, `fail`,
    `error`, `none`), the `reason` and the `tier` of the walls. SandboxRefused where this machine has less than
    the tier `least`. Equal answers to a task are run once, with the tests in an order of their own; `processes`
    0 is one a processor core.
    """

    domain: Tested
    limits: Limits = LIMITS
    least: Tier = "filtered"
    processes: int = 0
    name: str = "program"

    def __post_init__(self) -> None:
        require(self.least in TIERS, self, "least", ", ".join(TIERS))
        require(self.processes >= 0, self, "processes", "0 or a whole number")

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """A struct a row: `verdict` in {0, 1} or null, and `remark`."""
        return graded(self.name, self.domain, attempts, self.judged)

    def judged(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        """A verdict for every candidate, in their order."""
        return warm(self.limits, self.least, self.processes or None).judge(candidates)


UNREADABLE = Verdict("error", "no program", None)
Asked = Mapping[tuple[str, str], Candidate]
"""What is run, by task and answer."""


def asked_once(domain: Tested, attempts: Attempts) -> Asked:
    """The candidate of every different answer to a task, with the tests in an order of its own."""
    made: dict[tuple[str, str], Candidate] = {}
    for task, prompt, truth, answer in attempts.frame.select("task", "prompt", "truth", "answer").iter_rows():
        if answer is not None and (task, answer) not in made:
            candidate = domain.candidate(prompt, truth, answer)
            order = random.Random(derived_seed(task, answer)).sample(candidate.cases, len(candidate.cases))
            made[task, answer] = replace(candidate, cases=tuple(order))
    return made


def graded(
    name: str, domain: Tested, attempts: Attempts, judged: Callable[[Sequence[Candidate]], list[Verdict]]
) -> pl.Series:
    """A verdict and a remark a row: every different answer to a task is judged once, and nothing else is a program."""
    asked = asked_once(domain, attempts)
    said = dict(zip(asked, judged(list(asked.values())), strict=True))
    rows = attempts.frame.select("task", "answer").iter_rows()
    return told(name, [said.get((task, answer), UNREADABLE) for task, answer in rows])


def told(name: str, verdicts: Sequence[Verdict | None]) -> pl.Series:
    """Verdicts as a judge gives them: the number of each, and the remark; None is null."""
    rows = [
        None
        if one is None
        else {"verdict": one.value, "remark": {"outcome": one.outcome, "reason": one.reason, "tier": one.tier}}
        for one in verdicts
    ]
    return pl.Series(name, rows, dtype=pl.Struct({"verdict": pl.Float64, "remark": REMARK}))
