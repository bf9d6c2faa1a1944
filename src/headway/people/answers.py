"""One line of the log of people's answers, and the log as it is read."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from headway.attempts import Prompt

VERSION = 1
"""The version of a line; another one is refused, never guessed at."""

Said = Literal["accept", "reject", "correct", "skip", "retract"]
Kind = Literal["disagreement", "near-tie", "control", "imported"]
Table = Literal["attempts", "exam"]
SAID, KINDS, TABLES = get_args(Said), get_args(Kind), get_args(Table)


class LogError(ValueError):
    """A log of people's answers that cannot be read or does not belong here; the message says where and what to do."""


@dataclass(frozen=True)
class Answer:
    """What one person said of one attempt, at one time. A line is never changed: to take it back is another line."""

    id: str
    when: str
    """UTC, ISO 8601, to the millisecond."""
    who: str
    how: str
    """Where it was given: `page`, or the tool that it was imported from."""
    run: str
    """Which run the attempt is from; see `headway.review.queue.identity`."""
    round: int
    table: Table
    """`attempts` of a training round, or its `exam`."""
    attempt: str
    task: str
    domain: str
    level: int
    prompt: Prompt
    kind: Kind
    """Why it was shown. Only `control` was drawn at random: estimates rest on those alone."""
    said: Said
    before: str
    """The text of the attempt."""
    answer: str | None
    """The part of it that judges read."""
    after: str | None = None
    """What it was corrected to."""
    retracts: str | None = None
    """The id of the line that this one takes back."""
    version: int = VERSION

    def __post_init__(self) -> None:
        for name, allowed in (("said", SAID), ("kind", KINDS), ("table", TABLES)):
            if vars(self)[name] not in allowed:
                raise LogError(f"{name} is {vars(self)[name]!r}; allowed: {', '.join(allowed)}")
        if (self.said == "correct") != (self.after is not None):
            raise LogError(f"a correction has a text in `after` and nothing else has one, but this is a {self.said}")
        if (self.said == "retract") != (self.retracts is not None):
            raise LogError(f"a retraction names a line in `retracts` and nothing else does, but this is a {self.said}")

    @property
    def key(self) -> str:
        """Which attempt of the run this is about, as in `exam.0006.5345bde601371a83`."""
        return key_of(self.table, self.round, self.attempt)

    def line(self) -> bytes:
        """The line as it is written; equal answers give equal bytes."""
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


NAMES = tuple(field.name for field in fields(Answer))


def key_of(table: str, index: int, attempt: str) -> str:
    """An attempt of a run: an exam has the same ids in every round, so the id alone does not tell which."""
    return f"{table}.{index:04d}.{attempt}"


def read_log(path: Path | str, lines: int | None = None) -> tuple[Answer, ...]:
    """Every answer in the log, oldest first; with `lines` only the first so many.

    A last line that was cut short, by a kill or a power cut, is not an answer and is left out. LogError where there
    is no log, where a whole line is damaged, and where `lines` are more than there are.
    """
    path = Path(path)
    if not path.is_file():
        raise LogError(f"{path} does not exist; people answer with `headway review RUN_FOLDER`, which writes it there")
    whole = whole_lines(path.read_bytes())
    if lines is not None and len(whole) < lines:
        raise LogError(f"{path} has {len(whole)} lines, and {lines} are asked for; it is another log, or was cut")
    return tuple(_parsed(path, number, line) for number, line in enumerate(whole[:lines], start=1))


class Followed:
    """A log that grows, read once: each call reads what was added since the one before; safe between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._forget(0)

    def answers(self) -> tuple[Answer, ...]:
        """Every answer in the log, oldest first, as `read_log` gives them; none where there is no log yet."""
        with self._lock:
            if not self.path.is_file():
                self._forget(0)
                return ()
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                if found.st_ino != self._file or found.st_size < self._read:
                    self._forget(found.st_ino)  # another file stands in its place
                file.seek(self._read)
                for line in whole_lines(file.read()):
                    self._answers.append(_parsed(self.path, len(self._answers) + 1, line))
                    self._read += len(line) + 1
            return tuple(self._answers)

    def _forget(self, file: int) -> None:
        self._file, self._read, self._answers = file, 0, []


def whole_lines(data: bytes) -> list[bytes]:
    """The lines that end in a newline; what follows the last one was cut short."""
    return data.split(b"\n")[:-1]


def _parsed(path: Path, number: int, line: bytes) -> Answer:
    try:
        found = json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise LogError(
            f"{path} line {number} is damaged: it is not JSON; restore the file, or remove that line"
        ) from None
    if not isinstance(found, dict):
        raise LogError(f"{path} line {number} is damaged: it is not a JSON object; restore the file")
    if found.get("version") != VERSION:
        raise LogError(
            f"{path} line {number} has version {found.get('version')!r}, and this version of headway reads {VERSION}; "
            f"use the version that wrote it"
        )
    return _answer(path, number, found)


def _answer(path: Path, number: int, found: dict[str, Any]) -> Answer:
    odd = sorted(set(found) ^ set(NAMES))
    if odd:
        raise LogError(f"{path} line {number} is damaged: its fields differ in {', '.join(odd)}; restore the file")
    try:
        return Answer(**found)
    except LogError as error:
        raise LogError(f"{path} line {number} is damaged: {error}; restore the file") from None
