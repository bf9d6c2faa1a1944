"""S4a: who decides whether a round stands, and does it matter? A loop that drifts, under gates that differ.

Every arm of a loop starts from the same policy, samples as often at the same tasks, learns for as many updates and sits
the same exam. Arms differ in the gate alone. The gates see three fifths of the exam's tasks; what an arm ends with is
scored on the others, which no gate has seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from headway.domains import Puzzles
from headway.experiment import Experiment, text
from headway.gate import Always, BestByReward, Governor, Lever, Preferred, Sealed, SelfReport, Standard
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.presets import longest
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.sample import Each
from headway.select import Best, Replay
from headway.stages import Domain, Gate, Judge, require
from headway.start import Pretrained, Several
from headway.studies.contrasts import Run
from headway.studies.governing import claims, ruled_again, verdict
from headway.studies.trials import Trial
from headway.train import Fit
from headway.verify import Audited, FirstOf, Opinion, Tool

STANDARDS = (
    Standard(
        *("accuracy", 0.04),
        evidence="tool",
        name="right-at-once",
        protects="who asks once",
        owner="the authors of the study",
    ),
    Standard(
        *("pass@16", 0.15),
        evidence="tool",
        name="within-reach",
        protects="who asks again until it is right",
        owner="the authors of the study",
    ),
    Standard(
        *("distinct_right", 0.25),
        relative=True,
        must=False,
        most=12.0,
        evidence="tool",
        name="more-than-one-way",
        protects="who wants another way to answer",
        owner="the authors of the study",
    ),
)
"""Margins that 360 tasks can show in six rounds: chosen on one run with a seed that the study does not have."""
SEEN = 0.6
"""The part of the exam's tasks that gates see."""
KEEP = 2
COVERED = 0.02
"""The part of the tasks at which the exact check is asked in every self-judged arm; elsewhere the policy itself is."""
ANCHOR = Lever("judges.2.judges.0.share", (0.3, 1.0))
REPLAY = Lever("select.share", (0.3, 0.5))
EXPLORE = Lever("sample.temperature", (1.2,))
GOVERNED = Governor(STANDARDS, bounds="betting")
JUDGED = Sealed(GOVERNED, SEEN)
SELF: Mapping[str, tuple[str, Gate]] = {
    "always": ("Every round stands.", Always()),
    "self-report": ("A round stands where the new policy thinks at least as well of its own answers.", SelfReport()),
    "governor": ("A round stands where it is shown to hold every must; nothing else is changed.", GOVERNED),
    "governor with levers": (
        "As governor; and it asks the check at more tasks, replays given answers, or samples more widely.",
        replace(GOVERNED, anchor=ANCHOR, replay=REPLAY, explore=EXPLORE),
    ),
}
ANCHORED = "anchored from the start"
REWARDED = "best by reward"
RATED: Mapping[str, tuple[str, Gate]] = {
    "rater always": ("Every round stands.", Always()),
    "rater preference alone": ("A round stands where the rater likes the answers at least as well.", Preferred()),
    "rater standards": (
        "A round stands where it is shown to hold every must; among those the rater's preference says which is best.",
        replace(GOVERNED, goal="self_score"),
    ),
}
FAMILIAR = {f"familiar {arm}": RATED[arm] for arm in ("rater always", "rater standards")}
ABOUT = {
    **{arm: about for arm, (about, _) in {**SELF, **RATED, **FAMILIAR}.items()},
    REWARDED: "The same rounds as always, of which the one with the highest self-score is taken.",
    ANCHORED: "No gate; the check is asked at three tenths of the tasks in every round.",
}
TRAINED = (*SELF, ANCHORED, *RATED, *FAMILIAR)
LOOPS = {
    "a loop that judges itself": (
        "The policy keeps the two attempts of each task that it thinks best itself, but for one task in fifty, where "
        "an exact check is asked.",
        (*SELF, ANCHORED, REWARDED),
    ),
    "a loop that pleases a rater": (
        "The policy as it was before round 1, frozen, keeps the two attempts of each task that it thinks right. "
        "Training cannot change its word, but can find what it is wrong about: preference and standard part ways.",
        tuple(RATED),
    ),
    "a loop that pleases a rater of familiar answers": (
        "Another policy, frozen, keeps the two attempts of each task that it finds likeliest: raters of language are "
        "known to like what is familiar. Whether that parts ways with the standards is for the numbers to say.",
        tuple(FAMILIAR),
    ),
}
PUZZLES = Puzzles()


@dataclass(frozen=True)
class Governed:
    """The study: `seeds` runs of every arm of `arms`, all where it is empty."""

    domain: Domain = PUZZLES
    seeds: int = 5
    rounds: int = 6
    tasks: int = 300
    examined: int = 600
    updates: int = 60
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require(self.examined >= 10, self, "examined", "a whole number of at least 10")
        require(set(self.only) <= set(TRAINED), self, "only", f"some of {', '.join(TRAINED)}")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial(self.domain.name, arm, replace(experiment, seed=seed))
            for seed in range(self.seeds)
            for arm, experiment in self.arms().items()
        ]

    def arms(self) -> Mapping[str, Experiment]:
        """The experiments to compare, and one without rounds from whose cast the others start."""
        own = {arm: self._self_judged(gate) for arm, (_, gate) in SELF.items()}
        own[ANCHORED] = self._self_judged(Always(), covered=ANCHOR.values[0])
        rated = {arm: self._rated(gate, Opinion(role="base", name="rater")) for arm, (_, gate) in RATED.items()}
        familiar = Opinion(role="third", ask="likelihood", name="rater")
        rated |= {arm: self._rated(gate, familiar) for arm, (_, gate) in FAMILIAR.items()}
        chosen = {arm: one for arm, one in {**own, **rated}.items() if not self.only or arm in self.only}
        return {"none": replace(own["always"], rounds=0), **chosen}

    def _self_judged(self, gate: Gate, covered: float = COVERED) -> Experiment:
        check = FirstOf((Audited(Tool(self.domain), share=covered), Opinion()), name="covered")
        return self._experiment(gate, Best(of="covered", keep=KEEP), "self", Opinion(), check)

    def _rated(self, gate: Gate, rater: Opinion) -> Experiment:
        return self._experiment(gate, Best(of="rater", keep=KEEP), "rater", rater)

    def _experiment(self, gate: Gate, chosen: Best, opinion: str, *judges: Judge) -> Experiment:
        domain, tokens = self.domain, longest(self.domain)
        loop = Loop(
            propose=Given(domain, self.tasks),
            sample=Each(domain, max_tokens=tokens),
            judges=(Tool(domain), *judges),
            select=Replay(chosen, domain, share=0.0, earlier=False),
            train=Fit(updates=self.updates),
            measure=Exam(domain, Each(domain, max_tokens=tokens), tasks=self.examined, opinion=opinion),
            gate=Sealed(gate, SEEN),
        )
        return Experiment(Several(Pretrained(domain), roles=("solver", "third")), loop, self.rounds)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        for trial in self.trials:
            if trial.arm != "none":
                runs.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        if "always" in runs:  # a gate that lets every round stand trains the same rounds, and takes another of them
            runs[REWARDED] = [tuple(ruled_again(run, Sealed(BestByReward(), SEEN))) for run in runs["always"]]
        made = claims(runs, JUDGED)
        sections = [
            Section(title, about, tuple(Arm(arm, ABOUT[arm], tuple(runs[arm])) for arm in arms if arm in runs))
            for title, (about, arms) in LOOPS.items()
        ]
        return Page(
            "Governor: who decides whether a round stands",
            verdict(runs, JUDGED),
            tuple(section for section in sections if section.arms),
            tuple(made),
            text(self.arms()[next(iter(runs))]),
        )


def quick(study: Governed) -> Governed:
    """One seed and the three gates that say the most: under three minutes of processor time."""
    return replace(study, seeds=1, only=("always", "self-report", "governor with levers"))
