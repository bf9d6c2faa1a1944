"""From rows of a file to frames of rollouts, a bounded batch at a time; a bad row is counted and the next is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from json import loads
from typing import Any

import polars as pl

from headway.audit.files import Found, document, lines, reading_parquet
from headway.audit.problems import CUT, MENDED, NOT_FINITE, UNREADABLE_ROW, BadFile, BadRow, Problems
from headway.audit.rollouts import NEVER_NULL, rollouts
from headway.rollouts import ROLLOUT_COLUMNS

Row = Mapping[str, Any]
Rollout = dict[str, Any]
"""Values for some of the columns of `ROLLOUT_COLUMNS`."""
BATCH_ROWS, BATCH_CHARACTERS = 4096, 32 << 20
LONGEST_TEXT = 100_000
"""Characters of a text that are measured; what is longer is cut, and counted."""


def frames(
    found: Found,
    problems: Problems,
    convert: Callable[[Row], Iterable[Rollout]],
    rows: Iterable[tuple[str, Row]] | None = None,
) -> Iterator[pl.DataFrame]:
    """Frames of what `convert` makes of each row of the file, or of `rows`; it raises BadRow for one it cannot read."""
    batch: list[Rollout] = []
    size = 0
    try:
        for place, row in rows_of(found, problems) if rows is None else rows:
            try:
                for rollout in convert(row):
                    refuse_incomplete(rollout)
                    size += shortened(rollout, place, problems)
                    batch.append(rollout)
            except BadRow as error:
                problems.add(UNREADABLE_ROW, f"{place}: {error}")
            if len(batch) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                yield framed(batch, found.name, problems)
                batch, size = [], 0
    except BadFile:
        if batch:
            yield framed(batch, found.name, problems)  # what came before the damage is whole
        raise
    if batch:
        yield framed(batch, found.name, problems)


def refuse_incomplete(rollout: Rollout) -> None:
    """BadRow where a row of a log that has steps and texts elsewhere has none itself."""
    for name in NEVER_NULL:
        if name != "split" and rollout.get(name) is None:
            raise BadRow(f"has no {name}")


def framed(batch: list[Rollout], name: str, problems: Problems) -> pl.DataFrame:
    """One frame of these rollouts; rewards that are not finite are counted and become null."""
    columns = {column: [one.get(column) for one in batch] for column in ROLLOUT_COLUMNS}
    rewards = pl.Series("reward", columns["reward"], dtype=pl.Float64)
    if wrong := int((~rewards.is_finite()).sum() or 0):
        problems.add(NOT_FINITE, name, wrong)
    return rollouts({**columns, "reward": rewards})


def shortened(rollout: Rollout, place: str, problems: Problems) -> int:
    """Cut the texts of a rollout to what is measured; how many characters it has."""
    size = 0
    for column in ("prompt", "text", "answer"):
        text = rollout.get(column)
        if text is not None and len(text) > LONGEST_TEXT:
            problems.add(CUT, f"{place}: {column} of {len(text):,} characters")
            rollout[column] = text[:LONGEST_TEXT]
        size += min(len(text or ""), LONGEST_TEXT)
    return size


def rows_of(found: Found, problems: Problems) -> Iterator[tuple[str, Row]]:
    """Every row of a file of rows, with its place in words; rows that are none are counted in `problems`."""
    if found.kind == "parquet":
        yield from parquet_rows(found)
    elif found.kind == "jsonl":
        yield from json_lines(found, problems)
    elif found.kind == "json":
        whole = document(found.path)
        for index, row in enumerate(whole if isinstance(whole, list) else [whole]):
            if isinstance(row, Mapping):
                yield f"{found.name}, entry {index + 1}", row
            else:
                problems.add(UNREADABLE_ROW, f"{found.name}, entry {index + 1}: is not an object")
    else:
        raise BadFile(f"is a {found.kind} file, which is no file of rows")


def parquet_rows(found: Found) -> Iterator[tuple[str, Row]]:
    """Rows of a Parquet file, a batch in memory at a time."""
    index = 0
    for frame in parquet_frames(found):
        for row in frame.iter_rows(named=True):
            index += 1
            yield f"{found.name}, row {index}", row


def parquet_frames(found: Found) -> Iterator[pl.DataFrame]:
    """A Parquet file as frames of at most a batch of rows."""
    with reading_parquet():
        for frame in pl.scan_parquet(found.path, glob=False).collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=True
        ):
            yield from frame.iter_slices(BATCH_ROWS)


def json_lines(found: Found, problems: Problems) -> Iterator[tuple[str, Row]]:
    """Rows of a file of JSON lines; a torn last line, and lines that are no objects, are counted by their number."""
    for line, data in lines(found.path):
        place = f"{found.name}, line {line}"
        if data is None:
            problems.add(UNREADABLE_ROW, f"{place}: is longer than an audit reads")
            continue
        row = object_of(data, place, problems)
        if row is not None:
            yield place, row


def object_of(data: bytes, place: str, problems: Problems) -> Row | None:
    """The JSON object of a line, None where it holds none, which is counted."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(MENDED, f"{place}: byte {error.start + 1}")
        text = data.decode("utf-8", "replace")
    try:
        row = loads(text)
    except ValueError as error:
        torn = "" if data.endswith(b"\n") else " (the line has no end: a run that is still writing, or a cut copy)"
        problems.add(UNREADABLE_ROW, f"{place}: is not JSON: {str(error)[:80]}{torn}")
        return None
    except RecursionError:
        problems.add(UNREADABLE_ROW, f"{place}: is nested deeper than JSON can be read")
        return None
    if not isinstance(row, Mapping):
        problems.add(UNREADABLE_ROW, f"{place}: is {type(row).__name__}, expected an object")
        return None
    return row
