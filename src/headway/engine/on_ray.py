"""Workers on a Ray cluster: actors that Ray restarts, on nodes that may go.

Ray has no leases and no deadlines, waits for ever for what it cannot place, and retries a lost actor without a word; so
nothing here waits for it without a limit, and what a worker is given is decided by the scheduler above.
"""

import contextlib
import logging
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray  # pyright: ignore[reportMissingImports] - an extra
from ray.exceptions import RayActorError, RayError  # pyright: ignore[reportMissingImports]

from headway.engine.errors import EngineError, Unsatisfiable
from headway.engine.inline import outcome_of
from headway.engine.jobs import Capacity, Done, Failed, Job, Lost, Needs, Outcome, Ref, Work
from headway.engine.process import ONE_THREAD
from headway.engine.store import Store, Stored

SECONDS = 60.0
"""The longest that anything waits for Ray to hand over an object or to answer about itself."""
KEPT = 256
"""Objects that a node keeps for the next job; the oldest go first."""
LOOPBACK = "127.0.0.1"
BEGINNINGS = 2
"""How often a cluster is begun: on a busy machine Ray gives up its own processes after 15 to 30 s."""


class Hand:
    """In a worker on some node: does jobs, with a store of its node that is filled as jobs need it."""

    def __init__(self, work: Work, name: str) -> None:
        self.work = work
        self.store = node_store(name)

    @ray.method(max_task_retries=3)
    def ready(self) -> int:
        """The process id: it has loaded what it needs."""
        return os.getpid()

    def do(self, text: str, inputs: list[tuple[Ref, Any]]) -> tuple[str, bytes | str]:
        """How the job ended, and its result or the reason."""
        for ref, there in inputs:
            if not self.store.path(ref).exists():
                self.store.put(ray.get(there, timeout=SECONDS))
            else:
                os.utime(self.store.path(ref))
        outcome = outcome_of(self.work, text, self.store, 0)
        self._forget_oldest()
        if isinstance(outcome, Done):
            return "done", self.store.get(outcome.result)
        return ("failed" if isinstance(outcome, Failed) else "lost"), outcome.reason

    def _forget_oldest(self) -> None:
        paths = sorted((path for path in self.store.folder.iterdir() if path.is_file()), key=_age)
        for path in paths[:-KEPT]:
            path.unlink(missing_ok=True)


def node_store(driver: str) -> Store:
    """Where a node keeps objects for the workers of one driver; what is in it is compared with its hash when read."""
    return Store(Path(tempfile.gettempdir()) / f"headway-{driver}-{os.getuid()}")


def _age(path: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0


@dataclass(eq=False)
class Worker:
    """An actor; `asked` is what Ray will answer: first that it is ready, then how its job ended."""

    actor: Any
    asked: Any
    ready: bool = False
    ticket: int | None = None
    pid: int | None = None


class OnRay(Stored):
    """`workers` actors that take `needs` each, on a cluster at `address`, or on one begun on this machine.

    A cluster that is begun here listens to this machine alone, has no dashboard, and keeps Ray's token authentication.
    Unsatisfiable where no node is large enough for one worker.
    """

    def __init__(
        self, work: Work, store: Store, workers: int, *, address: str | None = None, needs: Needs | None = None
    ) -> None:
        if workers < 1:
            raise ValueError(f"an engine of {workers} workers can do nothing; give 1 or more")
        self.work, self.store, self.needs = work, store, needs or Needs()
        self._name = f"node-{os.getpid()}"
        self._own = connect(address, workers * self.needs.processors)
        self._objects: dict[Ref, Any] = {}
        self._tickets = 0
        self._refuse_too_large()
        self._kind = ray.remote(Hand)
        self._workers = [self._begun() for _ in range(workers)]

    def submit(self, job: Job) -> int:
        """Give a job to an idle worker; inputs go by reference, and are fetched where a node has them not."""
        worker = next(one for one in self._workers if one.ready and one.ticket is None)
        self._tickets += 1
        worker.ticket = self._tickets
        inputs = [(ref, self._object(ref)) for ref in job.inputs]
        worker.asked = worker.actor.do.remote(job.text, inputs)
        return self._tickets

    def poll(self, seconds: float) -> list[Outcome]:
        """What workers have told, waiting up to `seconds` for the first."""
        by_answer = {one.asked: one for one in self._workers if one.asked is not None}
        if not by_answer:
            return []
        answered, _ = ray.wait(list(by_answer), num_returns=1, timeout=seconds, fetch_local=False)
        if answered:
            more, _ = ray.wait(list(by_answer), num_returns=len(by_answer), timeout=0, fetch_local=False)
            answered = list(dict.fromkeys([*answered, *more]))
        return [outcome for answer in answered for outcome in self._heard(by_answer[answer])]

    def cancel(self, ticket: int) -> None:
        """Kill the actor that has the job, and begin another."""
        for worker in [one for one in self._workers if one.ticket == ticket]:
            self._replace(worker)

    def capacity(self) -> Capacity:
        """Actors that are there, and those of them without a job."""
        ready = [one for one in self._workers if one.ready]
        return Capacity(len(ready), sum(one.ticket is None for one in ready), self.needs)

    @property
    def pids(self) -> list[int]:
        """The process ids of the actors that are there."""
        return [one.pid for one in self._workers if one.ready and one.pid is not None]

    def retain(self, refs: set[Ref]) -> None:
        """Forget every object but these; nodes forget theirs by age."""
        super().retain(refs)
        self._objects = {ref: there for ref, there in self._objects.items() if ref in refs}

    def close(self) -> None:
        """End the actors, and the cluster where it was begun here."""
        for worker in self._workers:
            _kill(worker)
        self._workers = []
        node_store(self._name).remove()  # that of this machine; other nodes keep theirs until they are gone
        if self._own:
            ray.shutdown()

    def _object(self, ref: Ref) -> Any:
        if ref not in self._objects:
            self._objects[ref] = ray.put(self.store.get(ref))
        return self._objects[ref]

    def _begun(self) -> Worker:
        actor = self._kind.options(
            num_cpus=self.needs.processors,
            num_gpus=self.needs.accelerators,
            max_restarts=-1,
            max_task_retries=0,  # the scheduler decides who does it next
            runtime_env={"env_vars": ONE_THREAD},
        ).remote(self.work, self._name)
        return Worker(actor, actor.ready.remote())

    def _heard(self, worker: Worker) -> list[Outcome]:
        """What an actor has answered; one that died is asked whether it is there again."""
        answer, ticket = worker.asked, worker.ticket
        worker.asked = worker.ticket = None
        try:
            told: Any = ray.get(answer, timeout=SECONDS)
        except RayActorError as error:  # Ray begins it again, here or on another node
            worker.ready, worker.asked = False, worker.actor.ready.remote()
            return [] if ticket is None else [Lost(ticket, _sentence(error))]
        except RayError as error:
            if ticket is None:
                raise EngineError(f"a worker could not be begun on the Ray cluster: {_sentence(error)}") from None
            self._replace(worker)
            return [Lost(ticket, _sentence(error))]
        if not worker.ready:
            worker.ready, worker.pid = True, told
            return []
        return [self._outcome(ticket, *told)]

    def _outcome(self, ticket: int | None, how: str, told: bytes | str) -> Outcome:
        assert ticket is not None
        if isinstance(told, bytes):
            return Done(ticket, self.store.put(told))
        return Failed(ticket, told) if how == "failed" else Lost(ticket, told)

    def _replace(self, worker: Worker) -> None:
        _kill(worker)
        self._workers[self._workers.index(worker)] = self._begun()

    def _refuse_too_large(self) -> None:
        nodes = [Needs(one["Resources"].get("CPU", 0.0), one["Resources"].get("GPU", 0.0)) for one in _nodes()]
        if not any(self.needs.within(node) for node in nodes):
            _leave(self._own)
            raise Unsatisfiable(
                f"a worker is to have {self.needs.processors:g} processors and {self.needs.accelerators:g} "
                f"accelerators, and no node of this cluster of {len(nodes)} has as many; ask for less, or add a node"
            )


def _nodes() -> list[dict[str, Any]]:
    return [node for node in ray.nodes() if node["Alive"]]


def connect(address: str | None, processors: float) -> bool:
    """Connect to Ray; whether this call did so, and so is to let go. EngineError where there is no cluster to be had.

    A cluster that is begun here has room for workers with that many processors in all.
    """
    if ray.is_initialized():
        return False
    quiet: dict[str, Any] = {"logging_level": logging.WARNING, "log_to_driver": True}
    if address is None:
        quiet |= {"num_cpus": math.ceil(processors), "include_dashboard": False, "_node_ip_address": LOOPBACK}
    reason = ""
    for _ in range(BEGINNINGS):
        try:
            ray.init(address=address, **quiet)
            return True
        except Exception as error:  # noqa: BLE001  Ray raises bare ones where a process of its own is not there in time
            ray.shutdown()
            reason = " ".join(str(error).split())
    raise EngineError(
        f"no Ray cluster {'at ' + address if address else 'could be begun here'}: {reason}; see to it with "
        f"`ray status`, or use --engine pool"
    )


def _leave(own: bool) -> None:
    if own:
        ray.shutdown()


def _sentence(error: RayError) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _kill(worker: Worker) -> None:
    with contextlib.suppress(RayError, ValueError):
        ray.kill(worker.actor, no_restart=True)
