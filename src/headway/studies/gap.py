"""S3: a loop gains what its judge adds to its generator. Is the gap there, does it grow with size, does it foretell?

One family of small models at several sizes learns to answer and to judge: number puzzles, where checking is easier
than finding; sums, where it is about as hard; and random facts, where to check is to know. Each then does one round
of filtered fine-tuning (arXiv:2412.02674): sample, keep the quarter at each task that its own verdict likes best,
train. The gap is measured on what the round sampled, before training; what the round gained, on other tasks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.domains import Addition, Facts, Puzzles
from headway.experiment import Experiment, earlier_rounds, text
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Exam
from headway.measure.filters import Top
from headway.presets import longest
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.sample import Each
from headway.select import Best
from headway.stages import Domain, Start, require
from headway.start import Judging
from headway.studies.contrasts import Run
from headway.studies.gains import Cell, cells_of, claims, verdict
from headway.studies.trials import Trial
from headway.train import Fit
from headway.verify import Opinion, Tool

WIDTHS = (16, 24, 32, 48, 64)
ATTEMPTS, KEPT = 16, 4
PUZZLES, SUMS = Puzzles(), Addition(1, 2)
FACTS, JUDGED = Facts(), Facts(part="first")
ABOUT = {
    "puzzles": "Checking is easier than finding: a sum has to be right and its numbers among those given.",
    "addition": "Checking is about as hard as finding: both add.",
    "facts": "Checking is knowing. Answers are told on all facts, verdicts taught on the first part only.",
}


@dataclass(frozen=True)
class Taught:
    """What a model is made from in one domain: right answers, verdicts, epochs."""

    domain: Domain
    gold: int
    graded: int
    epochs: int
    judged: Domain | None = None

    def start(self, width: int) -> Start:
        """The first policy at one size."""
        return Judging(self.domain, self.gold, self.graded, self.judged, self.epochs, width=width)


LESSONS = (
    Taught(PUZZLES, 6000, 6000, 10),
    Taught(SUMS, 2500, 2500, 15),
    Taught(FACTS, 2000, 900, 24, JUDGED),
)


@dataclass(frozen=True)
class Gaps:
    """The study: one round at every size of `widths` in every domain, from `seeds` seeds.

    Attempts are drawn at the paper's temperature .7 and top-p .9. `tasks` are asked in the round and `examined` in the
    exam.
    """

    lessons: tuple[Taught, ...] = LESSONS
    widths: tuple[int, ...] = WIDTHS
    seeds: int = 3
    tasks: int = 1000
    examined: int = 500

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(len(self.widths) >= 1, self, "widths", "one or more widths")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial(taught.domain.name, f"width {width}", self.experiment(taught, width, seed))
            for seed in range(self.seeds)
            for taught in self.lessons
            for width in self.widths
        ]

    def experiment(self, taught: Taught, width: int, seed: int) -> Experiment:
        """One round at one size in one domain."""
        domain = taught.domain
        sample = Each(domain, ATTEMPTS, temperature=0.7, top_p=0.9, max_tokens=longest(domain))
        loop = Loop(
            propose=Given(domain, self.tasks),
            sample=sample,
            judges=(Tool(domain), Opinion(), Opinion(ask="likelihood", name="likelihood")),
            select=Best(of="self", keep=KEPT),
            train=Fit(epochs=4, learning_rate=1e-3),
            measure=Exam(domain, sample, tasks=self.examined, ks=(1, 4, 16)),
            gate=Always(),
        )
        return Experiment(taught.start(width), loop, rounds=1, seed=seed)

    def page(self, folder: Path) -> Page:
        """The page of those runs below `folder` that are done: an early look leaves the others out."""
        runs: dict[tuple[str, int], list[Run]] = {}
        for trial in self.trials:
            history = earlier_rounds(folder / trial.folder)
            if len(history) > 1:
                runs.setdefault((trial.section, int(trial.arm.removeprefix("width "))), []).append(history)
        cells = [cell for (_, width), many in runs.items() for cell in cells_of(width, many, Top(KEPT / ATTEMPTS))]
        sections = tuple(_section(taught.domain, cells, runs) for taught in self.lessons)
        example = self.experiment(self.lessons[0], self.widths[0], 0)
        return Page(
            "Gap: what a model's own judgement adds to what it writes",
            verdict(cells),
            sections,
            tuple(claims(cells)),
            text(example),
        )


def _section(domain: Domain, cells: Sequence[Cell], runs: Mapping[tuple[str, int], list[Run]]) -> Section:
    arms = tuple(
        Arm(
            f"width {width}",
            "; ".join(str(cell) for cell in cells if cell.width == width and cell.domain == domain.name),
            tuple(many),
        )
        for (name, width), many in runs.items()
        if name == domain.name
    )
    return Section(domain.name, f"{ABOUT.get(domain.name, '')} {domain!r}", arms)
