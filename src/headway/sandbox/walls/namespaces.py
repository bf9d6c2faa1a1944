"""Namespaces: processes, network, mounts and names of its own, without any privilege outside."""

import os
import signal

from headway.sandbox.walls.system import LIBC, PR_SET_PDEATHSIG, checked, prctl

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000


def enter() -> None:
    """Go on as the first process of fresh namespaces of every kind; OSError where the kernel forbids it.

    No user is mapped into them, so no file can be made in anybody's name. The process that called stays behind,
    waits, and ends when this one does.
    """
    checked(LIBC.unshare(NEWUSER | NEWPID | NEWNET | NEWIPC | NEWUTS | NEWNS | NEWCGROUP))
    child = os.fork()
    if child:
        os.closerange(0, 256)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Nursery:
    """Gives every child that is forked next a process namespace of its own, in which it is the first process."""

    def __init__(self) -> None:
        self.own = os.pidfd_open(os.getpid())

    def fresh(self) -> None:
        """The next fork starts a namespace; OSError where the kernel forbids it."""
        checked(LIBC.setns(self.own, NEWPID))  # back to our own first: a second unshare in a row is refused
        checked(LIBC.unshare(NEWPID))


def fork(nursery: Nursery | None) -> int:
    """`os.fork`, into a process namespace of its own where there is a nursery."""
    if nursery is not None:
        nursery.fresh()
    return os.fork()
