"""An experiment carried out in a run folder: begun, gone on with, and the same bits either way."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from headway.cast import Cast
from headway.experiment.given import refuse_unseen
from headway.experiment.notation import NotationError, read, text
from headway.experiment.vocabulary import Experiment
from headway.journal import Journal, JournalError, read_run
from headway.loop import Loop, retained
from headway.policy.tiny import kernels
from headway.stages import Round


class Carries(Protocol):
    """Has the stages of a loop carried out somewhere else, to the same bits."""

    def loop(self, loop: Loop) -> Loop:
        """The loop whose stages do so."""
        ...

    def look_ahead(self, loop: Loop, turn: Round, seed: int, history: Sequence[Round], rounds: int) -> None:
        """A stage of a round is durable; `history` is what came before that round."""
        ...

    def settle(self) -> None:
        """A stage is durable; what was kept for it is not needed any more."""
        ...


def recorded(
    experiment: Experiment, folder: Path, cast: Cast | None = None, by: Carries | None = None
) -> Iterator[Round]:
    """Run an experiment in a new folder, or go on with it where the folder holds the same one.

    Yields every round after each stage, once it is durable. `cast`, where it is known already, must be
    what `experiment.start(seed)` gives: it saves making it again. `by` has the stages carried out elsewhere.
    """
    refuse_unseen(experiment)
    written = text(experiment)
    with (
        Journal.open(folder, written)
        if (folder / "run.json").exists()
        else Journal.create(
            folder,
            written,
            seed=experiment.seed,
            rounds=experiment.rounds,
            kernels=kernels.in_use(),
            staleness=experiment.loop.staleness,
        )
    ) as journal:
        yield from _walked(experiment, journal, cast, by)


def earlier_rounds(folder: Path) -> tuple[Round, ...]:
    """The rounds that a run folder holds already, without their casts; none where there is no run yet."""
    return read_run(folder).history if (folder / "run.json").exists() else ()


def resumed(folder: Path, rounds: int | None = None, by: Carries | None = None) -> Iterator[Round]:
    """Go on with the run in a folder, as `run.json` describes it; `rounds` lets it be longer than planned."""
    with Journal.open(folder, extend=rounds) as journal:
        yield from _walked(described(journal.experiment, folder), journal, None, by)


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


def _walked(experiment: Experiment, journal: Journal, cast: Cast | None, by: Carries | None) -> Iterator[Round]:
    history, begun, playing = journal.progress()
    playing = playing or cast or experiment.start(experiment.seed)
    loop = experiment.loop if by is None else by.loop(experiment.loop)
    rounds = loop.walk(playing, rounds=journal.rounds, seed=journal.seed, history=history, begun=begun)
    done = list(history)
    for turn in rounds:
        journal.record(turn)
        if by is not None:
            by.settle()
            by.look_ahead(experiment.loop, turn, journal.seed, done, journal.rounds)
        if turn.ruling is not None:
            done = retained([*done, turn], loop.staleness)
        yield turn
