"""JSON records that notice when they are damaged, and files that are compared with their hash when read."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.journal.errors import Damaged


@dataclass(frozen=True)
class Mark:
    """How a file is recognised: the SHA-256 of its content, and its size [bytes]."""

    sha256: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> "Mark":
        """The mark of this content."""
        return cls(hashlib.sha256(data).hexdigest(), len(data))

    @classmethod
    def of_file(cls, path: Path) -> "Mark":
        """The mark of a file of any size, which is never in memory as a whole; Damaged where it is missing."""
        with _existing(path), path.open("rb") as file:
            return cls(hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size)


def read_whole(path: Path) -> bytes:
    """The content of a file; Damaged where it is missing."""
    with _existing(path):
        return path.read_bytes()


def read_marked(path: Path, mark: Mark) -> bytes:
    """The content of a file that must be what its mark says; Damaged otherwise."""
    data = read_whole(path)
    _compare(path, Mark.of(data), mark)
    return data


def check_file(path: Path, mark: Mark) -> None:
    """Damaged unless the file is what its mark says."""
    _compare(path, Mark.of_file(path), mark)


def _compare(path: Path, found: Mark, written: Mark) -> None:
    if found.size != written.size:
        raise Damaged(path, f"is damaged: it has {found.size:,} bytes, and {written.size:,} were written")
    if found != written:
        raise Damaged(path, "is damaged: its SHA-256 is not that of what was written")


@contextmanager
def _existing(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Damaged(path, "is missing") from error


def plain(fields: Any, *, indent: int | None = 1) -> bytes:
    """JSON for people and programs, ending in a newline; the same fields always give the same bytes."""
    return (json.dumps(fields, indent=indent, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def sealed(fields: Mapping[str, Any], *, indent: int | None = 1) -> bytes:
    """`plain` with a checksum of the fields as the last field."""
    checksum = hashlib.sha256(plain(dict(fields), indent=None)).hexdigest()[:16]
    return plain({**fields, "checksum": checksum}, indent=indent)


def unsealed(data: bytes, *, indent: int | None = 1) -> dict[str, Any] | None:
    """The fields of a sealed record; None unless it is, byte for byte, what `sealed` wrote."""
    try:
        fields = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    fields.pop("checksum", None)
    return fields if sealed(fields, indent=indent) == data else None


def read_sealed(path: Path) -> dict[str, Any]:
    """The fields of a file that is one sealed record; Damaged otherwise."""
    fields = unsealed(read_whole(path))
    if fields is None:
        raise Damaged(path, "is damaged: its content and its checksum disagree")
    return fields
