"""A process that has loaded what workers need, and forks them: a new worker is there in milliseconds.

Loading torch takes seconds of a processor. Here it is done once, beside the driver and not in it, so that replacing a
worker costs nothing. It never runs anything itself, so that it has one thread whenever it forks.
"""

import ctypes
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from headway.engine.process import ONE_THREAD, Channel, Ended, environment, read, write

PR_SET_PDEATHSIG = 1
"""The option of prctl(2) that names the signal which a process gets when its parent ends."""


class Child:
    """A worker that a nursery has forked. It ends at once when this process does."""

    def __init__(self, pid: int, ours: socket.socket) -> None:
        self.pid = pid
        self._ours = ours
        self._incoming, self._outgoing = ours.makefile("rb"), ours.makefile("wb")
        self._ended = False

    def send(self, thing: object) -> None:
        """Give it a message; where it has ended, `receive` says so."""
        with suppress(OSError):
            write(self._outgoing, thing)

    def receive(self) -> Any:
        """Its next message; Ended where there will be none."""
        try:
            data = read(self._incoming)
        except OSError:
            data = None
        if data is None:
            self._ended = True
            raise Ended(None)
        return pickle.loads(data)

    def kill(self) -> None:
        """End it by force, also where it was stopped."""
        if not self._ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of what leads to it; it ends where it has not."""
        with suppress(OSError):
            self._outgoing.close()
        self._incoming.close()
        self._ours.close()


class Nursery:
    """Forks workers that run `serve(channel)`; `serve` is a function of a module, which is loaded with all it needs."""

    def __init__(self, serve: Callable[[Channel], None]) -> None:
        self.serve = serve
        self._lock = threading.Lock()
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._popen = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import main; main({theirs.fileno()})"],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno() if _real(sys.stderr) else None,
                pass_fds=[theirs.fileno()],
                env=environment() | ONE_THREAD,
                start_new_session=True,
            )
        self._control.send(pickle.dumps(self.serve))

    def child(self) -> Child:
        """A new worker. It waits until the nursery has loaded, and never longer than it lives; Ended where it died."""
        with self._lock:
            ours, theirs = socket.socketpair()
            with theirs:
                try:
                    socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
                    said = self._control.recv(16)
                except OSError:
                    said = b""
            if not said:
                ours.close()
                raise Ended(self._again())
            return Child(int(said), ours)

    def _again(self) -> int:
        """Begin anew after it has ended, unless it was to end; what it left with."""
        code = self._popen.wait()
        if not self._closed:
            self._control.close()
            self._begin()
        return code

    def close(self) -> None:
        """End it; its children go on until they are let go."""
        self._closed = True
        self._popen.kill()
        self._popen.wait()
        with self._lock:  # whoever waited for a child has been told
            self._control.close()


def _real(stream: object) -> bool:
    try:
        return stream.fileno() >= 0  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False


def main(descriptor: int) -> None:
    """In the nursery: load, then fork for every request until the other end closes."""
    control = socket.socket(fileno=descriptor)
    serve = pickle.loads(control.recv(1 << 16))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for children here
    while True:
        said, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not said:
            os._exit(0)
        (theirs,) = descriptors
        nursery, pid = os.getpid(), os.fork()
        if pid == 0:
            control.close()
            _die_with(nursery)
            _grow_up(socket.socket(fileno=theirs), serve)
        os.close(theirs)
        control.send(str(pid).encode())


def _die_with(nursery: int) -> None:
    """Let the kernel end this process with the nursery, also where it is stopped and cannot do so itself (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery:
        os._exit(0)


def _grow_up(theirs: socket.socket, serve: Callable[[Channel], None]) -> None:
    """In a child: never to return into what its parent was doing."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        serve(Channel(theirs.makefile("rb"), theirs.makefile("wb")))
    except (BrokenPipeError, ConnectionResetError):
        code = 0  # the driver is gone
    finally:
        sys.stderr.flush()
        os._exit(code)
