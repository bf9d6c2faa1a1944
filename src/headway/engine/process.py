"""Processes of our own that answer messages: one thread each, and none outlives the process that began it."""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any

HEADER = 8
"""Bytes before each message that say how long it is."""


ONE_THREAD = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
"""What keeps the libraries of a worker to one thread; read when they are loaded."""


def environment() -> dict[str, str]:
    """This process's environment, and what it can import a new one can import too."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


class Ended(Exception):
    """The process at the other end is gone; `code` is what it left with, where that is known."""

    def __init__(self, code: int | None) -> None:
        said = "" if code is None else f" with code {code}"
        super().__init__(f"a worker process ended{said}: it was killed, or had not enough memory")
        self.code = code


class Process:
    """A new process that runs `serve(channel)`, out of reach of Ctrl-C: it ends at once when this one does.

    `serve` is a function of a module, so that it can be found there; what it prints goes to standard error.
    """

    def __init__(self, serve: Callable[["Channel"], None]) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment() | ONE_THREAD,
            start_new_session=True,
        )
        self.send(serve)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    def send(self, thing: object) -> None:
        """Give it a message; where it has ended, `receive` says so."""
        assert self._popen.stdin is not None
        with suppress(BrokenPipeError):
            write(self._popen.stdin, thing)

    def receive(self) -> Any:
        """Its next message; Ended where there will be none."""
        assert self._popen.stdout is not None
        data = read(self._popen.stdout)
        if data is None:
            raise Ended(self._popen.wait())
        return pickle.loads(data)

    def kill(self) -> None:
        """End it by force, also where it was stopped."""
        self._popen.kill()

    def wait(self) -> None:
        """Until it has ended."""
        self._popen.wait()

    def close(self) -> None:
        """End it, and let nothing of it stay."""
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # it ended first, with something for it not yet written
                    pipe.close()
        self._popen.wait()


class Channel:
    """The other end, in the process itself. When its parent is gone, so is this process, whatever it was doing."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._outgoing = outgoing
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._listen, args=(incoming,), daemon=True).start()

    def receive(self) -> Any:
        """The next message."""
        return pickle.loads(self._messages.get())

    def send(self, thing: object) -> None:
        """Answer."""
        write(self._outgoing, thing)

    def _listen(self, incoming: IO[bytes]) -> None:
        while (data := read(incoming)) is not None:
            self._messages.put(data)
        os._exit(0)


def main() -> None:
    """In the new process: its own output out of the way of the answers, then what the first message says."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    channel = Channel(os.fdopen(os.dup(0), "rb"), outgoing)
    with suppress(BrokenPipeError):
        channel.receive()(channel)


def write(to: IO[bytes], thing: object) -> None:
    """Send one message."""
    data = pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)
    to.write(len(data).to_bytes(HEADER, "big"))
    to.write(data)
    to.flush()


def read(source: IO[bytes]) -> bytes | None:
    """One message; None where the other end is gone, also in the middle of one."""
    header = source.read(HEADER)
    if len(header) < HEADER:
        return None
    size = int.from_bytes(header, "big")
    data = source.read(size)
    return data if len(data) == size else None
