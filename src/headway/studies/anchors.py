"""S2: which outside signal keeps a self-judged loop from collapsing, and how much of it does it take?

Every arm starts from the same policy, samples as many attempts at the same tasks, keeps the best two of each task by
its own judge, learns from rows of the same total weight for the same number of updates, and has no gate that could
look at the truth. Arms differ in whose word "best" is, or in what stands for a part of what was kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headway.domains import Puzzles
from headway.experiment import Experiment, anchors, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.measure.scorecard import Anchor
from headway.presets import longest
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.sample import Each
from headway.select import Best, Corrected, Part, Random, Replay
from headway.stages import Domain, Judge, Sample, Select, Start, Train, require
from headway.start import Also, Beside, Pretrained, Several
from headway.studies.anchoring import claims, verdict
from headway.studies.contrasts import Run
from headway.studies.pretrained import Elicitation
from headway.studies.trials import Trial
from headway.train import Fit, Lagged
from headway.verify import Audited, FirstOf, Opinion, Tool

ABOUT = {
    "none": "No loop: the policy as it came.",
    "random": "Keeps 2 attempts a task at random: drift without selection.",
    "self": "Keeps the 2 attempts a task that the policy itself, as it is now, thinks best.",
    "replay": "As self, but three tenths of what is learned are right answers that the first policy was made from.",
    "first": "Keeps what the first policy, frozen, thinks best.",
    "lagged": "Keeps what the policy of two rounds ago thinks best.",
    "third": "Keeps what another policy thinks best: other weights, other data, other order, frozen.",
    "tool": "Keeps what an exact check finds right, and others where there are not two.",
    "corrections": "As self, but at 2 % of the tasks a (simulated) user's right answer is learned instead.",
}
MAIN = tuple(ABOUT)
SHORT = ("none", "random", "self", "replay", "first", "third", "tool")
"""Arms on a pretrained model: in two rounds of few tasks, two rounds ago is the start, and 2 % of tasks are none."""
ANCHORED = ("replay", "first", "lagged", "third", "tool", "corrections")
SAME = (
    "Every arm starts from the same policy, samples as often at the same tasks, keeps two attempts of each task, and "
    "learns for as many updates from rows of the same total weight; none has a gate."
)
PUZZLES = Puzzles()
KEEP = 2
FROZEN = (Opinion(role="base", name="first"), Opinion(role="third", name="third"))
"""The judges that the loop cannot change."""
VERDICTS = 0.2
"""Rows that keep the verdict format alive, for each row that is learned; the same number in every arm."""
REPLAYED = {"replay": 0.3, "replay 60 %": 0.6}
COVERED = {"tool on 30 %": 0.3}
DOSES = {
    "share of right answers that is replayed": ("self", *REPLAYED),
    "share of tasks that the check reaches": ("self", *COVERED, "tool"),
}
"""Arms in order of the dose, from none on."""


@dataclass(frozen=True)
class Setting:
    """What a loop is about, whatever its anchor: who answers what, how often, and how it learns.

    `recorded` judge in every arm, whether it is asked for their word or not; `verdicts` is how many rows keep the
    verdict format alive, for each row that is learned.
    """

    domain: Domain
    start: Start
    sample: Sample
    exam: Sample
    train: Train
    recorded: tuple[Judge, ...]
    verdicts: float


def scratch(domain: Domain, updates: int) -> Setting:
    """A tiny policy that was taught the domain, and another for the third party."""
    tokens = longest(domain)
    return Setting(
        domain,
        Also(Several(Pretrained(domain), roles=("solver", "third"))),
        Each(domain, max_tokens=tokens),
        Each(domain, attempts=32, max_tokens=tokens),
        Fit(updates=updates),
        (Tool(domain), Opinion(), *FROZEN),
        VERDICTS,
    )


def pretrained(study: Elicitation) -> Setting:
    """A pretrained model as its own study asks it; the third party is a tiny policy that was taught the same tasks."""
    alone, asked = study.arms["self"], study.asked()
    start = Beside(alone.start, Pretrained(asked))
    loop, judges = alone.loop, (Tool(asked), Opinion())
    return Setting(asked, start, loop.sample, loop.measure.sample, loop.train, judges, 0.0)


@dataclass(frozen=True)
class Anchors:
    """The study: `seeds` runs of every arm. `doses` adds the arms between no anchor and the whole of one.

    With `model`, the anchors that a few rounds can tell apart are tried on that pretrained model, which adds small
    numbers as it does in the study `pretrained`; `domain` and `updates` are then that study's.
    """

    domain: Domain = PUZZLES
    seeds: int = 5
    rounds: int = 6
    tasks: int = 300
    examined: int = 120
    updates: int = 60
    doses: bool = True
    model: str | None = None

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require(self.tasks >= 1, self, "tasks", "a whole number of at least 1")
        require(self.examined >= 2, self, "examined", "a whole number of at least 2")
        require(self.updates >= 1, self, "updates", "a whole number of at least 1")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial(self.setting.domain.name, arm, replace(experiment, seed=seed))
            for seed in range(self.seeds)
            for arm, experiment in self.arms().items()
        ]

    @property
    def setting(self) -> Setting:
        """What all arms share."""
        if self.model is None:
            return scratch(self.domain, self.updates)
        return pretrained(Elicitation(model=self.model))

    def arms(self) -> Mapping[str, Experiment]:
        """The experiments to compare."""
        found = self._whole() | (self._parts() if self.doses else {})
        none = replace(found["self"], rounds=0)
        named = {"none": none, **{arm: found[arm] for arm in dict.fromkeys((*MAIN[1:], *found))}}
        return named if self.model is None else {arm: named[arm] for arm in SHORT}

    def _whole(self) -> dict[str, Experiment]:
        """Each anchor at full strength, and the arms without one."""
        chosen = {
            "random": self._experiment(self._learned(Random(KEEP))),
            "self": self._experiment(self._learned(Best(of="self", keep=KEEP))),
            "replay": self._experiment(self._learned(Best(of="self", keep=KEEP), REPLAYED["replay"])),
            "first": self._experiment(self._learned(Best(of="first", keep=KEEP)), FROZEN[0]),
            "lagged": self._experiment(self._learned(Best(of="past", keep=KEEP)), Opinion(role="past", name="past")),
            "third": self._experiment(self._learned(Best(of="third", keep=KEEP)), FROZEN[1]),
            "tool": self._experiment(self._learned(Best(of="tool", keep=KEEP))),
            "corrections": self._experiment(self._learned(Corrected(Best(of="self", keep=KEEP), share=0.02))),
        }
        lagged = chosen["lagged"]
        return chosen | {"lagged": _with(lagged, train=Lagged(lagged.loop.train, by=2))}

    def _parts(self) -> dict[str, Experiment]:
        """The doses between none of an anchor and the whole."""
        replayed = {
            arm: self._experiment(self._learned(Best(of="self", keep=KEEP), share)) for arm, share in REPLAYED.items()
        }
        checks = {
            arm: FirstOf((Audited(Tool(self.setting.domain), share=share), Opinion()), name="covered")
            for arm, share in COVERED.items()
        }
        learned = self._learned(Best(of="covered", keep=KEEP))
        return replayed | {arm: self._experiment(learned, check) for arm, check in checks.items()}

    def _learned(self, chosen: Select, replayed: float = 0.0) -> Select:
        """What was chosen, a part of it replaced by right answers, and as many verdicts as in every other arm."""
        part = Part(chosen, share=1.0 - replayed) if replayed else chosen
        verdicts = self.setting.verdicts / (1.0 - replayed)
        return Replay(part, self.setting.domain, share=replayed, verdicts=verdicts, earlier=False)

    def _experiment(self, select: Select, *judges: Judge) -> Experiment:
        setting = self.setting
        loop = Loop(
            propose=Given(setting.domain, self.tasks),
            sample=setting.sample,
            judges=tuple(dict.fromkeys((*setting.recorded, *judges))),
            select=select,
            train=setting.train,
            measure=Exam(setting.domain, setting.exam, tasks=self.examined),
            gate=Always(),
        )
        return Experiment(setting.start, loop, self.rounds)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        judges: dict[str, tuple[Anchor, ...]] = {}
        for trial in self.trials:
            run = read_run(folder / trial.folder)
            runs.setdefault(trial.arm, []).append(run.history)
            judges.setdefault(trial.arm, anchors(trial.experiment, run))
        anchored = tuple(arm for arm in ANCHORED if arm in runs)
        made = claims(runs, anchored, DOSES if self.doses and self.model is None else {})
        main = Section(
            "The anchors",
            SAME,
            tuple(Arm(arm, ABOUT[arm], tuple(runs[arm]), judges[arm]) for arm in MAIN if arm in runs),
        )
        doses = Section(
            "How much of it",
            "The same loops with less of an anchor, and with more.",
            tuple(
                Arm(arm, f"{share:.0%} of {what}.".replace("%", " %"), tuple(runs[arm]), judges[arm])
                for what, shares in (("what is learned is given", REPLAYED), ("tasks are checked", COVERED))
                for arm, share in shares.items()
                if arm in runs and arm not in MAIN
            ),
        )
        return Page(
            "Anchors: which outside signal keeps a self-judged loop from collapsing",
            verdict(runs, anchored, made),
            (main, doses) if doses.arms else (main,),
            tuple(made),
            text(self.arms()["third"]),
        )


def _with(experiment: Experiment, **choices: Any) -> Experiment:
    loop: Loop = replace(experiment.loop, **choices)
    return replace(experiment, loop=loop)
