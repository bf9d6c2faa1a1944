"""The warm process inside the jail: it forks a cell for every candidate, and never sees anything of one.

Each request is the descriptor of a connection, handed on unread to the cell, which confines itself and only then
reads. So what a candidate was or answered is not in the memory that later candidates inherit. Standard library only.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import Any

from headway.sandbox import cell
from headway.sandbox.walls import landlock, namespaces, seccomp, system

ENDED = struct.Struct("=id")
"""What is told of a cell when it has ended: wait status, and seconds of processor time."""
KILL, CELL = b"kill", b"cell"


@dataclass(frozen=True)
class Walls:
    """What every cell puts around itself; None where the kernel has it not, or it was not asked for."""

    nursery: namespaces.Nursery | None
    files: int | None
    calls: bytes | None

    @property
    def names(self) -> list[str]:
        """The walls that stand."""
        found = {"namespaces": self.nursery, "landlock": self.files, "seccomp": self.calls}
        return [name for name, wall in found.items() if wall is not None]


def main(descriptor: int) -> None:
    """Serve until the other end closes."""
    control = socket.socket(fileno=descriptor)
    settings = json.loads(control.recv(1 << 16))
    for name in settings["warm"]:
        importlib.import_module(name)
    walls = raised(settings)
    _silence()
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"walls": walls.names, "landlock": landlock.version()}).encode())
    while serve(control, walls, settings):
        pass
    os._exit(0)


def raised(settings: dict[str, Any]) -> Walls:
    """The walls that were asked for and that the kernel has; a wall that it refuses is left out, and told of."""
    asked = settings["walls"]
    nursery = files = calls = None
    if "namespaces" in asked:
        try:
            namespaces.enter()
            nursery = namespaces.Nursery()
            nursery.fresh()
        except OSError:
            nursery = None
    if "landlock" in asked and landlock.version():
        files = os.dup2(landlock.rules(settings["readable"], settings["writable"]), cell.RULES)
    if "seccomp" in asked and os.uname().machine in seccomp.ALLOWED:
        calls = seccomp.program()
    system.prctl(system.PR_SET_DUMPABLE, 0)
    return Walls(nursery, files, calls)


def serve(control: socket.socket, walls: Walls, settings: dict[str, Any]) -> bool:
    """Fork one cell, wait for its end and tell it; False when there is nobody left to serve."""
    message, ancillary, _, _ = control.recvmsg(16, socket.CMSG_SPACE(4))
    if not message:
        return False
    if message != CELL or not ancillary:
        return True  # a word about a cell that has ended already
    connection = struct.unpack("=i", ancillary[0][2][:4])[0]
    child = namespaces.fork(walls.nursery)
    if not child:
        try:
            cell.live(connection, walls.files, walls.calls, settings["limits"])
        finally:
            os._exit(cell.BROKEN)
    os.close(connection)
    return _await(control, child)


def _await(control: socket.socket, child: int) -> bool:
    """Wait for the end of a cell, and end it when told to, or when nobody is left to tell."""
    watched = os.pidfd_open(child)
    poll = select.poll()
    poll.register(watched, select.POLLIN)
    poll.register(control, select.POLLIN)
    goes_on = True
    while watched not in [descriptor for descriptor, _ in poll.poll()]:
        goes_on = control.recv(16) != b""
        os.kill(child, signal.SIGKILL)
        if not goes_on:
            poll.unregister(control)
    os.close(watched)
    _, status, used = os.wait4(child, 0)
    if goes_on:
        control.send(ENDED.pack(status, used.ru_utime + used.ru_stime))
    return goes_on


def _silence() -> None:
    """Nothing that a candidate prints goes anywhere, and there is nothing to read."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - lives as long as the process
    time.sleep(0)
