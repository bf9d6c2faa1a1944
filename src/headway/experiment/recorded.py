"""An experiment carried out in a run folder: begun, gone on with, and the same bits either way."""

from collections.abc import Iterator
from pathlib import Path

from headway.experiment.given import refuse_unseen
from headway.experiment.notation import NotationError, read, text
from headway.experiment.vocabulary import Experiment
from headway.journal import Journal, JournalError, read_run
from headway.policy.tiny import kernels
from headway.stages import Cast, Round


def recorded(experiment: Experiment, folder: Path, cast: Cast | None = None) -> Iterator[Round]:
    """Run an experiment in a new folder, or go on with it where the folder holds the same one.

    Yields every round after each stage, once it is durable. `cast`, where it is known already, must be
    what `experiment.start(seed)` gives: it saves making it again.
    """
    refuse_unseen(experiment)
    written = text(experiment)
    with (
        Journal.open(folder, written)
        if (folder / "run.json").exists()
        else Journal.create(folder, written, seed=experiment.seed, rounds=experiment.rounds, kernels=kernels.in_use())
    ) as journal:
        yield from _walked(experiment, journal, cast)


def earlier_rounds(folder: Path) -> tuple[Round, ...]:
    """The rounds that a run folder holds already, without their casts; none where there is no run yet."""
    return read_run(folder).history if (folder / "run.json").exists() else ()


def resumed(folder: Path, rounds: int | None = None) -> Iterator[Round]:
    """Go on with the run in a folder, as `run.json` describes it; `rounds` lets it be longer than planned."""
    with Journal.open(folder, extend=rounds) as journal:
        yield from _walked(described(journal.experiment, folder), journal, None)


def described(experiment: str, folder: Path) -> Experiment:
    """The experiment that a run folder's text describes; JournalError where this version cannot read it."""
    try:
        found = read(experiment)
    except NotationError as error:
        raise JournalError(
            f"{folder / 'run.json'} describes an experiment that this version of headway cannot read: {error}; "
            f"use the version that began the run",
            64,
        ) from None
    if not isinstance(found, Experiment):
        raise JournalError(f"{folder / 'run.json'} describes a {type(found).__name__}, not an experiment", 65)
    return found


def _walked(experiment: Experiment, journal: Journal, cast: Cast | None) -> Iterator[Round]:
    history, begun, playing = journal.progress()
    playing = playing or cast or experiment.start(experiment.seed)
    rounds = experiment.loop.walk(playing, rounds=journal.rounds, seed=journal.seed, history=history, begun=begun)
    for turn in rounds:
        journal.record(turn)
        yield turn
