"""Many runs at once, each in a worker process of one thread and in a run folder of its own.

A trial is an ordinary run, so a study that is killed goes on where it was, and `headway show` reads
any part of it.
"""

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from threading import Thread

from headway.experiment import Experiment, earlier_rounds, recorded
from headway.journal import read_cast
from headway.stats import Estimate

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class Trial:
    """One arm of a study in one section (a domain) with one seed."""

    section: str
    arm: str
    experiment: Experiment

    @property
    def folder(self) -> Path:
        """Where its run folder is, within the study's."""
        return Path(self.section) / self.arm.replace(" ", "-") / f"seed-{self.experiment.seed}"


@dataclass(frozen=True)
class Step:
    """A trial has done one more stage; `estimates` once the round has been measured."""

    trial: Trial
    round: int
    stage: str
    estimates: Mapping[str, Estimate]
    accepted: bool | None
    earlier: bool
    """Whether an earlier process had done it already."""


def carry_out(trials: Sequence[Trial], folder: Path, *, workers: int) -> Iterator[Step]:
    """Run every trial below `folder`, trials without rounds first: the others start from the casts these made.

    Yields each step as it happens. An error in one trial is raised when the others under way are done.
    """
    first = [trial for trial in trials if trial.experiment.rounds == 0]
    rest = [trial for trial in trials if trial.experiment.rounds > 0]
    context = multiprocessing.get_context("spawn")
    steps: SimpleQueue[Step] = context.SimpleQueue()
    os.environ["OMP_NUM_THREADS"] = "1"  # read by the workers when they load torch
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_listen, initargs=(steps,)) as pool:
        futures: list[Future[None]] = []
        try:
            for batch in (first, rest):
                starts = {(trial.section, trial.experiment.seed): folder / trial.folder for trial in first}
                futures = [
                    pool.submit(_carry_out, trial, folder, starts.get((trial.section, trial.experiment.seed)))
                    for trial in batch
                ]
                yield from _followed(futures, steps)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # what is under way ends; what has not begun does not
            _emptied(futures, steps)
            raise


def _followed(futures: Sequence[Future[None]], steps: "SimpleQueue[Step]") -> Iterator[Step]:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
        while not steps.empty():
            yield steps.get()
        for future in done:
            future.result()


def _emptied(futures: Sequence[Future[None]], steps: "SimpleQueue[Step]") -> None:
    """Steps that nobody wants are read all the same: a worker whose pipe is full would never end."""
    waiting = set(futures)
    while waiting:
        _, waiting = wait(waiting, SECONDS_BETWEEN_LOOKS)
        while not steps.empty():
            steps.get()


_STEPS: "SimpleQueue[Step] | None" = None


def _listen(steps: "SimpleQueue[Step]") -> None:
    """In a worker: where its steps go, one thread for torch, and an end when the study's own process has ended."""
    global _STEPS
    import torch

    torch.set_num_threads(1)
    _STEPS = steps
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed study must not leave workers behind that hold its run folders; what they have done is durable."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _carry_out(trial: Trial, folder: Path, start: Path | None) -> None:
    """In a worker: one trial to its end, or on from where it was."""
    cast = read_cast(start, 0) if start is not None and trial.experiment.rounds else None
    mine = folder / trial.folder
    earlier = earlier_rounds(mine)
    for turn in chain(earlier, recorded(trial.experiment, mine, cast)):
        estimates = turn.report.estimates if turn.report is not None else {}
        accepted = turn.ruling.accept if turn.ruling is not None else None
        if _STEPS is not None:
            _STEPS.put(Step(trial, turn.index, turn.stage, estimates, accepted, turn.index < len(earlier)))
