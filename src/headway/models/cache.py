"""Where models are kept, and how a folder gets there: written whole under another name, then renamed."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headway.cache import cache_folder

CONVERSION = 1
"""Raised whenever the conversion of a file gives other bytes than before: an old folder is then left alone."""


class ModelError(Exception):
    """A model that cannot be had, in a sentence that says what to do; `exit_code` is that of the command line."""

    def __init__(self, sentence: str, exit_code: int = os.EX_USAGE) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def kept(name: str, sha256: str) -> Path:
    """The folder of the model whose weights have this checksum, whether it is there or not."""
    return cache_folder() / "models" / f"{name}-{sha256[:12]}-v{CONVERSION}"


@contextmanager
def made_whole(folder: Path, otherwise: str = "set HEADWAY_CACHE to a folder that you can write to") -> Iterator[Path]:
    """A new empty folder to fill beside `folder`; it takes that name once all of it is durable, or is removed.

    Where another process was faster, its folder stays: both hold the same bytes. `otherwise` is what a user can do
    where nothing can be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise ModelError(
            f"no folder can be made in {folder.parent} ({error.strerror}); {otherwise}", os.EX_CANTCREAT
        ) from None
    try:
        yield fresh
        for entry in [*fresh.rglob("*"), fresh]:
            _sync(entry)
        if not folder.exists():
            os.replace(fresh, folder)
            _sync(folder.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
