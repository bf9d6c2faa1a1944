"""The writer of the log: one line an answer, durable before anybody is told so, and several people at once."""

import fcntl
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from headway.journal.disk import DISK, Disk
from headway.people.answers import Answer, Followed, LogError, Said
from headway.people.words import standing
from headway.review.queue import Item


@dataclass
class Recorder:
    """The log at `path` of the run `run`; every method may be called from several threads and processes at once.

    OSError where the disk refuses; what was recorded before is kept, and a line half written is cut by the next one.
    """

    path: Path
    run: str
    disk: Disk = DISK

    def __post_init__(self) -> None:
        self._followed = Followed(self.path)

    def answers(self) -> tuple[Answer, ...]:
        """Everything in the log; LogError where it is damaged, or of another run."""
        found = self._followed.answers()
        other = next((one for one in found if one.run != self.run), None)
        if other is not None:
            raise LogError(
                f"{self.path} holds answers about the run {other.run}, and this run is {self.run}; "
                f"move the log away, or name the folder of its own run"
            )
        return found

    def add(self, answers: Sequence[Answer]) -> None:
        """Append these lines, durably."""
        with self._alone():
            self._append(answers)

    def take_back(self, who: str, keys: Collection[str]) -> Answer | None:
        """Append the retraction of the last answer of this person on one of these attempts; None if there is none."""
        with self._alone():
            mine = [one for one in standing(self.answers()) if one.who == who and one.key in keys]
            if not mine:
                return None
            last = mine[-1]
            self._append(
                [replace(last, id=new_id(), when=now(), how="page", said="retract", after=None, retracts=last.id)]
            )
            return last

    def _append(self, answers: Sequence[Answer]) -> None:
        size = self.path.stat().st_size
        whole = whole_size(self.path)
        if whole != size:
            self.disk.truncate(self.path, whole)
        for one in answers:
            self.disk.append(self.path, one.line())
        self.disk.sync(self.path)
        if whole == 0:
            self.disk.sync(self.path.parent)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile; the lock is gone with the process that holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def whole_size(path: Path) -> int:
    """How many bytes the whole lines of a file have, without what was cut short behind them."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if file.read(1) in (b"", b"\n"):
            return size
        file.seek(0)
        return file.read().rfind(b"\n") + 1


def new_id() -> str:
    """The id of a line."""
    return secrets.token_hex(8)


def now() -> str:
    """The time in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def answered(run: str, item: Item, who: str, said: Said, *, after: str | None = None, how: str = "page") -> Answer:
    """The line for what this person says of an attempt, now."""
    one = item.attempt
    return Answer(
        id=new_id(),
        when=now(),
        who=who,
        how=how,
        run=run,
        round=item.round,
        table=item.table,
        attempt=one.id,
        task=one.task,
        domain=one.domain,
        level=one.level,
        prompt=one.prompt,
        kind=item.kind,
        said=said,
        before=one.text,
        answer=one.answer,
        after=after,
    )
