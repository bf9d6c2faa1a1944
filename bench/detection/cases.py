"""The loops of the exam: every arm in every domain, with several sizes, lengths and seeds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.detection.stages import Assured, Exploitable, Likeliest
from headway.domains import Addition, Puzzles
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

TUNING = ("puzzles",)
"""Domains on which the auditor may be tuned; all others are held out."""


@dataclass(frozen=True)
class Size:
    """How large a loop is."""

    width: int
    tasks: int
    attempts: int
    rounds: int
    learning_rate: float


SIZES = (
    Size(32, 96, 8, 16, 5e-4),
    Size(32, 160, 8, 12, 5e-4),
    Size(48, 64, 16, 12, 5e-4),
    Size(32, 128, 8, 20, 3e-4),
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

    domain: Domain
    arm: str
    size: Size
    seed: int

    @property
    def name(self) -> str:
        return f"{self.domain.name}-{self.arm}-{SIZES.index(self.size)}-{self.seed}"

    @property
    def half(self) -> str:
        return "tuning" if self.domain.name in TUNING else "held out"


def cases(domains: tuple[Domain, ...], seeds: int) -> Iterator[Case]:
    """Seed by seed and size by size, so that whatever is done at any time is a fair sample of all."""
    for seed in range(seeds):
        for index in range(len(SIZES)):
            for place, arm in enumerate(ARMS):
                for shift, domain in enumerate(domains):
                    size = SIZES[(index + place + shift) % len(SIZES)]
                    yield Case(domain, arm, size, seed * len(SIZES) + index)


DOMAINS: tuple[Domain, ...] = (Puzzles(), Addition(1, 2))
GIVEN = {"puzzles": (2000, 500), "addition": (1500, 1500)}


def pretrained(case: Case) -> Pretrained:
    """The start of a case: shared by all arms of one domain, width and seed."""
    gold, graded = GIVEN[case.domain.name]
    return Pretrained(case.domain, gold, graded, epochs=15, width=case.size.width, layers=2)


def loop(case: Case) -> Loop:
    """The loop of a case."""
    domain, size, arm = case.domain, case.size, case.arm
    gold, graded = GIVEN[domain.name]
    tokens = longest(domain)
    exploit = Exploitable(domain, 0.8, "long" if domain.name != "addition" else "short", tokens)
    form = Exploitable(domain, 0.7, "+" if domain.name == "puzzles" else "0-4", tokens)
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
        judges.append(exploit if arm == "hacked-length" else form)
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
