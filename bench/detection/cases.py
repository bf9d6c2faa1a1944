"""The loops of the exam: every arm in every domain, with several sizes, lengths and seeds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bench.detection.stages import Assured, Exploitable, Likeliest
from headway.domains import Puzzles, Strings
from headway.gate import Always, Governor
from headway.loop import Loop
from headway.measure import Exam
from headway.presets import longest
from headway.propose import Given
from headway.sample import Each
from headway.select import Above, Best, Random, Replay
from headway.stages import Domain
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
    Size(96, 8, 16, 6e-4),
    Size(160, 8, 12, 6e-4),
    Size(64, 16, 14, 6e-4),
    Size(128, 8, 24, 4e-4),
)
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
    gold, graded = GIVEN[case.of].gold, GIVEN[case.of].graded
    tokens = longest(domain)
    length = Exploitable(domain, 0.8, "long" if case.of in TUNING else "short", tokens)
    form = Exploitable(domain, 0.7, "+" if case.of in TUNING else "0-4", tokens)
    selections = {
        "tool": Above(of="tool"),
        "guarded": Above(of="tool"),
        "random": Random(),
        "self": Best(of="self"),
        "vote": Above(of="vote"),
        "hacked-length": Best(of="exploitable"),
        "hacked-form": Best(of="exploitable"),
        "narrowing": Likeliest(of="tool", keep=1),
        "likelihood": Best(of="likelihood"),
        "assured": Random(),
    }
    plain = Replay(selections[arm], domain, share=0.0, earlier=False, gold=gold, graded=graded)
    select = plain
    if arm == "guarded":
        select = replace(plain, share=0.3, earlier=size.rounds <= 16)
    if arm == "assured":
        select = Assured(selections[arm])
    judges = [Tool(domain), Opinion()]
    if arm == "vote":
        judges.append(Vote())
    if arm.startswith("hacked"):
        judges.append(length if arm == "hacked-length" else form)
    if arm == "likelihood":
        judges.append(Opinion(ask="likelihood", name="likelihood"))
    rate = size.learning_rate * (3.0 if arm == "narrowing" else 1.0)
    return Loop(
        propose=Given(domain, size.tasks),
        sample=Each(domain, attempts=size.attempts, max_tokens=tokens),
        judges=tuple(judges),
        select=select,
        train=Fit(epochs=4 if arm == "narrowing" else 2, learning_rate=rate),
        measure=Exam(domain, Each(domain, attempts=16, max_tokens=tokens), tasks=96, ks=(1, 4, 16)),
        gate=Governor() if arm == "guarded" else Always(),
    )
