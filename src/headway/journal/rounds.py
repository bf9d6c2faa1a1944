"""Rounds on disk: each stage added to a hidden folder, which one rename makes a committed round."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headway.attempts import Attempts
from headway.cast import Cast
from headway.journal.checkpoints import save_cast
from headway.journal.disk import Disk, remove_tree, write_whole
from headway.journal.encoding import estimate_fields, frame_of, json_of, parquet, report_of, ruling_fields, ruling_of
from headway.journal.errors import Damaged
from headway.journal.layout import Layout
from headway.journal.manifest import MANIFEST, Manifest, Stored, read_manifest
from headway.journal.sealed import Mark, plain, read_marked
from headway.stages import Round, Ruling

SAMPLED, ATTEMPTS, EXAM = "sampled.parquet", "attempts.parquet", "exam.parquet"
REPORT, BY_TASK, REFUSED, RULING = "report.json", "report.parquet", "refused.json", "ruling.json"
STAGES = {
    SAMPLED: "sampled",
    ATTEMPTS: "attempts",
    EXAM: "exam",
    REPORT: "report",
    REFUSED: "refused",
    RULING: "ruling",
}
"""The artifact by which each stage is known; the cast has checkpoints instead."""


@dataclass(frozen=True)
class Committed:
    """What must be known of a committed round to go on: its artifacts and its ruling, not its tables."""

    manifest: Manifest
    ruling: Ruling
    refused: str | None


def artifacts(turn: Round, known: Collection[str]) -> dict[str, bytes]:
    """The content of every file that the round has and that is not `known`; the cast is not among them."""
    made: dict[str, bytes] = {}
    for name, table in ((SAMPLED, turn.sampled), (ATTEMPTS, turn.attempts), (EXAM, turn.exam)):
        if table is not None and name not in known:
            made[name] = parquet(table.frame)
    if turn.report is not None and REPORT not in known:
        made[REPORT] = plain({"estimates": estimate_fields(turn.report.estimates)})
        made[BY_TASK] = parquet(turn.report.by_task)
    if turn.refused is not None and REFUSED not in known:
        made[REFUSED] = plain({"refused": turn.refused})
    if turn.ruling is not None and RULING not in known:
        made[RULING] = plain(ruling_fields(turn.ruling))
    return made


def add_stages(disk: Disk, layout: Layout, turn: Round, manifest: Manifest, known: Collection[Stored]) -> Manifest:
    """Make durable what `turn` has beyond `manifest`; artifacts first, and then the manifest that lists them."""
    made = artifacts(turn, manifest.files)
    cast = manifest.cast
    if cast is None and turn.cast is not None:
        cast = save_cast(disk, layout, turn.index, turn.cast, known)
    if not made and cast is manifest.cast:
        return manifest
    folder = layout.partial(turn.index)
    if not folder.is_dir():
        disk.make_folder(folder)
        disk.sync(layout.rounds)
    for name, data in made.items():
        disk.write(folder / name, data)
        disk.sync(folder / name)
    marks = {name: Mark.of(data) for name, data in made.items()}
    grown = replace(manifest, files={**manifest.files, **marks}, cast=cast)
    write_whole(disk, folder / MANIFEST, grown.data())
    disk.sync(folder)
    return grown


def commit(disk: Disk, layout: Layout, index: int) -> None:
    """Make a partial round that has its ruling a committed one, durably."""
    disk.rename(layout.partial(index), layout.round(index))
    disk.sync(layout.rounds)


def stages_of(manifest: Manifest) -> list[str]:
    """The stages of a round that are durable."""
    return [stage for name, stage in STAGES.items() if name in manifest.files] + ["cast"] * (manifest.cast is not None)


def read_committed(layout: Layout, index: int) -> Committed:
    """The small facts of a committed round; Damaged where a file is not what was written."""
    folder = layout.round(index)
    manifest = read_manifest(folder)
    if manifest.round != index or RULING not in manifest.files:
        raise Damaged(folder / MANIFEST, f"is not the manifest of round {index} with its ruling")
    ruling = ruling_of(json_of(read_marked(folder / RULING, manifest.files[RULING])))
    return Committed(manifest, ruling, _refused(folder, manifest))


def committed_rounds(layout: Layout) -> list[Committed]:
    """The small facts of all committed rounds; Damaged where one is missing between others."""
    present = layout.committed()
    missing = sorted(set(range(present[-1] if present else 0)) - set(present))
    if missing:
        raise Damaged(layout.round(missing[0]), "is missing, although later rounds are there")
    return [read_committed(layout, index) for index in present]


def needed(done: Sequence[Committed], begun: Manifest | None = None, staleness: int = 0) -> list[Manifest]:
    """The manifests whose casts a later round can start from, go back to or be sampled by.

    Those are round 0, what the last ruling names, what so many before it went on with, and the round under way.
    """
    named = {0} | rounds_named(done, staleness)
    manifests = [one.manifest for one in done if one.manifest.round in named]
    return [one for one in [*manifests, begun] if one is not None and one.cast is not None]


def rounds_named(done: Sequence[Committed], staleness: int) -> set[int]:
    """What the last ruling calls best, and what it and so many before it went on with."""
    return {one.ruling.best for one in done[-1:]} | {one.ruling.keep for one in done[-1 - staleness :]}


def read_round(folder: Path, manifest: Manifest, cast: Cast | None = None) -> Round:
    """The round whose folder this is, every artifact compared with its hash; Damaged where one is not the same."""

    def table(name: str) -> Attempts | None:
        return Attempts(frame_of(data(name))) if name in manifest.files else None

    def data(name: str) -> bytes:
        return read_marked(folder / name, manifest.files[name])

    return Round(
        manifest.round,
        sampled=table(SAMPLED),
        attempts=table(ATTEMPTS),
        cast=cast,
        exam=table(EXAM),
        report=report_of(json_of(data(REPORT)), data(BY_TASK)) if REPORT in manifest.files else None,
        ruling=ruling_of(json_of(data(RULING))) if RULING in manifest.files else None,
        refused=_refused(folder, manifest),
    )


def remove_unlisted(disk: Disk, folder: Path, manifest: Manifest) -> None:
    """Remove the files of a partial round that its manifest does not list: stages that did not become whole."""
    for entry in sorted(folder.iterdir()):
        if entry.name not in manifest.files and entry.name != MANIFEST:
            remove_tree(disk, entry)


def _refused(folder: Path, manifest: Manifest) -> str | None:
    if REFUSED not in manifest.files:
        return None
    return json_of(read_marked(folder / REFUSED, manifest.files[REFUSED]))["refused"]
