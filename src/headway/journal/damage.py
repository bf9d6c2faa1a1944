"""What to do about a damaged file: which rounds to compute again, as one command."""

import os
import shlex
from pathlib import Path

from headway.journal.checkpoints import cast_of
from headway.journal.errors import Damaged, JournalError
from headway.journal.layout import Layout
from headway.journal.rounds import read_committed


def damaged_error(damaged: Damaged, layout: Layout) -> JournalError:
    """The sentence for a damaged file (65). Nothing is removed here: that is for a person to decide."""
    if damaged.path == layout.run:
        remedy = "Restore it from a copy, or start a new run with --out; the rounds in it can still be read by polars"
    else:
        folders = " ".join(shlex.quote(str(path)) for path in _to_remove(damaged.path, layout))
        again = f"headway resume {shlex.quote(str(layout.folder))}"
        remedy = f"Restore it from a copy, or compute what depends on it again: rm -rf {folders} && {again}"
    return JournalError(f"{damaged.path} {damaged.fault}; nothing was trained on it. {remedy}", os.EX_DATAERR)


def _to_remove(path: Path, layout: Layout) -> list[Path]:
    """The damaged file's part of the run, and every round that may depend on it."""
    parts = path.relative_to(layout.folder).parts
    room, name, *_ = [*parts, ""]
    if room == layout.rounds.name and name.isdecimal():
        return _rounds_from(_last_start(layout, int(name)), layout)
    if room == layout.checkpoints.name:
        return [layout.folder.joinpath(*parts[:3]), *_rounds_from(_last_start(layout, len(layout.committed())), layout)]
    return [layout.rounds / name] if room == layout.rounds.name else [path]


def _rounds_from(start: int, layout: Layout) -> list[Path]:
    """The committed rounds from `start` on, and the ledger that tells of them, which is rebuilt from the others."""
    doomed = [layout.round(index) for index in layout.committed() if index >= start]
    return [*doomed, *layout.partials(), layout.ledger]


def _last_start(layout: Layout, limit: int) -> int:
    """The last round, `limit` at most, that can begin from what is whole; round 0 always can."""
    return next((index for index in range(limit, 0, -1) if _can_start(layout, index)), 0)


def _can_start(layout: Layout, index: int) -> bool:
    """Whether the casts that the ruling before round `index` names are still there and whole."""
    try:
        ruling = read_committed(layout, index - 1).ruling
        for named in {ruling.keep, ruling.best}:
            for stored in cast_of(layout, read_committed(layout, named).manifest).values():
                stored.check(layout.folder)
    except Damaged:
        return False
    return True
