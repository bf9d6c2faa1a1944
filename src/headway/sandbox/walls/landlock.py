"""Landlock: which files may be opened, no connections, no signals and no abstract sockets to the outside.

https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import struct
from collections.abc import Sequence

from headway.sandbox.walls.system import call

CREATE, ADD, RESTRICT = 444, 445, 446
VERSION_FLAG = 1
WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on files there are since each version."""
TCP, SCOPES = 0b11, 0b11
PATH_BENEATH = 1


def version() -> int:
    """The kernel's Landlock version; 0 where it has none."""
    try:
        return call(CREATE, None, 0, VERSION_FLAG)
    except OSError:
        return 0


def rules(readable: Sequence[str], writable: Sequence[str]) -> int:
    """A descriptor of rules by which only `readable` may be read and only `writable` written as well."""
    known = version()
    rights = (1 << max(count for since, count in FILE_RIGHTS.items() if since <= known)) - 1
    asked = struct.pack("=QQQ", rights, TCP if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    made = call(CREATE, ctypes.create_string_buffer(asked, 24), size, 0)
    for paths, allowed in ((readable, READ_FILE | READ_DIR), (writable, READ_FILE | WRITE_FILE)):
        for path in paths:
            _allow(made, path, allowed)
    return made


def _allow(made: int, path: str, allowed: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # nothing there, nothing to allow
    if not os.path.isdir(path):
        allowed &= READ_FILE | WRITE_FILE
    call(ADD, made, PATH_BENEATH, ctypes.create_string_buffer(struct.pack("=Qi", allowed, place), 12), 0)
    os.close(place)


def restrict(made: int) -> None:
    """From here on, and for ever, these rules hold for this process; it needs `no_new_privs`."""
    call(RESTRICT, made, 0)
