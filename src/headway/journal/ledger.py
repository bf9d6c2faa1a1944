"""`ledger.jsonl`: one sealed line a ruling, for people and programs; rebuilt from the rounds where it is lost."""

from collections.abc import Sequence

from headway.journal.disk import Disk
from headway.journal.encoding import ruling_fields
from headway.journal.errors import Damaged
from headway.journal.layout import Layout
from headway.journal.manifest import MANIFEST
from headway.journal.rounds import Committed
from headway.journal.sealed import Mark, sealed, unsealed


def line_of(one: Committed) -> bytes:
    """The line of a round: its ruling, and the hash of the manifest that holds the hashes of all else."""
    return sealed(
        {
            "round": one.manifest.round,
            **ruling_fields(one.ruling),
            "refused": one.refused,
            "manifest": Mark.of(one.manifest.data()).sha256,
        },
        indent=None,
    )


def append_line(disk: Disk, layout: Layout, one: Committed) -> None:
    """Add the line of a round, durably; the first line's file gets its name durable with that of `best`."""
    disk.append(layout.ledger, line_of(one))
    disk.sync(layout.ledger)


def whole_lines(layout: Layout) -> list[bytes]:
    """The lines up to a torn tail; Damaged where whole lines follow one that is not, which no crash explains."""
    data = layout.ledger.read_bytes() if layout.ledger.is_file() else b""
    lines = data.splitlines(keepends=True)
    whole = [unsealed(line, indent=None) is not None for line in lines]
    first = whole.index(False) if False in whole else len(lines)
    if any(whole[first:]):
        raise Damaged(layout.ledger, f"is damaged at line {first + 1}")
    return lines[:first]


def check_against(layout: Layout, lines: Sequence[bytes], done: Sequence[Committed]) -> None:
    """Damaged where a round that the ledger names is missing, or is not the one that was committed."""
    for index, line in enumerate(lines):
        if index >= len(done):
            raise Damaged(layout.round(index), "is missing, although ledger.jsonl says that it was committed")
        if line != line_of(done[index]):
            raise Damaged(layout.round(index) / MANIFEST, "is not the manifest that ledger.jsonl names")


def repair(disk: Disk, layout: Layout, done: Sequence[Committed]) -> None:
    """Cut a torn tail, and append the lines of those committed rounds that have none."""
    lines = whole_lines(layout)
    check_against(layout, lines, done)
    size = sum(map(len, lines))
    if layout.ledger.is_file() and layout.ledger.stat().st_size != size:
        disk.truncate(layout.ledger, size)
    for one in done[len(lines) :]:
        append_line(disk, layout, one)
