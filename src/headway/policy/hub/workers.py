"""Sampling and judging in processes of one thread each, over one copy of the weights.

On a processor, threads of one process wait for each other after every product; processes do not.
"""

import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any

from transformers import PreTrainedModel

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
            self._processes = [_started() for _ in range(count)]
            self._close = weakref.finalize(self, _end, self._processes)
            for process in self._processes:
                _send(process.stdin, first)
            for process in self._processes:
                _receive(process)  # it has mapped the weights
        finally:
            shared.forget()
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._processes:
            self._free.put(process)

    def run(self, jobs: Sequence[Job]) -> list[Any]:
        """What each job gives, in order; WorkerError where a process ended."""
        with ThreadPoolExecutor(len(self._processes)) as pool:
            return list(pool.map(self._one, jobs))

    def _one(self, job: Job) -> Any:
        process = self._free.get()
        try:
            _send(process.stdin, job)
            return _receive(process)
        finally:
            self._free.put(process)


def _started() -> subprocess.Popen[bytes]:
    """A new process, out of reach of Ctrl-C: it ends when its input does."""
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    return subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )


def _send(to: IO[bytes] | None, thing: object) -> None:
    assert to is not None
    with suppress(BrokenPipeError):  # what is received next says how the process ended
        pickle.dump(thing, to, protocol=pickle.HIGHEST_PROTOCOL)
        to.flush()


def _receive(process: "subprocess.Popen[bytes]") -> Any:
    assert process.stdout is not None
    try:
        done, result = pickle.load(process.stdout)
    except (EOFError, pickle.UnpicklingError):
        raise WorkerError(
            f"a worker process ended with code {process.wait()}, perhaps for want of memory; "
            "set workers to 1, or to 0 for none"
        ) from None
    if not done:
        raise WorkerError(f"a worker process failed: {result}")
    return result


def _end(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # the process ended first, with something for it not yet written
                    pipe.close()
    for process in processes:
        process.wait()


def serve() -> None:
    """In a worker: the model first, then jobs, until the input ends."""
    import torch

    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get among the answers
    model, tokens = unpickled(*pickle.load(sys.stdin.buffer))
    _answer(answers, (True, None))
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            result = (True, job(model, tokens))
        except Exception as error:  # noqa: BLE001  it is raised again where the job came from
            result = (False, f"{type(error).__name__}: {error}")
        _answer(answers, result)


def _answer(to: IO[bytes], result: tuple[bool, Any]) -> None:
    pickle.dump(result, to, protocol=pickle.HIGHEST_PROTOCOL)
    to.flush()
