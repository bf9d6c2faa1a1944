"""Carrying out one run and saying how it ended."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from headway.cli.errors import STOPPED
from headway.cli.output import said
from headway.cli.progress import followed
from headway.cli.showing import described, finished, write_report
from headway.experiment import Experiment, earlier_rounds, recorded, refuse_unseen, resumed, text
from headway.journal import read_run
from headway.policy.tiny.kernels import in_use as kernels_in_use
from headway.stages import Round

CIRCULAR = (
    "circular: what selection optimises depends on weights that training changes; "
    "a warning for the exam to answer, not a verdict"
)


def planned(experiment: Experiment, *, as_json: bool) -> None:
    """Print the experiment, and whether it is circular."""
    refuse_unseen(experiment)
    circular = experiment.loop.circular
    note = CIRCULAR if circular else "not circular: nothing that training changes decides what is learned"
    said({"experiment": text(experiment), "circular": circular}, f"{text(experiment)}\n# {note}", as_json=as_json)


def begin(experiment: Experiment, folder: Path, *, as_json: bool) -> int:
    """Run it in its folder, or go on with it there; the exit code."""
    console = Console(stderr=as_json)
    if experiment.loop.circular:
        console.print(f"[yellow]{CIRCULAR}[/yellow]", soft_wrap=True, highlight=False)
    earlier = earlier_rounds(folder)
    _choose_threads(text(experiment))
    return _ended(recorded(experiment, folder), experiment.rounds, earlier, folder, console, as_json=as_json)


def go_on(folder: Path, rounds: int | None, *, as_json: bool) -> int:
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
    return _ended(resumed(folder, rounds), rounds or run.rounds, run.history, folder, console, as_json=as_json)


def _choose_threads(experiment: str) -> None:
    """A model made from scratch is small; a pretrained one takes what torch takes."""
    if "LanguageModel(" not in experiment:
        from headway.policy.threads import one_thread_unless_told

        one_thread_unless_told()


def _ended(
    turns: Iterable[Round], rounds: int, earlier: Sequence[Round], folder: Path, console: Console, *, as_json: bool
) -> int:
    followed(turns, rounds, earlier, console)
    run = read_run(folder)
    page, path = write_report(folder, folder / "report.html")
    said(described(run, folder), f"\n{page.verdict}\n{path}", as_json=as_json)
    last = run.history[-1].ruling
    return STOPPED if finished(run) and last is not None and last.stop else 0
