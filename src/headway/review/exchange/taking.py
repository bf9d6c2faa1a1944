"""Taking answers of another tool into the log: each is about an attempt of this run, and nothing is taken twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headway.journal import Run
from headway.people.words import standing
from headway.review.exchange import argilla, label_studio
from headway.review.exchange.taken import ExchangeError, Taken
from headway.review.queue import attempts_of
from headway.review.recording import Recorder, answered

NAMED = 5
"""Unknown attempts that a sentence names; the rest are counted."""


@dataclass(frozen=True)
class Outcome:
    """What became of the answers in a file."""

    added: int
    known: int
    """Already in the log."""
    unknown: tuple[str, ...]
    """Keys of attempts that the run does not have."""
    other_text: tuple[str, ...]
    """Keys of attempts that read otherwise in the run than in the file."""

    @property
    def sentence(self) -> str:
        """All of it in words."""
        parts = [f"{_counted(self.added)} added"]
        if self.known:
            parts.append(f"{self.known:,} in the log already")
        if self.unknown:
            parts.append(f"{_counted(len(self.unknown))} left out: the run has no attempt {_named(self.unknown)}")
        if self.other_text:
            parts.append(
                f"{_counted(len(self.other_text))} left out: the run has another text for {_named(self.other_text)}"
            )
        return "; ".join(parts)


def read_file(path: Path) -> list[Taken]:
    """The answers in a file of either tool, known by its content; ExchangeError says what is wrong with it."""
    if not path.is_file():
        raise ExchangeError(f"{path} does not exist; name the JSON file that the annotation tool exported")
    try:
        rows = json.loads(path.read_bytes())
    except ValueError as error:
        raise ExchangeError(f"{path} is not JSON ({error}); export it again as JSON") from None
    return taken_from(rows, str(path))


def taken_from(rows: Any, path: str) -> list[Taken]:
    """The answers in a list of records or tasks; `path` names it in an ExchangeError."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ExchangeError(f"{path} is not a list of objects, as Argilla and Label Studio export them")
    found: list[Taken] = []
    for number, row in enumerate(rows, start=1):
        if not argilla.is_record(row) and not label_studio.is_task(row):
            raise ExchangeError(
                f"object {number} of {path} is neither a record of Argilla (fields, responses) nor a task of Label "
                f"Studio (data, annotations); from Label Studio export JSON, not JSON-MIN or CSV"
            )
        try:
            found += argilla.taken(row) if argilla.is_record(row) else label_studio.taken(row)
        except (AttributeError, TypeError, KeyError):
            raise ExchangeError(
                f"object {number} of {path} does not have the shape that its tool exports; export it again"
            ) from None
    return found


def take_in(found: Sequence[Taken], run: Run, recorder: Recorder) -> Outcome:
    """Append to the log what is new, dated now; ExchangeError, and nothing taken, where a row names another run."""
    other = next((one.run for one in found if one.run not in (None, recorder.run)), None)
    if other is not None:
        raise ExchangeError(f"the file is about the run {other}, and this run is {recorder.run}; name its own folder")
    items = attempts_of(run, frozenset(one.key for one in found))
    there = {(one.who, one.key, one.said, one.after) for one in standing(recorder.answers())}
    new, known, unknown, other_text = [], 0, [], []
    for one in found:
        if one.key not in items:
            unknown.append(one.key)
        elif one.text is not None and one.text != items[one.key].attempt.text:
            other_text.append(one.key)
        elif (one.who, one.key, one.said, one.after) in there:
            known += 1
        else:
            there.add((one.who, one.key, one.said, one.after))
            item = replace(items[one.key], kind=one.kind)
            new.append(answered(recorder.run, item, one.who, one.said, after=one.after, how=one.how))
    if new:
        recorder.add(new)
    return Outcome(len(new), known, tuple(unknown), tuple(other_text))


def _counted(n: int) -> str:
    return "1 answer" if n == 1 else f"{n:,} answers"


def _named(keys: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(keys))
    rest = f" and {len(distinct) - NAMED:,} more" if len(distinct) > NAMED else ""
    return ", ".join(distinct[:NAMED]) + rest
