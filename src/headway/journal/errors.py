"""What can go wrong with a run folder, said in sentences with an exit code."""

import errno
import os
import shutil
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR)


class JournalError(Exception):
    """A run folder that cannot be used or written; the message says what is wrong, where, and what to do.

    `exit_code` follows sysexits.h: 64 asked for something else than the folder holds, 65 damaged data,
    73 something is in the way of the folder, 75 temporary (disk full, locked), 77 not permitted.
    """

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type["JournalError"], tuple[str, int]]:
        """Errors travel from worker processes to the one that a user sees."""
        return type(self), (str(self), self.exit_code)


class Damaged(Exception):
    """A file of the run folder is not what was written; `headway.journal.damage` adds what to do about it."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path} {fault}")
        self.path, self.fault = path, fault


def refused_by_system(error: OSError, folder: Path, again: str) -> JournalError:
    """The sentence for an OSError met while writing; `again` is the command that goes on afterwards."""
    path, reason = error.filename or str(folder), error.strerror or str(error)
    safe = f"then {again}; every stage recorded before is kept"
    if error.errno in FULL:
        free = shutil.disk_usage(_existing(Path(path))).free
        return JournalError(
            f"{path} cannot be written: {reason}; {free:,} bytes are free there. Free some space, {safe}",
            os.EX_TEMPFAIL,
        )
    if error.errno in FORBIDDEN:
        return JournalError(
            f"{path} cannot be written: {reason}. Make {folder} writable for this user, or use another folder, {safe}",
            os.EX_NOPERM,
        )
    if error.errno in IN_THE_WAY:
        return JournalError(
            f"{path} is in the way: {reason}. Move it away, or use another folder, {safe}", os.EX_CANTCREAT
        )
    return JournalError(
        f"the system refused {path}: {reason}. See to the disk that holds {folder}, {safe}", os.EX_TEMPFAIL
    )


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())
