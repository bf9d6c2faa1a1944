"""The loop on a real pretrained model: which judge lets it gain, and is what it gains more than the format?

SmolLM2-135M-Instruct is asked to add small numbers after two worked examples. It is rarely right, but often within
reach of eight attempts. Every arm samples the same tasks as often and learns as many batches; arms differ in what
they keep. The control shows the model as it came more examples: what those alone explain is format, not learning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headway.domains import Addition, Shots
from headway.experiment import Experiment, text
from headway.gate import Always, Governor, Standard
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.report import Arm, Claim, Page, Section
from headway.sample import Each
from headway.select import Above, Best, Random, Replay
from headway.stages import Judge, Report, require
from headway.start import LanguageModel
from headway.stats import mean_with_bounds
from headway.studies.contrasts import Run, at_most, below, contrast, ends, rises, starts
from headway.studies.trials import Trial
from headway.train import Fit
from headway.verify import Opinion, Tool, Vote

ABOUT = {
    "guarded": "As tool with a quota of 2 a task, replay of what earlier rounds kept, and a gate.",
    "tool": "Keeps every attempt that an exact check finds right.",
    "vote": "Keeps the attempts that agree with the majority of their eight siblings (self-consistency).",
    "self": "Keeps the 2 attempts a task that the model itself calls right most surely.",
    "random": "Keeps 2 attempts a task at random: fine-tuning on its own answers, unselected.",
}
QUESTION = "2+3=5 Yes\n4+4=7 No\n31+6=37 Yes\n25+40=75 No\n{line}{answer}"
"""How the model is asked for its own verdict: as it is asked for sums, after worked examples."""
CONTROL_SHOTS = (8, 16)
"""Worked examples in the control, where the loops have two."""
FLAT = 0.05
"""Accuracy that moves less than this is called flat."""
CHANCE = 0.65
"""A verdict whose AUC is below this hardly tells right from wrong."""
MOST = "pass@8"


@dataclass(frozen=True)
class Elicitation:
    """The study: `seeds` runs of every arm, `rounds` rounds of `tasks` tasks and eight attempts each."""

    seeds: int = 3
    rounds: int = 2
    tasks: int = 24
    examined: int = 32
    updates: int = 8
    model: str = "smollm2-135m"
    sums: Addition = Addition(1, 2, reverse=False, pairs=True)  # noqa: RUF009

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair; controls have no rounds."""
        return [
            Trial(self.sums.name, arm, replace(experiment, seed=seed))
            for seed in range(self.seeds)
            for arm, experiment in (self.arms | self.controls).items()
        ]

    @property
    def arms(self) -> dict[str, Experiment]:
        """The loops to compare."""
        tool = Tool(self.asked())
        guarded = Replay(Above(of="tool", keep=2), self.asked(), share=0.0, verdicts=0.0)
        return {
            "guarded": self._experiment(
                (tool,), select=guarded, gate=Governor((Standard("accuracy", 0.1), Standard(MOST, 0.15)))
            ),
            "tool": self._experiment((tool,), select=Above(of="tool", keep=8)),
            "vote": self._experiment((tool, Vote()), select=Above(of="vote", keep=8)),
            "self": self._experiment((tool, Opinion()), select=Best(of="self", keep=2)),
            "random": self._experiment((tool,), select=Random(keep=2)),
        }

    @property
    def controls(self) -> dict[str, Experiment]:
        """The model as it came, shown more examples; it is examined and never trained."""
        return {
            f"{shots} shots": self._experiment((Tool(self.asked(shots)),), shots=shots, rounds=0)
            for shots in CONTROL_SHOTS
        }

    def asked(self, shots: int = 2) -> Shots:
        """The sums after worked examples."""
        return Shots(self.sums, shots)

    def _experiment(
        self, judges: tuple[Judge, ...], *, shots: int = 2, rounds: int | None = None, **choices: Any
    ) -> Experiment:
        asked = self.asked(shots)
        loop = Loop(
            propose=Given(asked, self.tasks),
            sample=Each(asked, attempts=8, max_tokens=5),
            judges=judges,
            select=Random(keep=2),
            train=Fit(updates=self.updates, batch=16, learning_rate=5e-4),
            measure=Exam(
                asked,
                Each(asked, attempts=8, max_tokens=5),
                tasks=self.examined,
                ks=(1, 2, 4, 8),
                opinion="self" if any(judge.name == "self" for judge in judges) else None,
            ),
            gate=Always(),
        )
        start = LanguageModel(
            self.model,
            targets=("q_proj", "k_proj", "v_proj", "o_proj"),
            stop=("\n",),
            question=QUESTION,
            workers=0,
        )
        return Experiment(start, replace(loop, **choices), self.rounds if rounds is None else rounds)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        for trial in self.trials:
            runs.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        claims = claimed(runs)
        loops = Section(
            "Five judges, one pretrained model",
            f"{self.model} adds two numbers of {self.sums.shortest} to {self.sums.longest} digits after two worked "
            f"examples. The exam's {self.examined} sums are never trained on, in either order of their numbers.",
            tuple(Arm(arm, ABOUT[arm], tuple(runs[arm])) for arm in ABOUT),
        )
        control = Section(
            "Control: more examples, no training",
            "The model as it came on the same exam, with more worked examples: what the format alone explains.",
            tuple(Arm(arm, "", tuple(runs[arm])) for arm in self.controls),
        )
        return Page(
            "A real pretrained model: what the loop gains by each judge",
            verdict(runs),
            (loops, control),
            tuple(claims),
            text(self.arms["guarded"]),
        )


def claimed(runs: Mapping[str, Sequence[Run]]) -> list[Claim]:
    """What the study claims, each sentence with its numbers."""
    base, last = starts(runs["self"]), {arm: ends(many) for arm, many in runs.items()}

    def moved(arm: str):
        return contrast(base, last[arm], "accuracy")

    found = [rises(f"{arm}: an exact check raises held-out accuracy", moved(arm)) for arm in ("tool", "guarded")]
    found += [at_most(f"{arm}: accuracy is flat or down", moved(arm), FLAT) for arm in ("random", "self", "vote")]
    found += [
        rises(f"guarded ends with more accuracy than {arm}", contrast(last[arm], last["guarded"], "accuracy"))
        for arm in ("random", "self", "vote", "tool")
    ]
    found += [
        at_most(
            f"format: {shots} examples instead of 2 do not raise the accuracy of the model as it came",
            contrast(base, last[f"{shots} shots"], "accuracy"),
            FLAT,
        )
        for shots in CONTROL_SHOTS
    ]
    most = f"{max(CONTROL_SHOTS)} shots"
    found += [
        rises(
            f"more than format: guarded ends above the model as it came with {max(CONTROL_SHOTS)} examples",
            contrast(last[most], last["guarded"], "accuracy"),
        ),
        rises(f"more than sharpening: guarded raises {MOST} as well", contrast(base, last["guarded"], MOST)),
        at_chance(base),
    ]
    return found


def at_chance(base: Sequence[Report]) -> Claim:
    """Whether the untrained model's own verdict tells its right attempts at a task from its wrong ones."""
    sentence = f"self: at the start the model's verdict hardly tells right from wrong (AUC below {CHANCE})"
    values = np.array([report.estimates["verdict_auc"].value for report in base])
    found = mean_with_bounds(values, 0.025) if len(values) > 1 else base[0].estimates["verdict_auc"]
    unit = "seeds" if len(values) > 1 else "tasks of one seed"
    return Claim(
        sentence,
        f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}] over {found.n} {unit}",
        below(found, CHANCE),
    )


def verdict(runs: Mapping[str, Sequence[Run]]) -> str:
    """One sentence for the top of the page."""
    base = _mean(starts(runs["self"]), "accuracy")
    told = ", ".join(f"{arm} {_mean(ends(runs[arm]), 'accuracy'):.2f}" for arm in ABOUT)
    control = ", ".join(f"{_mean(ends(runs[f'{n} shots']), 'accuracy'):.2f} with {n}" for n in CONTROL_SHOTS)
    seeds = len(runs["self"])
    return (
        f"From an accuracy of {base:.2f} the loop ends at: {told} ({seeds} seed{'s' if seeds > 1 else ''}). "
        f"Shown more examples, the untrained model reaches {control}."
    )


def _mean(reports: Sequence[Report], metric: str) -> float:
    return float(np.mean([report.estimates[metric].value for report in reports]))
