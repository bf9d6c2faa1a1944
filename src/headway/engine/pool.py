"""Worker processes of one thread on this machine, kept warm."""

import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from headway.engine.errors import EngineError
from headway.engine.inline import outcome_of
from headway.engine.jobs import Capacity, Job, Lost, Needs, Outcome, Ref, Work
from headway.engine.process import Channel, Ended, Process
from headway.engine.store import Store

BEGINNINGS = 5
"""Worker processes in a row that end before they are ready, until the engine is given up."""


@dataclass(eq=False)
class Worker:
    """A process, and the ticket of the job that it has."""

    process: Process
    ticket: int | None = None
    ready: bool = False

    @property
    def idle(self) -> bool:
        """Whether it can begin a job at once."""
        return self.ready and self.ticket is None


class Pool:
    """`workers` processes that read and write one store; whoever ends is replaced.

    They begin at once and load what they need while this process goes on. `work` is a function of a module.
    """

    def __init__(self, work: Work, store: Store, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"a pool of {workers} workers can do nothing; give 1 or more")
        self.work, self.store = work, store
        self._told: SimpleQueue[tuple[Worker, Outcome | Ended | None]] = SimpleQueue()
        self._tickets = self._stillborn = 0
        self._workers = [self._begun() for _ in range(workers)]

    def submit(self, job: Job) -> int:
        """Give a job to an idle worker."""
        worker = next(one for one in self._workers if one.idle)
        self._tickets += 1
        worker.ticket = self._tickets
        worker.process.send((self._tickets, job.text))
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
        """The process ids of the workers."""
        return [one.process.pid for one in self._workers]

    def put(self, data: bytes) -> Ref:
        """Keep bytes in the store."""
        return self.store.put(data)

    def get(self, ref: Ref) -> bytes:
        """Bytes of the store."""
        return self.store.get(ref)

    def retain(self, refs: set[Ref]) -> None:
        """Forget every object but these."""
        self.store.retain(refs)

    def close(self) -> None:
        """End every worker by force: what they have not told, nobody waits for."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self) -> Worker:
        worker = Worker(Process(serve))
        worker.process.send((self.work, str(self.store.folder)))
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _listen(self, worker: Worker) -> None:
        """In a thread: hand on what a worker says, until it ends."""
        try:
            while True:
                self._told.put((worker, worker.process.receive()))
        except Ended as ended:
            worker.process.close()
            self._told.put((worker, ended))

    def _understood(self, worker: Worker, told: Outcome | Ended | None) -> list[Outcome]:
        if worker not in self._workers:
            return []  # it was replaced before it ended
        if isinstance(told, Ended):
            ticket, worker.ticket = worker.ticket, None
            self._count_stillborn(worker, told)
            self._replace(worker)
            return [] if ticket is None else [Lost(ticket, str(told))]
        worker.ready, self._stillborn = True, 0
        if told is None:
            return []
        worker.ticket = None
        return [told]

    def _count_stillborn(self, worker: Worker, ended: Ended) -> None:
        self._stillborn += not worker.ready
        if self._stillborn >= BEGINNINGS:
            raise EngineError(
                f"{self._stillborn} worker processes in a row ended with code {ended.code} before they could begin; "
                f"what they said is on standard error. Use --engine inline to go on without them"
            )

    def _replace(self, worker: Worker) -> None:
        worker.process.kill()
        self._workers[self._workers.index(worker)] = self._begun()


def serve(channel: Channel) -> None:
    """In a worker: who does the work and where objects are, then jobs."""
    work, folder = channel.receive()
    store = Store(Path(folder))
    channel.send(None)
    while True:
        ticket, text = channel.receive()
        channel.send(outcome_of(work, text, store, ticket))
