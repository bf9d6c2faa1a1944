"""S6: can a model be rewarded for knowing what it does not know, and what does that cost?

Every arm starts from the same policy, which states a confidence with each answer and is too sure, samples the same
tasks as often, learns by the same policy gradient for as many updates and sits the same exam. Arms differ in what they
are paid for: being right alone, or also a scoring rule of the stated confidence. What is right is drawn, so the best
accuracy and the best Brier score that anybody can have are known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from headway.domains import Stated, Witnesses
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Calibration
from headway.measure.reliability import reliability_curve
from headway.propose import Given
from headway.report import Arm, Claim, Page, Section
from headway.report.reliability import diagrams
from headway.sample import Each
from headway.select import Advantage
from headway.select.rewards import Brier, Correct, LogScore, Readable, Reward, Spherical
from headway.stages import Report, require
from headway.start import Pretrained
from headway.stats import paired_test
from headway.studies.contrasts import Contrast, Run, at_least, contrast, ends, falls, rises, starts
from headway.studies.trials import Trial
from headway.train import Reinforce
from headway.verify import Tool

ABOUT = {
    "base": "The policy as it came: it answers about as well as it can, and is too sure.",
    "binary": "Paid for being right. The control: nothing is paid for the confidence.",
    "brier": "Paid for being right, less the squared distance of confidence and outcome (RLCR).",
    "spherical": "The same with the spherical score.",
    "log": "The same with the log score: its span of 4.6 is more than correctness weighs, so it had to be forced.",
}
LOOPS: Mapping[str, tuple[Reward, ...]] = {
    "binary": (Correct(),),
    "brier": (Correct(), Brier()),
    "spherical": (Correct(), Spherical()),
    "log": (Correct(), LogScore(weight=1.0)),
}
HERE = Witnesses()
ELSEWHERE = (Witnesses(witnesses=5), Witnesses(least=0.3, most=0.9))
FORMAT = Readable(weight=0.5, confidence=True)
"""Every arm pays alike for stating a confidence at all."""
MARGIN = 0.03
"""Accuracy that is lost by less counts as kept."""


@dataclass(frozen=True)
class Calibrated:
    """The study: `seeds` runs of every arm, `rounds` rounds of `updates` updates on `tasks` tasks of 16 attempts.

    The exam has `examined` held-out tasks where training asked, as many with fewer witnesses, and as many whose
    witnesses are more reliable than any rule learned in training expects.
    """

    seeds: int = 5
    rounds: int = 16
    tasks: int = 256
    updates: int = 16
    examined: int = 300
    gold: int = 20_000
    arms: tuple[str, ...] = ("binary", "brier", "log")
    domain: Witnesses = HERE
    elsewhere: tuple[Witnesses, ...] = ELSEWHERE

    def __post_init__(self) -> None:
        require(self.seeds >= 2, self, "seeds", "a whole number of at least 2: what is claimed is claimed over seeds")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require({"binary", "brier"} <= set(self.arms) <= set(LOOPS), self, "arms", f"binary, brier, of {list(LOOPS)}")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial("witnesses", arm, self.experiment(arm, seed))
            for seed in range(self.seeds)
            for arm in ("base", *self.arms)
        ]

    def experiment(self, arm: str, seed: int) -> Experiment:
        """One arm with one seed; `base` is the first policy alone."""
        asked = Stated(self.domain)
        rewards = (*LOOPS["binary" if arm == "base" else arm], FORMAT)
        loop = Loop(
            propose=Given(asked, self.tasks),
            sample=Each(asked, attempts=16, max_tokens=4),
            judges=(Tool(asked),),
            select=Advantage(rewards, force=arm == "log"),
            train=Reinforce(updates=self.updates, batch=self.tasks * 16 // self.updates, learning_rate=1e-3, kl=0.02),
            measure=Calibration(
                asked, Each(asked, attempts=8, max_tokens=4), tuple(map(Stated, self.elsewhere)), self.examined
            ),
            gate=Always(),
        )
        start = Pretrained(asked, gold=self.gold, graded=0, epochs=2, width=32, layers=2)
        return Experiment(start, loop, rounds=0 if arm == "base" else self.rounds, seed=seed)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        found: dict[str, list[Run]] = {}
        for trial in self.trials:
            found.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        arms = tuple(Arm(arm, f"{ABOUT[arm]} {described(runs)}", tuple(runs)) for arm, runs in found.items())
        section = Section(self.domain.name, self._about(), arms[1:], opinion=None, more=self._diagrams(found))
        made = claimed(found, {"": "", **{f"/{domain.name}": f" ({domain.name})" for domain in self.elsewhere}})
        return Page(
            "Calibration: paid for knowing what one does not know",
            verdict(found),
            (section,),
            tuple(made),
            text(self.experiment("brier", 0)),
        )

    def _about(self) -> str:
        best = bayes(self.domain, self.examined)
        return (
            f"{self.domain!r}, each answer with a stated confidence. On these exam tasks nobody can expect more "
            f"accuracy than {best[0]:.3f} or a lower Brier score than {best[1]:.3f}. "
            f"Out of distribution: {' and '.join(domain.name for domain in self.elsewhere)}."
        )

    def _diagrams(self, found: Mapping[str, Sequence[Run]]) -> str:
        about = (
            "Exam attempts of all seeds, by stated confidence; bars are 95 % over tasks. On the grey line a confidence "
            "comes true as often as it says."
        )
        return "".join(
            diagrams(
                f"Does stated confidence come true? {domain.name}",
                about,
                {arm: curve(runs, Stated(domain).name) for arm, runs in found.items()},
            )
            for domain in (self.domain, *self.elsewhere)
        )


def curve(runs: Sequence[Run], domain: str) -> pl.DataFrame:
    """The reliability curve of the exams that the runs ended with, in one domain."""
    exams = [run[run[-1].ruling.keep].exam for run in runs if run[-1].ruling is not None]
    rows = pl.concat(
        [
            exam.frame.select("task", "domain", "confidence", right=exam.verdict("tool"))
            for exam in exams
            if exam is not None
        ]
    ).filter((pl.col("domain") == domain) & pl.col("confidence").is_not_null())
    return reliability_curve(
        rows["confidence"].to_numpy(), rows["right"].to_numpy(), rows["task"].to_numpy(), equal="width"
    )


def bayes(domain: Witnesses, tasks: int) -> tuple[float, float]:
    """The accuracy and the Brier score of giving the likeliest answer and its true chance, at the exam's tasks."""
    chance = np.array(
        [domain.posterior(str(prompt)).max() for prompt in domain.tasks(tasks, 0, held_out=True)["prompt"]]
    )
    return float(chance.mean()), float((chance * (1.0 - chance)).mean())


SHOWN = ("accuracy", "brier", "ece", "auroc", "values", "extreme")


def described(runs: Sequence[Run]) -> str:
    """Where an arm ended, means over seeds."""
    last = ends(runs)
    return ", ".join(f"{name} {mean(last, name):.3f}" for name in SHOWN if all(name in one.estimates for one in last))


def mean(reports: Sequence[Report], metric: str) -> float:
    """The mean of an estimate over seeds."""
    return float(np.mean([report.estimates[metric].value for report in reports]))


def claimed(found: Mapping[str, Sequence[Run]], places: Mapping[str, str]) -> list[Claim]:
    """What the study claims, each sentence with its numbers; `places` are suffixes of metrics and how to say them."""
    base, last = starts(found["base"]), {arm: ends(runs) for arm, runs in found.items()}
    made = [
        claim
        for arm in last
        if arm not in ("base", "binary")
        for suffix, said in places.items()
        for claim in beside_binary(arm, last["binary"], last[arm], suffix, said)
    ]
    made += [
        told(
            rises,
            "binary: how often it agrees with itself stops being a fair chance (ECE of agreement)",
            (base, last["binary"], "agreement_ece"),
        ),
        told(
            kept,
            "brier repairs what is stated, not the agreement (ECE of agreement is no lower than binary's by .03)",
            (last["binary"], last["brier"], "agreement_ece"),
        ),
        votes(last["brier"]),
        told(
            not_more,
            "brier: no more confidences of 0 or 1 than before training (alarm)",
            (base, last["brier"], "extreme"),
        ),
    ]
    return made


def beside_binary(arm: str, binary: Sequence[Report], after: Sequence[Report], suffix: str, said: str) -> list[Claim]:
    """Accuracy kept, and the confidence better by three statistics that fail differently."""

    def pair(metric: str) -> Pair:
        return binary, after, f"{metric}{suffix}"

    return [
        told(kept, f"{arm}: accuracy is within {MARGIN} of binary's{said}", pair("accuracy")),
        told(falls, f"{arm}: lower Brier score than binary{said}", pair("brier")),
        told(falls, f"{arm}: lower ECE than binary{said}", pair("ece")),
        told(rises, f"{arm}: tells right from wrong better than binary{said} (AUROC)", pair("auroc")),
    ]


Pair = tuple[Sequence[Report], Sequence[Report], str]


def told(judge: Callable[[str, Contrast], Claim], sentence: str, pair: Pair) -> Claim:
    """What `judge` says of a metric before and after; it cannot tell where an exam could not measure it.

    A model that states nothing, or is never right, has no AUROC.
    """
    before, after, metric = pair
    missing = sum(metric not in report.estimates for report in (*before, *after))
    if missing:
        return Claim(sentence, f"{metric} could not be measured in {missing} exams", None)
    return judge(sentence, contrast(before, after, metric))


def kept(sentence: str, found: Contrast) -> Claim:
    """Holds where no more than the margin is lost."""
    return at_least(sentence, found, -MARGIN)


def not_more(sentence: str, found: Contrast) -> Claim:
    """Holds where none of the interval is above 0."""
    gain = found.difference
    return Claim(sentence, str(found), True if gain.high <= 0.0 else False if gain.low > 0.0 else None)


def votes(after: Sequence[Report]) -> Claim:
    """Votes that count by confidence against plain votes, of the same attempts."""
    plain, weighted = ([report.estimates[name].value for report in after] for name in ("vote", "weighted"))
    test = paired_test(plain, weighted)
    gain = Contrast(test.difference, float(np.mean(plain)), float(np.mean(weighted)), len(plain), test.p_value)
    return rises("brier: of 8 attempts, a vote by confidence is right more often than a plain vote", gain)


def verdict(found: Mapping[str, Sequence[Run]]) -> str:
    """One sentence for the top of the page."""
    binary, brier = ends(found["binary"]), ends(found["brier"])
    better = told(falls, "", (binary, brier, "brier")).holds
    same = told(kept, "", (binary, brier, "accuracy")).holds
    said = {
        (True, True): f"Paying for calibration calibrates, and accuracy stays within {MARGIN}",
        (True, False): "Paying for calibration calibrates, and costs accuracy",
        (True, None): "Paying for calibration calibrates; what it costs in accuracy cannot be told",
    }.get((better, same), "Paying for calibration did not clearly calibrate")
    names = {"brier": "Brier", "ece": "ECE", "auroc": "AUROC", "accuracy": "accuracy"}
    measured = [name for name in names if all(name in report.estimates for report in (*binary, *brier))]
    moved = ", ".join(f"{names[name]} {mean(binary, name):.3f} → {mean(brier, name):.3f}" for name in measured)
    return f"{said}: from a binary reward to the same with a Brier term, {moved} ({len(binary)} seeds)."


def quick(study: Calibrated) -> Calibrated:
    """The same question in about two minutes on two idle cores: two arms, three seeds."""
    return replace(study, seeds=3, arms=("binary", "brier"))
