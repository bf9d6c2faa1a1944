"""A run folder on the screen, as JSON, and as a page."""

from pathlib import Path
from typing import Any

from rich.console import Console

from headway.cli.output import estimates_of, said
from headway.cli.progress import Progress, table
from headway.experiment import anchors
from headway.experiment import described as experiment_of
from headway.journal import Run, read_run, run_hash
from headway.measure.scorecard import Audit
from headway.report import Page, run_page, write


def show_run(folder: Path, *, as_json: bool) -> None:
    """The rounds so far; nothing is locked, so a run that is under way can be shown."""
    run = read_run(folder)
    if as_json:
        return said(described(run, folder), "", as_json=True)
    progress = Progress(run.rounds, list(run.history))
    console = Console()
    console.print(*table(progress).renderables[:2], sep="\n")
    state = "done" if finished(run) else f"{len(run.history)} of {run.rounds + 1} rounds are done"
    console.print(
        f"{run_page(folder.name, run.history, run.experiment).verdict}\n{state}", soft_wrap=True, highlight=False
    )


def finished(run: Run) -> bool:
    """Whether no round is left to do."""
    last = run.history[-1].ruling if run.history else None
    return last is not None and (last.stop or len(run.history) > run.rounds)


def described(run: Run, folder: Path) -> dict[str, Any]:
    """A run as plain data: every round's estimates and ruling, and the hash once it is done."""
    rounds = [
        {
            "round": turn.index,
            "accept": turn.ruling.accept,
            "keep": turn.ruling.keep,
            "best": turn.ruling.best,
            "stop": turn.ruling.stop,
            "reason": turn.ruling.reason,
            "refused": turn.refused,
            "estimates": estimates_of(turn.report),
        }
        for turn in run.history
        if turn.ruling is not None
    ]
    return {
        "folder": str(folder),
        "seed": run.seed,
        "planned": run.rounds,
        "finished": finished(run),
        "verdict": run_page(folder.name, run.history, run.experiment).verdict,
        "hash": run_hash(folder) if finished(run) else None,
        "rounds": rounds,
        "experiment": run.experiment,
    }


def write_report(folder: Path, path: Path, audited: int | None = None) -> tuple[Page, Path]:
    """The page of a run, written whole or not at all; `audited` is how many tasks an audit of the judges takes."""
    run = read_run(folder)
    audit = Audit() if audited is None else Audit(tasks=audited)
    judges = anchors(experiment_of(run.experiment, folder), run)
    page = run_page(folder.name, run.history, run.experiment, anchors=judges, audit=audit)
    write(page, path)
    return page, path
