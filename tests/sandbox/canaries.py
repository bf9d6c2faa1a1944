"""What an attack would disturb if it got out: files, sockets, processes and secrets, looked at from outside it."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attacks import ABSTRACT, SECRET_FILE, SECRET_VARIABLE, SOCKET_FILE, TCP_PORT

WATCHED = ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"))


class Canaries:
    """Planted once; `disturbed` says what has changed since."""

    def __init__(self) -> None:
        self.secret = random.SystemRandom().getrandbits(48)
        Path(SECRET_FILE).write_text(str(self.secret))
        os.environ[SECRET_VARIABLE] = str(self.secret)
        self.sleeper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(1e6)"])
        self.sockets = [
            _bound(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", TCP_PORT)),
            _bound(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", TCP_PORT)),
            _bound(socket.AF_UNIX, socket.SOCK_STREAM, ABSTRACT),
            _bound(socket.AF_UNIX, socket.SOCK_DGRAM, ABSTRACT + "-datagram"),
            _bound(socket.AF_UNIX, socket.SOCK_DGRAM, SOCKET_FILE),
        ]
        self.files = _files()
        self.kin = _processes()

    def disturbed(self) -> list[str]:
        """Everything that is not as it was."""
        found = [f"{path} is new or changed" for path in sorted(_files().items() ^ self.files.items())]
        found += [f"socket {place} was reached" for place, one in enumerate(self.sockets) if _reached(one)]
        if self.sleeper.poll() is not None:
            found.append(f"the canary process died of {self.sleeper.returncode}")
        return found

    def left_behind(self) -> list[str]:
        """Processes that were not there before, once everything is closed."""
        return [f"process {name} lives on" for name in sorted(_processes() - self.kin)]

    def close(self) -> None:
        self.sleeper.kill()
        self.sleeper.wait()
        for one in self.sockets:
            one.close()


@contextmanager
def planted() -> Iterator[Canaries]:
    """Canaries, and a process that an attack's SIGTERM does not end, so that it can tell of it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    canaries = Canaries()
    try:
        yield canaries
    finally:
        canaries.close()


def _bound(family: int, kind: int, place: object) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(place)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        made.listen(64)
    made.setblocking(False)
    return made


def _reached(one: socket.socket) -> bool:
    try:
        if one.type == socket.SOCK_STREAM:
            one.accept()[0].close()
        else:
            one.recv(64)
    except BlockingIOError:
        return False
    return True


def _files() -> dict[str, tuple[int, int, int]]:
    """Every file in the places that could be written, with its size, mode and time."""
    found = {}
    for place in WATCHED:
        for folder, folders, names in os.walk(place):
            for name in [*folders, *names]:
                path = os.path.join(folder, name)
                if not path.startswith((sys.base_prefix, sys.prefix)) and not os.path.ismount(path):
                    told = os.lstat(path)
                    found[path] = (told.st_size, told.st_mode, int(told.st_mtime))
            folders[:] = [one for one in folders if not os.path.ismount(os.path.join(folder, one))]
    return found


def _processes() -> set[str]:
    return {name for name in os.listdir("/proc") if name.isdigit()}
