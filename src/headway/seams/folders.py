"""A folder of files as one object: a line of JSON with names and sizes, then the files one after the other."""

import json
from collections.abc import Mapping
from pathlib import Path


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one object; equal files give equal bytes."""
    names = sorted(files)
    head = json.dumps([[name, len(files[name])] for name in names]).encode()
    return b"".join([head, b"\n", *(files[name] for name in names)])


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files that `packed` was given; ValueError for names that lead out of a folder."""
    head, _, body = data.partition(b"\n")
    files, start = {}, 0
    for name, size in json.loads(head):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"an object names the file {name!r}, which lies outside its folder")
        files[name] = body[start : start + size]
        start += size
    return files


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by its path within it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder that exists."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
