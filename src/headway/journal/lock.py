"""One writer a run folder."""

import fcntl
import os
import socket
from pathlib import Path

from headway.journal.errors import JournalError

_held: set[int] = set()
"""Descriptors of the locks that this process holds."""


class Lock:
    """An exclusive lock on a run folder, gone with the process that holds it; JournalError (75) if another does."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._descriptor, 200).decode(errors="replace").strip() or "another process"
            os.close(self._descriptor)
            raise JournalError(
                f"{folder} is in use by {holder}; wait until it ends, or stop it, and then `headway resume {folder}`",
                os.EX_TEMPFAIL,
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        _held.add(self._descriptor)

    @property
    def held(self) -> bool:
        """Whether this process still holds it."""
        return self._descriptor in _held

    def release(self) -> None:
        """Let the next writer in; nothing happens the second time."""
        if self.held:
            _held.remove(self._descriptor)
            os.close(self._descriptor)


def _forget() -> None:
    """A forked child shares the lock; it must not keep the folder locked after its parent was killed."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget)
