"""Sampling and judging in processes of one thread each, over one copy of the weights.

On a processor, threads of one process wait for each other after every product; processes do not.
"""

import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from transformers import PreTrainedModel

from headway.engine.process import Channel, Ended, Process
from headway.policy.hub.shared import SharedWeights, unpickled
from headway.policy.hub.tokens import Tokens

Job = Callable[[PreTrainedModel, Tokens], Any]


class WorkerError(RuntimeError):
    """A worker process has ended, or could not do what it was given."""


class Workers:
    """`count` processes that do jobs with a model; they end with this one, also where it is killed."""

    def __init__(self, model: PreTrainedModel, tokens: Tokens, count: int) -> None:
        shared = SharedWeights(model)
        try:
            first = (shared.pickled((model, tokens)), str(shared.path), shared.size)
            self._processes = [Process(serve) for _ in range(count)]
            self._close = weakref.finalize(self, _end, self._processes)
            for process in self._processes:
                process.send(first)
            for process in self._processes:
                _receive(process)  # it has mapped the weights
        finally:
            shared.forget()
        self._free: SimpleQueue[Process] = SimpleQueue()
        for process in self._processes:
            self._free.put(process)

    def run(self, jobs: Sequence[Job]) -> list[Any]:
        """What each job gives, in order; WorkerError where a process ended."""
        with ThreadPoolExecutor(len(self._processes)) as pool:
            return list(pool.map(self._one, jobs))

    def _one(self, job: Job) -> Any:
        process = self._free.get()
        try:
            process.send(job)
            return _receive(process)
        finally:
            self._free.put(process)


def _receive(process: Process) -> Any:
    try:
        done, result = process.receive()
    except Ended as ended:
        raise WorkerError(
            f"a worker process ended with code {ended.code}, perhaps for want of memory; "
            "set workers to 1, or to 0 for none"
        ) from None
    if not done:
        raise WorkerError(f"a worker process failed: {result}")
    return result


def _end(processes: Sequence[Process]) -> None:
    for process in processes:
        process.close()


def serve(channel: Channel) -> None:
    """In a worker: the model first, then jobs."""
    import torch

    torch.set_num_threads(1)
    model, tokens = unpickled(*channel.receive())
    channel.send((True, None))
    while True:
        job = channel.receive()
        try:
            result = (True, job(model, tokens))
        except Exception as error:  # noqa: BLE001  it is raised again where the job came from
            result = (False, f"{type(error).__name__}: {error}")
        channel.send(result)
