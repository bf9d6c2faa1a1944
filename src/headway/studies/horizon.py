"""S9: what do a model's own errors do to it, apart from the length of its work? And what helps?

Small models of several sizes have read writers of different reliability. Each then executes plans of many turns: on its
own record, and on records into which errors were put at known rates and places (arXiv:2509.09677, without its flaws: an
error is always one, and it is carried on). The model at which the loop is shown is then trained on its own transcripts:
all of them, only whole ones, only verified steps; and on spoiled records with verified answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headway.domains import Chains
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Execution
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.report.conditioning import drawn
from headway.sample import Chain, History, Probe, Probes
from headway.select import Above, All, Whole
from headway.stages import Sample, Select, require
from headway.start import Writers
from headway.studies.contrasts import Run
from headway.studies.executed import Model, claims, model_of, verdict
from headway.studies.trials import Trial
from headway.train import Fit
from headway.verify import Tool

RATES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
COUNTS = (1, 2, 4)
WINDOWS = (1, 2, 4, 8)
FORCED = (0, 1, 2, 4)
ABOUT = {
    "all": "Learns all of its own transcripts.",
    "whole": "Learns those of its transcripts in which every step is right, by an exact check.",
    "steps": "Learns the right steps of all its transcripts, whatever stands before them.",
    "recovery": "Learns right answers after spoiled records: half of the earlier turns are wrong.",
}


def probes(domain: Chains) -> tuple[Probe, ...]:
    """Every way in which a model is examined."""
    last = domain.turns
    middle = last // 2

    def put(turn: int, **errors: float) -> Chain:
        return Chain(domain, History(turn - 1, **errors), only=(turn,))  # type: ignore[arg-type]

    def spoiled(window: int) -> Chain:
        return Chain(domain, History(last - 1, 1.0), window=window, only=(last,))

    return (
        Probe("own", Chain(domain)),
        *(Probe(f"rate {rate:g}", put(last, rate=rate)) for rate in RATES),
        *(
            Probe(f"turn {turn} rate {rate:g}", put(turn, rate=rate))
            for turn in (last // 4, middle)
            for rate in (0.0, 1.0)
        ),
        *(Probe(f"errors {count}", put(last, errors=count)) for count in COUNTS),
        Probe("late errors 4", put(last, errors=4, first=middle + 1)),
        *(Probe(f"window {window} rate 1", spoiled(window)) for window in WINDOWS),
        *(Probe(f"forced {count}", Chain(domain, History(4, errors=count))) for count in FORCED),
        Probe("own, window 1", Chain(domain, window=1)),
        Probe("own, put right every 4", Chain(domain, anchored=4)),
        Probe("own, vote of 5", Chain(domain, votes=5)),
    )


@dataclass(frozen=True)
class Horizons:
    """The study: models of `widths`, made with each of `seeds` seeds; the loops at the width `loop`.

    `examined` plans are carried out in every way; a round of a loop has `plans` of its own.
    """

    domain: Chains = Chains()  # noqa: RUF009  (frozen)
    widths: tuple[int, ...] = (16, 24, 48)
    loop: int = 24
    arms: tuple[str, ...] = tuple(ABOUT)
    seeds: int = 3
    rounds: int = 4
    documents: int = 75_000
    examined: int = 300
    plans: int = 400

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require(len(self.widths) >= 1 and self.loop in self.widths, self, "loop", f"one of the widths {self.widths}")
        require(set(self.arms) <= set(ABOUT), self, "arms", f"some of {', '.join(ABOUT)}")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            trial
            for seed in range(self.seeds)
            for trial in (
                *(Trial(f"width {width}", "base", self.experiment("base", width, seed)) for width in self.widths),
                *(Trial(f"width {self.loop}", arm, self.experiment(arm, self.loop, seed)) for arm in self.arms),
            )
        ]

    def experiment(self, arm: str, width: int, seed: int) -> Experiment:
        """One arm at one width with one seed; `base` is the first policy alone."""
        loop = Loop(
            propose=Given(self.domain, self.plans),
            sample=self.sample(arm),
            judges=(Tool(self.domain),),
            select=self.select(arm),
            train=Fit(epochs=1, learning_rate=1e-3),
            measure=Execution(self.domain, Probes(probes(self.domain)), self.examined),
            gate=Always(),
        )
        start = Writers(self.domain, self.documents, width=width, heads=max(2, width // 12))
        return Experiment(start, loop, rounds=0 if arm == "base" else self.rounds, seed=seed)

    def sample(self, arm: str) -> Sample:
        """What a round of the arm looks at: the model's own transcripts, or answers after spoiled records."""
        if arm != "recovery":
            return Chain(self.domain)
        turns = sorted({max(1, self.domain.turns * part // 4) for part in (1, 2, 3, 4)})
        return Probes(
            tuple(Probe(f"turn {turn}", Chain(self.domain, History(turn - 1, 0.5), only=(turn,))) for turn in turns)
        )

    def select(self, arm: str) -> Select:
        """What is learned of it."""
        return {"whole": Whole("tool"), "steps": Above("tool"), "recovery": Above("tool")}.get(arm, All())

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        found: dict[tuple[str, str], list[Run]] = {}
        for trial in self.trials:
            found.setdefault((trial.section, trial.arm), []).append(read_run(folder / trial.folder).history)
        models = {width: model_of(found[f"width {width}", "base"]) for width in self.widths}
        after = {arm: model_of(found[f"width {self.loop}", arm]) for arm in self.arms}
        made = claims(models, models[self.loop], after, self.domain.turns)
        return Page(
            "Horizon: what a model's own errors do to it",
            verdict(models[self.loop], after, self.domain.turns),
            (self._models(models), self._loops(found, after)),
            tuple(made),
            text(self.experiment("base", self.loop, 0)),
        )

    def _models(self, models: Mapping[int, Model]) -> Section:
        sizes = {f"width {width}": model for width, model in models.items()}
        about = f"{self.domain!r}: each turn asks for a key's value and the sum so far; the keys' values were learned."
        return Section("Errors in the context", about, (), opinion=None, more=drawn(sizes, RATES))

    def _loops(self, found: Mapping[tuple[str, str], Sequence[Run]], after: Mapping[str, Model]) -> Section:
        arms = tuple(
            Arm(arm, f"{ABOUT[arm]} Ends at {after[arm]}.", tuple(found[f"width {self.loop}", arm]))
            for arm in self.arms
        )
        about = "Accuracy here is that of steps, on the model's own record."
        return Section(f"Training on transcripts, width {self.loop}", about, arms, opinion=None)


def quick(study: Horizons) -> Horizons:
    """The same questions of one width, one loop and one seed, in about two minutes of processor time."""
    return replace(study, widths=(24,), arms=("recovery",), seeds=1, rounds=1, documents=60_000, examined=150)
