"""Everything that a run folder does to the disk, one method a primitive, so that a test can fail each of them."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """The primitives. None of them makes anything durable but `sync`; an OSError names the path it is about."""

    def make_folder(self, path: Path) -> None:
        """Make one folder whose parent exists."""
        os.mkdir(path)

    def write(self, path: Path, data: bytes) -> None:
        """Make the file, or replace its content in place."""
        with _naming(path):
            path.write_bytes(data)

    def fill(self, folder: Path, writer: Callable[[Path], None]) -> None:
        """Let `writer` make files in the existing empty `folder`."""
        try:
            writer(folder)
        except Exception as error:
            # Libraries written in Rust (safetensors) have errors of their own for a disk that is full.
            code = re.search(r"\(os error (\d+)\)", str(error))
            if code is None:
                raise
            raise OSError(int(code[1]), os.strerror(int(code[1])), str(folder)) from error

    def append(self, path: Path, data: bytes) -> None:
        """Add to the end of the file, which is made where it is missing."""
        with _naming(path), path.open("ab") as file:
            file.write(data)

    def truncate(self, path: Path, size: int) -> None:
        """Cut the file to its first `size` bytes."""
        os.truncate(path, size)

    def sync(self, path: Path) -> None:
        """Make the content of a file durable, or the names in a folder."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            with _naming(path):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file, link or folder another name in the same folder; a file or link of that name is replaced."""
        os.replace(old, new)

    def link(self, path: Path, target: str) -> None:
        """Make a symbolic link to `target`, which is relative to the folder of `path`."""
        os.symlink(target, path)

    def unlink(self, path: Path) -> None:
        """Remove a file or a link."""
        os.unlink(path)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        os.rmdir(path)


DISK = Disk()
"""The disk of this machine."""


def write_whole(disk: Disk, path: Path, data: bytes) -> None:
    """Replace a file so that its name always has the old content or the new; the caller syncs the folder."""
    fresh = path.with_name(path.name + TEMPORARY)
    disk.write(fresh, data)
    disk.sync(fresh)
    disk.rename(fresh, path)


TEMPORARY = ".tmp"
"""How the name of a file ends that is not whole yet."""


def remove_tree(disk: Disk, path: Path) -> None:
    """Remove whatever has this name, if anything; links are removed, never followed."""
    if path.is_symlink() or path.is_file():
        disk.unlink(path)
    elif path.is_dir():
        for entry in sorted(path.iterdir()):
            remove_tree(disk, entry)
        disk.remove_folder(path)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Writing through a descriptor raises OSErrors that say no path; this adds it."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
