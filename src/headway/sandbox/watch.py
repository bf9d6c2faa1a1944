"""One candidate from the first byte to the last: its answers compared as they come, its time kept."""

import os
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from headway.sandbox.cell import FRAME, LENGTH, READY, VALUE
from headway.sandbox.jail import Jail
from headway.sandbox.limits import Limits

GRACE = 30.0
"""Seconds after which a warm process that does not tell of the end of a cell is given up."""
SHORTEST, LONGEST = 0.01, 0.25
"""Seconds between two looks at a cell's clocks."""
CHUNK = 1 << 16

Stopped = Literal["cpu", "asleep", "wall", "output", "answered"]


@dataclass
class Heard:
    """What a cell has sent so far, compared with what is expected."""

    expected: Sequence[bytes] | None
    right: int = 0
    """Leading answers that are what is expected."""
    first_other: tuple[int, bytes] | None = None
    """The first answer that is not: what kind of frame, and its text, or what could be read of it."""
    received: int = 0
    _rest: bytearray = field(default_factory=bytearray)

    @property
    def settled(self) -> bool:
        """Whether no later answer can change the verdict for the better."""
        return self.first_other is not None

    def take(self, part: bytes) -> None:
        """Compare the answers that are complete with this part."""
        self.received += len(part)
        self._rest += part
        while not self.settled and len(self._rest) >= FRAME.size:
            kind, size = FRAME.unpack_from(self._rest)
            if len(self._rest) < FRAME.size + size:
                return
            text = bytes(self._rest[FRAME.size : FRAME.size + size])
            del self._rest[: FRAME.size + size]
            self._compare(kind, text)

    def _compare(self, kind: int, text: bytes) -> None:
        wanted = self.expected[self.right] if self.expected and self.right < len(self.expected) else None
        if kind == VALUE and text == wanted:
            self.right += 1
        else:
            self.first_other = (kind, text[:200])


@dataclass(frozen=True)
class Ran:
    """How a cell ended and what it had answered by then."""

    heard: Heard
    stopped: Stopped | None
    """Why it was stopped from outside; None where it ended by itself."""
    status: int
    """As `os.wait` gives it."""
    cpu: float
    """Seconds of processor time."""

    @property
    def clean(self) -> bool:
        """Whether the program ran to its end and left with code 0."""
        return self.status == 0 and self.stopped is None

    @property
    def signal(self) -> int | None:
        """The signal that ended it."""
        return os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else None


def run(jail: Jail, request: bytes, expected: Sequence[bytes] | None) -> Ran:
    """Run one candidate in a cell of its own; SandboxLost where nothing can be known of it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with theirs:
            jail.open_cell(theirs)
        begun = time.monotonic()
        heard = Heard(expected)
        stopped, who = _follow(ours, request, jail, heard, begun)
    stopped = stopped or _wait(jail, who, begun)
    if stopped is not None:
        jail.end_cell()
    status, cpu = jail.ended(GRACE)
    if cpu >= jail.limits.cpu and stopped in (None, "answered", "asleep"):
        stopped = "cpu"
    return Ran(heard, stopped, status, cpu)


def _follow(
    line: socket.socket, request: bytes, jail: Jail, heard: Heard, begun: float
) -> tuple[Stopped | None, int | None]:
    """Talk to a cell until it hangs up, None, or has to be stopped; and the cell's process id, once it is known."""
    line.settimeout(jail.limits.wall)
    who = None
    try:
        who = _greeted(line)
        line.sendall(LENGTH.pack(len(request)) + request)
        patience = SHORTEST
        while (reason := _over(jail.limits, who, begun)) is None:
            line.settimeout(patience)
            try:
                part = line.recv(CHUNK)
            except TimeoutError:
                patience = min(2 * patience, LONGEST)
                continue
            if not part:
                return None, who
            heard.take(part)
            if heard.settled:
                return "answered", who
            if heard.received > jail.limits.output << 10:
                return "output", who
        return reason, who
    except TimeoutError:
        return "wall", who
    except OSError:
        return None, who  # the cell has hung up


def _wait(jail: Jail, who: int | None, begun: float) -> Stopped | None:
    """Wait for the end of a cell that has hung up, None, or for the limit at which it has to be stopped."""
    patience = SHORTEST
    while not jail.says_something(patience):
        if (reason := _over(jail.limits, who, begun)) is not None:
            return reason
        patience = min(2 * patience, LONGEST)
    return None


def _over(limits: Limits, who: int | None, begun: float) -> Stopped | None:
    """The limit that a cell has reached."""
    wall = time.monotonic() - begun
    if wall < SHORTEST:
        return None  # most candidates end before their clocks are worth a look
    spent, waited = clocks(who) if who is not None else (0.0, None)
    if spent >= limits.cpu:
        return "cpu"
    if waited is not None and wall - spent - waited >= limits.asleep:
        return "asleep"
    return "wall" if wall >= limits.wall else None


def _greeted(line: socket.socket) -> int:
    """The cell's process id as this process sees it; the kernel vouches for it."""
    said, ancillary, _, _ = line.recvmsg(len(READY), socket.CMSG_SPACE(12))
    if said != READY or not ancillary:
        raise OSError("the cell hung up")
    return struct.unpack("=iII", ancillary[0][2])[0]


def clocks(process: int) -> tuple[float, float | None]:
    """Seconds that a process has run, and that its threads have waited for a processor (None if that is not told)."""
    try:
        spent = time.clock_gettime((~process << 3) | 2)  # the processor clock of another process
    except OSError:
        return 0.0, None  # it has just ended
    waited = 0
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/schedstat") as told:
                waited += int(told.read().split()[1])
    except (OSError, IndexError):
        return spent, None  # it has just ended, or the kernel keeps no such account: the wall limit stands
    return spent, waited / 1e9
