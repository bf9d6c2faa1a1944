"""A seccomp filter: a list of the system calls that are allowed, some for certain arguments only.

Threads may be made, processes may not. Descriptors may be read, written and duplicated; sockets exist only as
connected pairs, and none of them may send to an address. Limits may be read, not raised.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable

from headway.sandbox.walls.calls import ALLOWED, AUDIT_ARCHITECTURE, CLONE3, GUARDED, SECCOMP
from headway.sandbox.walls.system import call

LOAD, EQUAL, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
REFUSE, UNKNOWN = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
SET_MODE_FILTER = 1

CLONE_THREAD, NEW_NAMESPACES = 0x00010000, 0x7E020000
IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Ask for a terminal, its size, the bytes to read; non-blocking; close on exec or not."""
FCNTLS = (0, 1, 2, 3, 4, 1030)
"""Duplicate, and read or set the flags of a descriptor."""
PRCTLS = (15, 16)
"""The name of a thread."""
UNIX, STREAM, TYPE_MASK = 1, 1, 0xF

Instruction = tuple[int, int, int, int]


def program() -> bytes:
    """The filter for this machine's architecture; KeyError where its calls are not listed."""
    machine = platform.machine()
    allowed, guarded = ALLOWED[machine], GUARDED[machine]
    made: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    for number in allowed.values():
        made += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    for name, number in guarded.items():
        block = GUARDS[name]
        made += [(EQUAL, 0, len(block), number), *block]
    made += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in made)


def install(filters: bytes) -> None:
    """From here on, and for ever, the filter holds for this process; it needs `no_new_privs`."""
    code = ctypes.create_string_buffer(filters, len(filters))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(filters) // 8, ctypes.addressof(code)), 16)
    call(SECCOMP[platform.machine()], SET_MODE_FILTER, 0, header)


def _argument(place: int, *, high: bool = False) -> Instruction:
    return LOAD, 0, 0, ARGUMENTS + 8 * place + 4 * high


def _one_of(place: int, values: Iterable[int]) -> list[Instruction]:
    block = [_argument(place)]
    for value in values:
        block += [(EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    return [*block, (RETURN, 0, 0, REFUSE)]


def _zero(*places: int) -> list[Instruction]:
    block: list[Instruction] = []
    for place in places:
        for high in (False, True):
            block += [_argument(place, high=high), (EQUAL, 1, 0, 0), (RETURN, 0, 0, REFUSE)]
    return [*block, (RETURN, 0, 0, ALLOW)]


GUARDS: dict[str, list[Instruction]] = {
    "ioctl": _one_of(1, IOCTLS),
    "fcntl": _one_of(1, FCNTLS),
    "prctl": _one_of(0, PRCTLS),
    "prlimit64": _zero(0, 2),  # of this process, and nothing is set
    "sendto": _zero(4),  # no address
    "clone": [
        _argument(0),
        (ANY_BIT, 0, 2, CLONE_THREAD),
        (ANY_BIT, 1, 0, NEW_NAMESPACES),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ],
    "socketpair": [
        _argument(0),
        (EQUAL, 1, 0, UNIX),
        (RETURN, 0, 0, REFUSE),
        _argument(1),
        (AND, 0, 0, TYPE_MASK),
        (EQUAL, 0, 1, STREAM),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ],
}
"""What is asked of the arguments of a guarded call; every block ends in a return."""
