"""What an audit says: one word, one sentence, and the numbers it rests on."""

from dataclasses import dataclass

from headway.stats import Estimate

VERDICTS = ("healthy", "narrowing", "hacked", "overconfident", "collapsed", "starved", "cannot tell")
"""`starved`: nearly all groups are all-right or all-wrong, so that comparing attempts at a prompt teaches nothing."""


@dataclass(frozen=True)
class Evidence:
    """One measure at two stretches of steps.

    `before` and `after` have the 95 % interval of each stretch alone. The interval of `change` holds at all steps and
    for all pairs of stretches together with probability 0.95 or more: that of a harm for all harms together, that of
    a sign which confirms it by itself. Where the log names kinds of prompts, all are at one mix of them.
    """

    measure: str
    before: Estimate
    after: Estimate
    change: Estimate
    margin: float
    """The smallest change that counts, in the measure's unit."""
    since_step: int
    """Where the change began, by the change-point that fits best."""
    found_step: int
    """The first step at which the data showed it."""
    reference: tuple[int, int]
    """First and last step of the stretch `before`."""
    now: tuple[int, int]
    """First and last step of the stretch `after`."""


@dataclass(frozen=True)
class Finding:
    """A named harm, and at least two statistics that show it."""

    name: str
    since_step: int
    found_step: int
    sentence: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Power:
    """The smallest change of a measure, in its bad direction, that would be found nine times in ten."""

    measure: str
    smallest: float
    tolerated: float
    prompts: int
    """Prompts of a step, the median."""
    needed: int
    """How many times as many would be enough, roughly: 1 where these are."""

    @property
    def enough(self) -> bool:
        """Whether a change too large to be tolerated would have been found."""
        return self.smallest <= self.tolerated


@dataclass(frozen=True)
class Verdict:
    """The audit's answer. `findings` come worst first; `missing` names columns that would let it say more."""

    name: str
    since_step: int | None
    sentence: str
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    power: tuple[Power, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the verdict rests on; empty where nothing was found."""
        return self.findings[0].evidence if self.findings else ()
