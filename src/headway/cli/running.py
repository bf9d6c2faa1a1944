"""Carrying out one run and saying how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from headway.cli.errors import STOPPED
from headway.cli.output import said
from headway.cli.progress import followed
from headway.cli.showing import described, finished, write_report
from headway.experiment import Experiment, earlier_rounds, recorded, refuse_unseen, resumed, text
from headway.journal import read_run
from headway.policy.tiny.kernels import in_use as kernels_in_use

if TYPE_CHECKING:
    from headway.seams import Carrier

CIRCULAR = (
    "circular: what selection optimises depends on weights that training changes; "
    "a warning for the exam to answer, not a verdict"
)

PRETRAINED = "LanguageModel("
"""In the text of an experiment that begins with a pretrained model."""
ENGINE = "engine"
"""Where an engine keeps what it works on, in a run folder; it is gone when the run is done."""


def planned(experiment: Experiment, *, as_json: bool) -> None:
    """Print the experiment, and whether it is circular."""
    refuse_unseen(experiment)
    circular = experiment.loop.circular
    note = CIRCULAR if circular else "not circular: nothing that training changes decides what is learned"
    said({"experiment": text(experiment), "circular": circular}, f"{text(experiment)}\n# {note}", as_json=as_json)


@dataclass(frozen=True)
class Where:
    """Which engine carries a run out, and with how many workers; no engine is this process, without ado."""

    engine: str | None = None
    workers: int = 2
    ahead: bool = False
    stages: int | None = None
    """After how many stages to stop; None for all."""
    accelerators: float = 0.0
    """How many each worker has."""

    def __post_init__(self) -> None:
        if self.ahead and self.engine is None:
            raise ValueError("--ahead needs workers that sample while others are examined; give --engine pool as well")
        if self.accelerators < 0.0 or (self.accelerators and not (self.engine or "").startswith("ray")):
            raise ValueError(
                f"--accelerators is {self.accelerators:g} and --engine {self.engine}; only workers on a Ray cluster "
                f"are given some: --engine ray --accelerators 1"
            )
        if self.stages is not None and self.stages < 1:
            raise ValueError(f"--stages is {self.stages}; give 1 or more, or leave it out for all")

    @contextmanager
    def carrying(self, experiment: str, folder: Path, console: Console) -> "Iterator[Carrier | None]":
        """The engine while it runs; afterwards it says which results were not what they should be.

        On local processes a pretrained model is trained here, with the threads that it would have had.
        """
        if self.engine is None:
            yield None
            return
        from headway.engine import Needs
        from headway.seams import engine_named

        trains = not (self.engine == "pool" and PRETRAINED in experiment)
        needs = Needs(accelerators=self.accelerators)
        with engine_named(
            self.engine, folder / ENGINE, self.workers, trains=trains, ahead=self.ahead, needs=needs
        ) as by:
            yield by
            if self.ahead:
                said = f"sampled ahead: {by.begun_ahead} jobs begun, {by.used_ahead} used"
                console.print(said, soft_wrap=True, highlight=False)
            for alarm in by.scheduler.alarms:
                console.print(f"[yellow]{alarm}[/yellow]", soft_wrap=True, highlight=False)


def begin(experiment: Experiment, folder: Path, where: Where, *, as_json: bool) -> int:
    """Run it in its folder, or go on with it there; the exit code."""
    console = Console(stderr=as_json)
    if experiment.loop.circular:
        console.print(f"[yellow]{CIRCULAR}[/yellow]", soft_wrap=True, highlight=False)
    earlier = earlier_rounds(folder)
    _choose_threads(text(experiment))
    with where.carrying(text(experiment), folder, console) as by:
        followed(islice(recorded(experiment, folder, by=by), where.stages), experiment.rounds, earlier, console)
    return _ended(folder, as_json=as_json)


def go_on(folder: Path, rounds: int | None, where: Where, *, as_json: bool) -> int:
    """Go on with the run in a folder; the exit code."""
    run = read_run(folder)
    console = Console(stderr=as_json)
    _choose_threads(run.experiment)
    notes = [
        f"{name}: {then or 'absent'} when this run began, {now or 'absent'} now; the bits may differ"
        for name, (then, now) in run.changed_packages.items()
    ]
    kernels = run.changed_kernels(kernels_in_use())
    for note in [*notes, kernels] if kernels else notes:
        console.print(f"[yellow]{note}[/yellow]", soft_wrap=True, highlight=False)
    with where.carrying(run.experiment, folder, console) as by:
        followed(islice(resumed(folder, rounds, by), where.stages), rounds or run.rounds, run.history, console)
    return _ended(folder, as_json=as_json)


def _choose_threads(experiment: str) -> None:
    """A model made from scratch is small; a pretrained one takes what torch takes."""
    if PRETRAINED not in experiment:
        from headway.policy.threads import one_thread_unless_told

        one_thread_unless_told()


def _ended(folder: Path, *, as_json: bool) -> int:
    run = read_run(folder)
    page, path = write_report(folder, folder / "report.html")
    said(described(run, folder), f"\n{page.verdict}\n{path}", as_json=as_json)
    last = run.history[-1].ruling if run.history else None
    return STOPPED if finished(run) and last is not None and last.stop else 0
