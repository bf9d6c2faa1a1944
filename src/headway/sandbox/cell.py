"""The life of one candidate: walls first, then its program, its functions called, and what they return sent out.

Everything here runs in the process that the candidate may take over, so nothing here is trusted: no expected value is
in it, and what it sends is compared elsewhere. Standard library only.
"""

import atexit
import builtins
import gc
import marshal
import math
import os
import random
import resource
import signal
import socket
import struct
import sys
import types
from collections.abc import Callable
from typing import Any

from headway.sandbox.plain import NotPlain, spelled
from headway.sandbox.walls import landlock, seccomp, system

FRAME = struct.Struct("=BI")
"""Before every answer: what it is, and how many bytes of text follow."""
LENGTH = struct.Struct("=I")
VALUE, RAISED, NOT_PLAIN = range(3)
READY = b"!"
CONNECTION, RULES = 3, 200
"""Descriptors of a cell: its line to the outside, and the Landlock rules until they hold."""
BROKEN = 70
"""The exit code of a cell that could not be confined or gave up: nothing of the candidate has run, or it broke out."""
CANDIDATE = "candidate"


def live(connection: int, files: int | None, calls: bytes | None, limits: dict[str, float]) -> None:
    """Confine this process, read the request, run it, and leave."""
    os.dup2(connection, CONNECTION)
    os.closerange(CONNECTION + 1, RULES)
    os.closerange(RULES + 1, 1024)
    line = socket.socket(fileno=CONNECTION)
    line.sendall(READY)
    confine(files, calls, limits)
    source, entry, inputs = marshal.loads(_exactly(line, LENGTH.unpack(_exactly(line, LENGTH.size))[0]))
    gc.enable()
    random.seed(0)  # equal programs do equal things
    builtins.exit = builtins.quit = sys.exit  # as an interpreter has them that is not isolated
    if not entry:
        os._exit(script(source))
    answer(line, source, entry, inputs)
    os._exit(0)


def confine(files: int | None, calls: bytes | None, limits: dict[str, float]) -> None:
    """Everything that the candidate may not do, from here on and for ever."""
    system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
    seconds = math.ceil(limits["cpu"]) + 1  # the limit that decides is measured outside; this one is behind it
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, int(limits["memory"]) << 20),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    if files is not None:
        landlock.restrict(files)
        os.close(files)
    system.drop_capabilities()
    if calls is not None:
        seccomp.install(calls)


def answer(line: socket.socket, source: bytes, entry: str, inputs: list[tuple[Any, ...]]) -> None:
    """Run the program once, then its function on every input, and send what each call returned or raised."""
    module = types.ModuleType(CANDIDATE)
    sys.modules[CANDIDATE] = module
    try:
        exec(compile(source, CANDIDATE, "exec"), module.__dict__)
        function = module.__dict__[entry]
    except BaseException as problem:  # noqa: BLE001 - whatever a candidate raises is its own
        _send(line, RAISED, _name(problem))
        return
    for arguments in inputs:
        if not _called(line, function, arguments):
            return


def script(source: bytes) -> int:
    """The exit code that `python file.py` would leave with, and nothing else: what graders by exit code see."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    code = 0
    try:
        exec(compile(source, CANDIDATE, "exec"), module.__dict__)
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException as problem:  # noqa: BLE001 - whatever a candidate raises is its own
        sys.excepthook(type(problem), problem, problem.__traceback__)
        code = 1
    atexit._run_exitfuncs()
    return code & 0xFF


def _called(line: socket.socket, function: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    try:
        text = spelled(function(*arguments))
    except NotPlain as problem:
        _send(line, NOT_PLAIN, str(problem))
        return False
    except BaseException as problem:  # noqa: BLE001 - whatever a candidate raises is its own
        _send(line, RAISED, _name(problem))
        return False
    _send(line, VALUE, text)
    return True


def _name(problem: BaseException) -> str:
    return str(type(problem).__name__)[:64]


def _send(line: socket.socket, kind: int, text: str) -> None:
    payload = text.encode("ascii", "replace")
    line.sendall(FRAME.pack(kind, len(payload)) + payload)


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = line.recv(min(size - len(parts), 1 << 16))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)
