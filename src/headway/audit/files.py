"""Files and what their first bytes say they are: content decides, not the name. No pickle is read."""

import gzip
import io
import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from headway.audit.problems import PICKLED, UNREADABLE_FILE, BadFile, Problems

LONGEST_LINE, LONGEST_DOCUMENT = 64 << 20, 256 << 20
"""Bytes of one row of text, where a longer line is skipped and counted, and of a file that is one JSON value."""
LINES = (".jsonl", ".ndjson")
MOST_UNPACKED = 64 << 30
"""Bytes that a compressed file may unpack to, and at most `LARGEST_RATIO` times its size beyond `SMALL`."""
LARGEST_RATIO, SMALL = 1_000, 256 << 20
MOST_FILES = 200_000
HEAD_ROWS, HEAD_BYTES = 8, 16 << 20
SKIPPED_FOLDERS = frozenset({".git", "__pycache__", ".venv", "node_modules", ".ipynb_checkpoints"})
SKIPPED_NAMES = frozenset({"tokenizer.json", "vocab.json", "trainer_state.json", "model.safetensors.index.json"})
"""Files of checkpoints, large and never rollouts."""
PICKLE_START = re.compile(rb"\x80[\x02-\x05]")
PICKLE_NAMES = (".pkl", ".pickle", ".joblib")
NUMBERED = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Found:
    """A file: where it is, how sentences name it, what it is, and its first rows."""

    path: Path
    name: str
    """The path from what the user named, with `/`."""
    kind: str
    """`jsonl`, `json`, `parquet` or `zip`."""
    head: tuple[dict[str, Any], ...] = ()
    columns: frozenset[str] = frozenset()
    """Keys of the first row, columns of a Parquet file, members of a zip."""


class Pickle(BadFile):
    """A file that is a pickle, or holds some."""


def found_under(path: Path, problems: Problems) -> Iterator[Found]:
    """Every file that may hold rollouts, in the order of names; the rest is counted in `problems` or left alone."""
    if not path.exists():
        raise ValueError(f"{path} does not exist; name a file or a folder of rollouts")
    base = path if path.is_dir() else path.parent
    paths = sorted(files_in(path), key=natural) if path.is_dir() else [path]
    for one in paths:
        name = one.relative_to(base).as_posix()
        try:
            known = look(one, name)
        except Pickle as refused:
            problems.add(PICKLED, f"{name} {refused}")
        except (BadFile, OSError) as error:
            problems.add(UNREADABLE_FILE, f"{name}: {error}")
        else:
            if known is not None:
                yield known


def files_in(folder: Path) -> list[Path]:
    """The regular files below a folder; links are not followed, tools' own folders are left out."""
    kept: list[Path] = []
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        here = (Path(parent) / name for name in names if not name.startswith(".") and name not in SKIPPED_NAMES)
        kept += [one for one in here if one.is_file() and not one.is_symlink()]
        if len(kept) > MOST_FILES:
            raise ValueError(
                f"{folder} holds more than {MOST_FILES:,} files; name the folder of one run, or that of its rollouts"
            )
    return kept


def natural(path: Path) -> list[tuple[int, int, str]]:
    """A sort key that reads numbers in names as numbers: step_9 before step_10."""
    parts = (part for part in NUMBERED.split(str(path)))
    return [(0, int(part), "") if part.isdecimal() and len(part) < 19 else (1, 0, part) for part in parts]


def look(path: Path, name: str) -> Found | None:
    """What the file is by its first bytes; None where it is nothing that holds rows."""
    with path.open("rb") as file:
        start = file.read(4096)
    if PICKLE_START.match(start) or path.suffix.lower() in PICKLE_NAMES:
        raise Pickle("(write rollouts as JSON lines or Parquet)")
    if start.startswith(b"PAR1"):
        return Found(path, name, "parquet", *_parquet_head(path))
    if start.startswith(b"PK"):
        return Found(path, name, "zip", (), _members(path))
    if _is_text(path, start):
        return _text_head(path, name)
    return None


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Every line with its number from 1; None in place of a line longer than `LONGEST_LINE`, blank lines left out."""
    with opened(path) as file:
        for place in range(1, 1 << 62):
            line = file.readline(LONGEST_LINE)
            if not line:
                return
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield place, None
            elif not line.isspace():
                yield place, line


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzip or zstd, with a bound on how much it may unpack to."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start.startswith(b"\x1f\x8b"):
            yield io.BufferedReader(Bounded(gzip.GzipFile(fileobj=file), path.stat().st_size))
        elif start == b"\x28\xb5\x2f\xfd":
            yield io.BufferedReader(Bounded(unpacked_zstd(file), path.stat().st_size))
        else:
            yield file


def unpacked_zstd(file: Any) -> Any:
    """A stream of what a zstd stream holds; BadFile where the library is missing."""
    try:
        import zstandard
    except ModuleNotFoundError:
        raise BadFile(
            "is packed with Zstandard, which needs `pip install 'headway[zstd]'` (or `inspect log convert --to json`)"
        ) from None
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(file, read_across_frames=True)


class Bounded(io.RawIOBase):
    """A stream that ends in BadFile where it unpacks to more than a log could."""

    def __init__(self, inner: Any, packed: int, most: int = MOST_UNPACKED) -> None:
        self.inner, self.packed, self.most, self.done = inner, packed, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.inner.read(len(buffer))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadFile(f"is packed and not whole ({error}); copy it again") from None
        except Exception as error:
            # zstandard is imported only where a file needs it, so that its error has no name here.
            if type(error).__name__ != "ZstdError":
                raise
            raise BadFile(f"is packed and not whole ({error}); copy it again") from None
        self.done += len(data)
        if self.done > min(self.most, max(SMALL, self.packed * LARGEST_RATIO)):
            raise BadFile(
                f"unpacks to more than {self.done >> 20:,} MiB from {self.packed >> 10:,} KiB, which no log does: "
                f"it looks like a zip bomb, and nothing more of it is read"
            )
        buffer[: len(data)] = data
        return len(data)


def _is_text(path: Path, start: bytes) -> bool:
    """Whether a file may be JSON, packed or not."""
    if start.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        return ".json" in path.name
    begins = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    return begins or (path.name.endswith(LINES) and b"\0" not in start)


def _text_head(path: Path, name: str) -> Found | None:
    """JSON lines or one JSON document, and its first rows; damaged lines are left to whoever reads them."""
    rows, tried, first_is_row = _first_rows(path)
    if first_is_row and (tried > 1 or path.name.endswith(LINES)):
        return Found(path, name, "jsonl", tuple(rows), frozenset().union(*rows))
    whole = document(path)
    head = tuple(row for row in (whole if isinstance(whole, list) else [whole]) if isinstance(row, dict))[:HEAD_ROWS]
    if head:
        return Found(path, name, "json", head, frozenset().union(*head))
    if rows or path.name.endswith(LINES):
        return Found(path, name, "jsonl", tuple(rows), frozenset().union(*rows))
    return None


def _first_rows(path: Path) -> tuple[list[dict[str, Any]], int, bool]:
    """Objects among the first lines, how many lines were tried, and whether the first of them is one."""
    rows: list[dict[str, Any]] = []
    size = tried = 0
    first_is_row = False
    for _, line in lines(path):
        row = parsed(line or b"")
        tried += 1
        size += len(line or b"")
        if isinstance(row, dict):
            rows.append(row)
            first_is_row = first_is_row or tried == 1
        if len(rows) >= HEAD_ROWS or size > HEAD_BYTES or tried > 4 * HEAD_ROWS:
            break
    return rows, tried, first_is_row


def document(path: Path) -> Any:
    """A file that is one JSON value; None where it is not. BadFile where it is longer than one may be."""
    with opened(path) as file:
        data = file.read(LONGEST_DOCUMENT + 1)
    if len(data) > LONGEST_DOCUMENT:
        raise BadFile(f"is one JSON document of more than {LONGEST_DOCUMENT >> 20} MiB; write it as JSON lines")
    return parsed(data)


def parsed(data: bytes) -> Any:
    """JSON, or None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _members(path: Path) -> frozenset[str]:
    from headway.audit.archives import members

    names = frozenset(info.filename for info in members(path)[:10_000])
    if any(name.endswith(".pkl") for name in names):
        raise BadFile(
            "holds pickles (a torch checkpoint?), which can run any code when they are read; it is left alone"
        )
    return names


def _parquet_head(path: Path) -> tuple[tuple[dict[str, Any], ...], frozenset[str]]:
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), os.SEEK_END)
        if file.read() != b"PAR1":
            raise BadFile("is a Parquet file without its end; wait until it is written, or copy it again")
    with reading_parquet():
        head = pl.scan_parquet(path, glob=False).head(HEAD_ROWS).collect()
        return tuple(head.iter_rows(named=True)), frozenset(head.columns)


class reading_parquet:
    """Turns what polars raises on a damaged file, panics included, into BadFile."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, pl.exceptions.PolarsError | pl.exceptions.PanicException | OSError):
            first = str(error).partition("\n")[0][:200]
            raise BadFile(
                f"is not a whole Parquet file ({first}); copy it again, or wait until it is written"
            ) from None
