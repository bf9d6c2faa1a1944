"""S7: can a model set its own tasks, when nobody tells it what is right?

A proposer writes problems, the solver answers each of them eight times, and what most attempts say is the label: the
solver is paid for agreeing with it, the proposer for problems on which some attempts agree and not all
(arXiv:2508.03682). Every arm starts from the same policy, asks about as many problems, learns by the same policy
gradient for as many updates and sits the same exam. Arms differ in who proposes, what that pays, and whether any label
is checked. Truth is recorded in all of them, for the curves, and used by `anchor` and `truth` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from headway.domains import Arithmetic
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Ladder
from headway.propose import Given, SelfPlay
from headway.report import Arm, Page, Section
from headway.report.tables import table
from headway.sample import Each
from headway.select import Advantage, Clusters, Learnability
from headway.select.rewards import Correct
from headway.stages import Judge, Propose, Select, require
from headway.start import Posing
from headway.studies.contrasts import Run
from headway.studies.playing import Course, Courses, claims, course
from headway.studies.trials import Trial
from headway.train import Reinforce
from headway.verify import Audited, FirstOf, Tool, Vote

ABOUT = {
    "sqlm": "One set of weights proposes and solves; majority labels; a proposal pays 1 where some agree and not all.",
    "two": "The same with two sets of weights, which go apart after the first round.",
    "hard": "As sqlm, but a proposal pays 1 - the share that agrees with the majority.",
    "frozen": "The proposer stays as it came; only the solver learns.",
    "random": "Nobody proposes: problems are drawn evenly over the levels that the proposer learned, all solvable.",
    "variety": "As sqlm, less a proposal's share of the round's proposals that are like it.",
    "anchor": "As sqlm, but the labels of a tenth of the tasks are checked by the world.",
    "truth": "As sqlm, but every label is checked: the upper bound.",
    "fast": "As sqlm, at four times the learning rate.",
    "fast anchor": "As fast, but the labels of a tenth of the tasks are checked.",
    "fast truth": "As fast, but every label is checked: whether the rate or the vote does it.",
}
ROLES = ("solver", "proposer")
HERE = Arithmetic()
FIRST = Posing(HERE, asks=Arithmetic(2, 3))
LABELS = {"anchor": "label", "truth": "tool"}
"""The verdict that is learned where it is not the vote."""
FASTER = 4.0
ASKABLE = 0.8
"""The part of proposals that is not the exam's: what nobody proposes is as many tasks."""


@dataclass(frozen=True)
class Played:
    """The study: `seeds` runs of every arm, `rounds` rounds of `updates` updates on what `proposals` proposals ask.

    The ladder has `examined` held-out problems at each of `levels`, half of them dev's, by which the reported round
    is chosen, and half the exam's.
    """

    seeds: int = 5
    rounds: int = 12
    proposals: int = 384
    updates: int = 12
    learning_rate: float = 2.5e-4
    examined: int = 200
    levels: tuple[int, ...] = (2, 3, 4)
    anchored: float = 0.1
    arms: tuple[str, ...] = tuple(ABOUT)
    domain: Arithmetic = HERE
    start: Posing = FIRST

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require(self.examined >= 4 and self.examined % 2 == 0, self, "examined", "an even number of at least 4")
        allowed = {"sqlm", "frozen"} <= set(self.arms) <= set(ABOUT)
        require(allowed, self, "arms", f"sqlm, its control frozen, and others of {', '.join(ABOUT)}")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial(self.domain.name, arm, self.experiment(arm, seed))
            for seed in range(self.seeds)
            for arm in ("base", *self.arms)
        ]

    def experiment(self, arm: str, seed: int) -> Experiment:
        """One arm with one seed; `base` is the first policy alone."""
        loop = self.loop("sqlm" if arm == "base" else arm)
        return Experiment(self.start, loop, rounds=0 if arm == "base" else self.rounds, seed=seed)

    def loop(self, arm: str) -> Loop:
        """The seven choices of an arm."""
        each = Each(self.domain, attempts=8, max_tokens=8)
        label = LABELS.get(arm.removeprefix("fast "), "vote")
        checked = FirstOf((Audited(Tool(self.domain), self.anchored), Vote()), name="label")
        judges: tuple[Judge, ...] = (Tool(self.domain), Vote(), *((checked,) if label == "label" else ()))
        return Loop(
            propose=self.propose(arm),
            sample=each,
            judges=judges,
            select=self.select(arm, label),
            train=Reinforce(
                roles=("solver",) if arm in ("frozen", "random") else ROLES,
                updates=self.updates,
                batch=self.proposals * each.attempts // self.updates,
                learning_rate=self.learning_rate * (FASTER if arm.startswith("fast") else 1.0),
                apart=arm == "two",
            ),
            measure=Ladder(self.domain, replace(each, attempts=2), self.levels, self.examined),
            gate=Always(),
        )

    def propose(self, arm: str) -> Propose:
        """Who writes the tasks of an arm."""
        if arm == "random":
            return Given(self.start.asks, round(ASKABLE * self.proposals))
        return SelfPlay(self.domain, self.proposals, role="base" if arm == "frozen" else "proposer")

    def select(self, arm: str, label: str) -> Select:
        """What pays the solver, and the proposer where it learns."""
        solver = Advantage((Correct(of=label),))
        if arm in ("frozen", "random"):
            return solver
        variety = Clusters() if arm == "variety" else None
        return Learnability(solver, by=label, shape="hard" if arm == "hard" else "band", variety=variety)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        for trial in self.trials:
            runs.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        found = {arm: [course(run) for run in seeds] for arm, seeds in runs.items() if arm != "base"}
        arms = tuple(Arm(arm, f"{ABOUT[arm]} {described(found[arm])}", tuple(runs[arm])) for arm in found)
        about = f"{self.domain!r}; every other held-out problem chooses the reported round, the rest are the exam."
        section = Section(self.domain.name, about, arms, opinion=None, more=proposals_table(found))
        return Page(
            "Self-play: a proposer and a solver, and no labels but votes",
            verdict(found),
            (section,),
            tuple(claims(found)),
            text(self.experiment("sqlm", 0)),
        )


def described(seeds: Sequence[Course]) -> str:
    """Where an arm started, what it reports, where it ended, and in how many seeds it turned; means over seeds."""
    turned = [one.turned for one in seeds if one.turned is not None]
    when = f", after round {' '.join(map(str, turned))}" if turned else ""
    levels = " ".join(
        f"level {level} {np.mean([one.levels[one.best][level] for one in seeds]):.3f}" for level in seeds[0].levels[0]
    )
    return (
        f"Exam {np.mean([one.exam[0] for one in seeds]):.3f}, reported "
        f"{np.mean([one.reported for one in seeds]):.3f} ({levels}), end {np.mean([one.end for one in seeds]):.3f}; "
        f"turned in {len(turned)} of {len(seeds)} seeds{when}."
    )


COLUMNS: Mapping[str, str] = {
    "agreement": "agree",
    "label_right": "labels right",
    "hard": "wrong attempts",
    "band": "in the band",
    "level": "level",
    "spread": "spread of levels",
    "distinct": "distinct",
    "new": "new",
    "valid": "well-formed",
    "solvable": "solvable",
    "tasks": "tasks a round",
}


def proposals_table(found: Courses) -> str:
    """What was asked in the first and in the last third of the rounds, means over seeds."""
    rows = [[arm, *(_early_and_late(seeds, what) for what in COLUMNS)] for arm, seeds in found.items()]
    return table(["tasks, first → last third", *COLUMNS.values()], rows)


def _early_and_late(seeds: Sequence[Course], what: str) -> str:
    pairs = [(one.early(what), one.late(what)) for one in seeds]
    known = np.array([pair for pair in pairs if None not in pair], dtype=float)
    return " → ".join(f"{value:.3g}" for value in known.mean(axis=0)) if len(known) else ""


def verdict(found: Courses) -> str:
    """One sentence for the top of the page."""
    seeds = found["sqlm"]
    start, reported, end = (
        float(np.mean([value(one) for one in seeds]))
        for value in (lambda one: one.exam[0], lambda one: one.reported, lambda one: one.end)
    )
    turned = sum(one.turned is not None for one in seeds)
    best = max(found, key=lambda arm: float(np.mean([one.reported for one in found[arm]])))
    top = float(np.mean([one.reported for one in found[best]]))
    return (
        f"Self-play on votes alone goes from exam accuracy {start:.3f} to {reported:.3f} at the round that dev "
        f"chooses and ends at {end:.3f}; it turned in {turned} of {len(seeds)} seeds. "
        f"The most is reported by {best}, {top:.3f}."
    )


def quick(study: Played) -> Played:
    """The same question in under three minutes on two idle cores: two seeds, and a frozen proposer as control."""
    return replace(study, seeds=2, rounds=12, arms=("sqlm", "frozen"))
