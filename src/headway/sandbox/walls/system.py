"""System calls that Python has no function for."""

import ctypes
import os
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522


def call(number: int, *arguments: int | ctypes.Array | None) -> int:
    """The result of a system call; OSError where the kernel refuses."""
    made = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    return checked(LIBC.syscall(ctypes.c_long(number), *made))


def prctl(option: int, value: int = 0) -> None:
    """Set a property of this process; OSError where the kernel refuses."""
    checked(LIBC.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def bound_capabilities() -> None:
    """No program that this process or a child of it becomes can have any capability."""
    for capability in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0):
            break  # past the last one, or not allowed to: what is held is given up all the same


def drop_capabilities() -> None:
    """Give up every capability in the current user namespace, for good."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    call(CAPSET[platform.machine()], header, (ctypes.c_uint32 * 6)())


def checked(result: int) -> int:
    """The result of a call to the C library; OSError where it failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
