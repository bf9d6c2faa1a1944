"""Watching a study: every arm's latest numbers, its mean over the seeds that are that far."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from headway.cli.progress import clock
from headway.stats import Estimate
from headway.studies.trials import Step, Trial

SHOWN = ("accuracy", "pass@32", "distinct_right", "self_score")


@dataclass
class StudyProgress:
    """What has been seen of every trial of a study."""

    trials: list[Trial]
    began: float = field(default_factory=time.monotonic)
    latest: dict[Trial, Step] = field(default_factory=dict)
    first: dict[Trial, Step] = field(default_factory=dict)
    earlier: int = 0
    """Rounds that an earlier process had done."""

    def see(self, step: Step) -> None:
        """Take note of a stage that a trial has done."""
        if step.stage == "ruling":
            self.latest[step.trial] = step
            self.first.setdefault(step.trial, step)
            self.earlier += step.earlier

    @property
    def status(self) -> str:
        """How much is done, and how long it takes; the time left by the rounds that this process has done."""
        planned = sum(trial.experiment.rounds + 1 for trial in self.trials)
        done = sum(step.round + 1 for step in self.latest.values())
        past, ours = time.monotonic() - self.began, done - self.earlier
        left = f", about {clock(past / ours * (planned - done))} left" if ours > 4 else ""
        return f"{done / planned:.0%} of {len(self.trials)} runs in {clock(past)}{left}"


def followed(steps: Iterable[Step], trials: list[Trial], console: Console) -> None:
    """Consume a study's steps and show them: a live table on a terminal, a line a round elsewhere."""
    progress = StudyProgress(trials)
    if not console.is_terminal:
        for step in steps:
            progress.see(step)
            if step.stage == "ruling":
                console.print(line(step, progress), soft_wrap=True, highlight=False)
        return
    with Live(console=console, get_renderable=lambda: table(progress), refresh_per_second=4):
        for step in steps:
            progress.see(step)


def line(step: Step, progress: StudyProgress) -> str:
    """A round of a trial as one line of text."""
    trial = step.trial
    name = f"{trial.section}/{trial.arm} seed {trial.experiment.seed}"
    found = "  ".join(f"{name.replace('_', ' ')} {value(step, name)}" for name in SHOWN if name in step.estimates)
    word = "" if step.accepted else "  (rolled back)"
    return f"{name:<44} round {step.round}/{trial.experiment.rounds}  {found}{word}  [{progress.status}]"


def table(progress: StudyProgress) -> Group:
    """A row an arm: how far it is, and where each number began and is now."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("")
    drawn.add_column("rounds", justify="right")
    for name in SHOWN:
        drawn.add_column(name.replace("_", " "), justify="right")
    for section, arm in dict.fromkeys((trial.section, trial.arm) for trial in progress.trials):
        members = [trial for trial in progress.trials if (trial.section, trial.arm) == (section, arm)]
        steps = [progress.latest[trial] for trial in members if trial in progress.latest]
        planned = sum(trial.experiment.rounds + 1 for trial in members)
        done = sum(step.round + 1 for step in steps)
        begun = [progress.first[trial] for trial in members if trial in progress.first]
        drawn.add_row(
            Text(f"{section} ", style="dim") + Text(arm, style="bold"),
            f"{done}/{planned}",
            *(moved(begun, steps, name) for name in SHOWN),
        )
    return Group(drawn, Text(progress.status, style="dim"))


def moved(begun: list[Step], now: list[Step], name: str) -> Text:
    """Where a number began and where it is, means over seeds."""
    old, new = mean(begun, name), mean(now, name)
    if old is None or new is None:
        return Text("-", style="dim")
    return Text(f"{old:.3f}" if abs(old - new) < 5e-4 else f"{old:.3f} → {new:.3f}")


def mean(steps: list[Step], name: str) -> float | None:
    """The mean estimate over trials that have one."""
    values = [step.estimates[name].value for step in steps if name in step.estimates]
    return sum(values) / len(values) if values else None


def value(step: Step, name: str) -> str:
    """One estimate as text."""
    found: Estimate = step.estimates[name]
    return f"{found.value:.3f}"
