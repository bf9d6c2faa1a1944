"""S2: which outside signal keeps a self-judged loop from collapsing, and how much of it does it take?

Every arm starts from the same policy, samples as many attempts at the same tasks, keeps the best two of each task by
its own judge, learns from rows of the same total weight for the same number of updates, and has no gate that could
look at the truth. Arms differ in whose word "best" is, or in what stands for a part of what was kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headway.domains import Puzzles
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.presets import longest
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.sample import Each
from headway.select import Best, Corrected, Part, Random, Replay
from headway.stages import Domain, Judge, Select, require
from headway.start import Also, Pretrained, Several
from headway.studies.anchoring import claims, verdict
from headway.studies.contrasts import Run
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
ANCHORED = ("replay", "first", "lagged", "third", "tool", "corrections")
PUZZLES = Puzzles()
KEEP = 2
VERDICTS = 0.2
"""Rows that keep the verdict format alive, for each row that is learned; the same number in every arm."""
REPLAYED = {"replay 10 %": 0.1, "replay": 0.3, "replay 60 %": 0.6}
COVERED = {"tool on 10 %": 0.1, "tool on 30 %": 0.3}
DOSES = {
    "share of right answers that is replayed": ("self", *REPLAYED),
    "share of tasks that the check reaches": ("self", *COVERED, "tool"),
}
"""Arms in order of the dose, from none on."""


@dataclass(frozen=True)
class Anchors:
    """The study: `seeds` runs of every arm. `doses` adds the arms between no anchor and the whole of one."""

    domain: Domain = PUZZLES
    seeds: int = 8
    rounds: int = 6
    tasks: int = 300
    examined: int = 120
    updates: int = 60
    doses: bool = True

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
            Trial(self.domain.name, arm, replace(experiment, seed=seed))
            for seed in range(self.seeds)
            for arm, experiment in self.arms().items()
        ]

    def arms(self) -> Mapping[str, Experiment]:
        """The experiments to compare."""
        chosen = {
            "random": self._experiment(self._learned(Random(KEEP))),
            "self": self._experiment(self._learned(Best(of="self", keep=KEEP))),
            "first": self._experiment(self._learned(Best(of="first", keep=KEEP))),
            "lagged": self._experiment(self._learned(Best(of="past", keep=KEEP)), Opinion(role="past", name="past")),
            "third": self._experiment(self._learned(Best(of="third", keep=KEEP))),
            "tool": self._experiment(self._learned(Best(of="tool", keep=KEEP))),
            "corrections": self._experiment(self._learned(Corrected(Best(of="self", keep=KEEP), share=0.02))),
        }
        lagged = chosen["lagged"]
        chosen["lagged"] = _with(lagged, train=Lagged(lagged.loop.train, by=2))
        for arm, share in REPLAYED.items():
            if self.doses or arm == "replay":
                chosen[arm] = self._experiment(self._learned(Best(of="self", keep=KEEP), share))
        for arm, share in COVERED.items() if self.doses else ():
            covered = FirstOf((Audited(Tool(self.domain), share=share), Opinion()), name="covered")
            chosen[arm] = self._experiment(self._learned(Best(of="covered", keep=KEEP)), covered)
        none = replace(chosen["self"], rounds=0)
        return {"none": none, **{arm: chosen[arm] for arm in dict.fromkeys((*MAIN[1:], *chosen))}}

    def _learned(self, chosen: Select, replayed: float = 0.0) -> Select:
        """What was chosen, a part of it replaced by right answers, and as many verdicts as in every other arm."""
        part = Part(chosen, share=1.0 - replayed) if replayed else chosen
        return Replay(part, self.domain, share=replayed, verdicts=VERDICTS / (1.0 - replayed), earlier=False)

    def _experiment(self, select: Select, *judges: Judge) -> Experiment:
        domain, tokens = self.domain, longest(self.domain)
        recorded = (Tool(domain), Opinion(), Opinion(role="base", name="first"), Opinion(role="third", name="third"))
        loop = Loop(
            propose=Given(domain, self.tasks),
            sample=Each(domain, max_tokens=tokens),
            judges=(*recorded, *judges),
            select=select,
            train=Fit(updates=self.updates),
            measure=Exam(domain, Each(domain, attempts=32, max_tokens=tokens), tasks=self.examined),
            gate=Always(),
        )
        start = Also(Several(Pretrained(domain), roles=("solver", "third")))
        return Experiment(start, loop, self.rounds)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        for trial in self.trials:
            runs.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        made = claims(runs, ANCHORED, DOSES if self.doses else {})
        main = Section("The anchors", f"{self.domain!r}", _arms(runs, MAIN))
        doses = Section(
            "How much of it",
            "The same loops with less of an anchor, and with more.",
            tuple(
                Arm(arm, f"{share:.0%} of {what}.".replace("%", " %"), tuple(runs[arm]))
                for what, shares in (("what is learned is given", REPLAYED), ("tasks are checked", COVERED))
                for arm, share in shares.items()
                if arm in runs and arm not in MAIN
            ),
        )
        return Page(
            "Anchors: which outside signal keeps a self-judged loop from collapsing",
            verdict(runs, ANCHORED, made),
            (main, doses) if doses.arms else (main,),
            tuple(made),
            text(self.arms()["third"]),
        )


def _arms(runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> tuple[Arm, ...]:
    return tuple(Arm(name, ABOUT[name], tuple(runs[name])) for name in names)


def _with(experiment: Experiment, **choices: Any) -> Experiment:
    loop: Loop = replace(experiment.loop, **choices)
    return replace(experiment, loop=loop)
