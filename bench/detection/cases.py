"""The loops of the exam: every arm in every domain, with several sizes, lengths and seeds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.detection.stages import Assured, Exploitable, Likeliest
from headway.domains import Puzzles, Strings
from headway.gate import Always, Governor
from headway.gate.standards import Standard
from headway.loop import Loop
from headway.measure import Exam
from headway.presets import longest
from headway.propose import Given
from headway.sample import Each
from headway.select import Above, Best, Random, Replay
from headway.stages import Domain, Judge, Select
from headway.start import Pretrained
from headway.train import Fit
from headway.verify import Opinion, Tool, Vote


@dataclass(frozen=True)
class FirstLessons:
    """What the first policy is made from."""

    gold: int
    graded: int
    epochs: int
    learning_rate: float = 3e-3


DOMAINS: dict[str, Domain] = {
    "puzzles-3": Puzzles(3, 12),
    "puzzles-4": Puzzles(4, 9),
    "reverse": Strings(1, 8, reverse=True),
    "copy": Strings(1, 8),
}
TUNING = ("puzzles-3", "puzzles-4")
"""Domains on which the auditor may be tuned; all others are held out."""
GIVEN = {
    "puzzles-3": FirstLessons(2000, 500, 15),
    "puzzles-4": FirstLessons(2000, 500, 15),
    "reverse": FirstLessons(1500, 800, 10, 4e-3),
    "copy": FirstLessons(1500, 800, 7, 4e-3),
}


@dataclass(frozen=True)
class Size:
    """How large a loop is."""

    tasks: int
    attempts: int
    rounds: int
    learning_rate: float


SIZES = (
    Size(192, 8, 12, 6e-4),
    Size(256, 8, 10, 6e-4),
    Size(128, 16, 10, 6e-4),
    Size(96, 8, 14, 6e-4),
)
STANDARDS = (Standard("accuracy", 0.08), Standard("pass@8", 0.2), Standard("distinct_right", 0.3, relative=True))
"""Margins that an exam of 64 tasks can show."""
ARMS = (
    "tool",
    "guarded",
    "random",
    "self",
    "vote",
    "hacked-length",
    "hacked-form",
    "narrowing",
    "likelihood",
    "assured",
)


@dataclass(frozen=True)
class Case:
    """One loop to run."""

    of: str
    arm: str
    size: Size
    seed: int

    @property
    def domain(self) -> Domain:
        return DOMAINS[self.of]

    @property
    def states_confidence(self) -> bool:
        """Whether the policy is asked what it thinks of its attempts."""
        return self.arm in ("random", "self", "assured")

    @property
    def name(self) -> str:
        return f"{self.of}_{self.arm}_{SIZES.index(self.size)}_{self.seed}"

    @property
    def half(self) -> str:
        return "tuning" if self.of in TUNING else "held out"


def cases(domains: Iterable[str], seeds: int) -> Iterator[Case]:
    """Seed by seed, so that whatever is done at any time is a fair sample of all; sizes go round with seed and arm."""
    for seed in range(seeds):
        for domain in domains:
            for place, arm in enumerate(ARMS):
                turn = seed + place + list(DOMAINS).index(domain)
                yield Case(domain, arm, SIZES[turn % len(SIZES)], seed)


def pretrained(case: Case) -> Pretrained:
    """The start of a case: shared by all arms of one domain, width and seed."""
    given = GIVEN[case.of]
    return Pretrained(
        case.domain, given.gold, given.graded, given.epochs, learning_rate=given.learning_rate, width=32, layers=2
    )


def loop(case: Case) -> Loop:
    """The loop of a case."""
    domain, size, arm = case.domain, case.size, case.arm
    tokens = longest(domain)
    return Loop(
        propose=Given(domain, size.tasks),
        sample=Each(domain, attempts=size.attempts, max_tokens=tokens),
        judges=judges(case, tokens),
        select=selection(case),
        train=Fit(
            epochs=4 if arm == "narrowing" else 2,
            batch=32,
            learning_rate=size.learning_rate * (2.0 if arm == "narrowing" else 1.0),
        ),
        measure=Exam(
            domain,
            Each(domain, attempts=8, max_tokens=tokens),
            tasks=64,
            ks=(1, 8),
            opinion="self" if case.states_confidence else None,
        ),
        gate=Governor(STANDARDS) if arm == "guarded" else Always(),
    )


def judges(case: Case, tokens: int) -> tuple[Judge, ...]:
    """The exact check is always recorded; what else is asked depends on the arm."""
    puzzles = case.of in TUNING
    found: list[Judge] = [Tool(case.domain)]
    if case.states_confidence:
        found.append(Opinion())
    if case.arm == "vote":
        found.append(Vote())
    if case.arm == "likelihood":
        found.append(Opinion(ask="likelihood", name="likelihood"))
    if case.arm == "hacked-length":
        found.append(Exploitable(case.domain, 0.8, "long" if puzzles else "short", tokens))
    if case.arm == "hacked-form":
        found.append(Exploitable(case.domain, 0.7, "+" if puzzles else "0-4", tokens))
    return tuple(found)


def selection(case: Case) -> Select:
    """What an arm learns from."""
    kept: dict[str, Select] = {
        "tool": Above(of="tool", keep=2),
        "guarded": Above(of="tool", keep=2),
        "random": Random(keep=2),
        "self": Best(of="self", keep=2),
        "vote": Above(of="vote", keep=2),
        "hacked-length": Best(of="exploitable", keep=2),
        "hacked-form": Best(of="exploitable", keep=2),
        "narrowing": Likeliest(of="tool", keep=1),
        "likelihood": Best(of="likelihood", keep=2),
        "assured": Assured(Random(keep=2)),
    }
    guarded = case.arm == "guarded"
    if case.arm == "assured" or not (guarded or case.states_confidence):
        return kept[case.arm]
    given = GIVEN[case.of]
    return Replay(
        kept[case.arm],
        case.domain,
        share=0.3 if guarded else 0.0,
        verdicts=0.2 if case.states_confidence else 0.0,
        earlier=guarded,
        gold=given.gold,
        graded=given.graded,
    )
