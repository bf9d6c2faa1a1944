"""Worker processes of one thread on this machine, kept warm."""

import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from headway.engine.errors import EngineError
from headway.engine.inline import outcome_of
from headway.engine.jobs import Capacity, Job, Lost, Needs, Outcome, Work
from headway.engine.nursery import Child, Nursery
from headway.engine.process import Channel, Ended
from headway.engine.store import Store, Stored

BEGINNINGS = 5
"""Worker processes in a row that end before they are ready, until the engine is given up."""


@dataclass(eq=False)
class Worker:
    """A process, once it is there, and the ticket of the job that it has."""

    child: Child | None = None
    ticket: int | None = None
    gone: bool = False

    @property
    def idle(self) -> bool:
        """Whether it can begin a job at once."""
        return self.child is not None and self.ticket is None


class Pool(Stored):
    """`workers` processes that read and write one store; whoever ends is replaced.

    What they need is loaded at once and once, in a nursery that forks them, while this process goes on. `work` is a
    function of a module. Several pools may share a `nursery`, which then stays; see `nursery_for`.
    """

    def __init__(self, work: Work, store: Store, workers: int, nursery: Nursery | None = None) -> None:
        if workers < 1:
            raise ValueError(f"a pool of {workers} workers can do nothing; give 1 or more")
        self.work, self.store = work, store
        self._told: SimpleQueue[tuple[Worker, Outcome | Ended | None]] = SimpleQueue()
        self._tickets = self._stillborn = 0
        self._threads: list[threading.Thread] = []
        self._nursery, self._own = nursery or nursery_for(work), nursery is None
        self._workers = [self._begun() for _ in range(workers)]

    def submit(self, job: Job) -> int:
        """Give a job to an idle worker."""
        worker = next(one for one in self._workers if one.idle)
        self._tickets += 1
        worker.ticket = self._tickets
        assert worker.child is not None
        worker.child.send((self._tickets, job.text))
        return self._tickets

    def poll(self, seconds: float) -> list[Outcome]:
        """What workers have told, waiting up to `seconds` for the first; EngineError where none can be begun."""
        heard: list[Outcome] = []
        try:
            heard += self._understood(*self._told.get(timeout=seconds))
            while True:
                heard += self._understood(*self._told.get_nowait())
        except Empty:
            return heard

    def cancel(self, ticket: int) -> None:
        """Kill the worker that has the job, and begin another."""
        for worker in [one for one in self._workers if one.ticket == ticket]:
            worker.ticket = None
            self._replace(worker)

    def capacity(self) -> Capacity:
        """All workers, and those that are ready and without a job; each has one processor."""
        return Capacity(len(self._workers), sum(one.idle for one in self._workers), Needs(1.0))

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are there."""
        return [one.child.pid for one in self._workers if one.child is not None]

    def close(self) -> None:
        """End every worker by force: what they have not told, nobody waits for."""
        workers, self._workers = self._workers, []
        for worker in workers:
            self._dismiss(worker)
        if self._own:
            self._nursery.close()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self) -> Worker:
        worker = Worker()
        thread = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        thread.start()
        self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
        return worker

    def _listen(self, worker: Worker) -> None:
        """In a thread: have a worker made, and hand on what it says until it ends."""
        try:
            with self._nursery.child() as child:
                worker.child = child
                if worker.gone:  # while it was made
                    child.kill()
                child.send(str(self.store.folder))
                self._told.put((worker, None))
                while True:
                    self._told.put((worker, child.receive()))
        except Ended as ended:
            self._told.put((worker, ended))

    def _understood(self, worker: Worker, told: Outcome | Ended | None) -> list[Outcome]:
        if worker not in self._workers:
            return []  # it was replaced before it ended
        if told is None:
            self._stillborn = 0
            return []
        if isinstance(told, Ended):
            ticket, worker.ticket = worker.ticket, None
            self._count_stillborn(worker, told)
            self._replace(worker)
            return [] if ticket is None else [Lost(ticket, str(told))]
        worker.ticket = None
        return [told]

    def _count_stillborn(self, worker: Worker, ended: Ended) -> None:
        self._stillborn += worker.child is None
        if self._stillborn >= BEGINNINGS:
            raise EngineError(
                f"worker processes cannot be begun ({ended}, {self._stillborn} times in a row); what they said is on "
                f"standard error. Use --engine inline to go on without them"
            )

    def _replace(self, worker: Worker) -> None:
        self._workers[self._workers.index(worker)] = self._begun()
        self._dismiss(worker)

    def _dismiss(self, worker: Worker) -> None:
        worker.gone = True
        if worker.child is not None:
            worker.child.kill()


def nursery_for(work: Work) -> Nursery:
    """Where workers that do this work come from."""
    return Nursery(partial(serve, work))


def serve(work: Work, channel: Channel) -> None:
    """In a worker: where objects are, then jobs, one after the other."""
    store = Store(Path(channel.receive()))
    while True:
        ticket, text = channel.receive()
        channel.send(outcome_of(work, text, store, ticket))
