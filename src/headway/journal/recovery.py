"""From whatever a crash left to a whole run folder. Every step may itself be cut short and done again."""

from collections.abc import Sequence

from headway.journal.checkpoints import drop_unneeded, point_best
from headway.journal.disk import TEMPORARY, Disk, remove_tree
from headway.journal.layout import Layout
from headway.journal.ledger import repair
from headway.journal.manifest import MANIFEST, Manifest, read_manifest
from headway.journal.rounds import RULING, Committed, commit, committed_rounds, needed, remove_unlisted
from headway.journal.timings import cut_torn_timing


def recover(disk: Disk, layout: Layout, staleness: int) -> tuple[list[Committed], Manifest | None]:
    """The committed rounds and the stages of the round under way; needs the lock.

    Damaged where the folder is in a state that no crash explains; nothing is removed then.
    """
    tidy(disk, layout)
    finish_commit(disk, layout)
    done = committed_rounds(layout)
    repair(disk, layout, done)
    begun = tidy_partials(disk, layout, len(done))
    settle(disk, layout, done, begun, staleness)
    cut_torn_timing(disk, layout)
    return done, begun


def tidy(disk: Disk, layout: Layout) -> None:
    """Remove temporary files, restore missing folders, and make durable the names that will be relied upon."""
    for path in (layout.run, layout.best):
        remove_tree(disk, path.with_name(path.name + TEMPORARY))
    for folder in (layout.rounds, layout.checkpoints):
        if not folder.is_dir():
            disk.make_folder(folder)
    # What a killed process renamed may be seen now and gone after a power cut, when other files rely on it.
    for folder in (layout.folder, layout.rounds, layout.checkpoints):
        disk.sync(folder)


def finish_commit(disk: Disk, layout: Layout) -> None:
    """Commit a round that had its ruling and lacked only its rename."""
    index = len(layout.committed())
    partial = layout.partial(index)
    if (partial / MANIFEST).is_file() and RULING in read_manifest(partial).files:
        disk.sync(partial)
        commit(disk, layout, index)


def tidy_partials(disk: Disk, layout: Layout, index: int) -> Manifest | None:
    """The durable stages of round `index`, None without any; what is left of other rounds and stages is removed."""
    partial = layout.partial(index)
    for path in layout.partials():
        if path != partial or not (path / MANIFEST).is_file():
            remove_tree(disk, path)
    if not partial.is_dir():
        return None
    manifest = read_manifest(partial)
    remove_unlisted(disk, partial, manifest)
    return manifest


def settle(
    disk: Disk, layout: Layout, done: Sequence[Committed], begun: Manifest | None = None, staleness: int = 0
) -> None:
    """Let `best` follow the last ruling, and drop the checkpoints that no round can go back to any more."""
    if done:
        point_best(disk, layout, done[-1].ruling.best)
    else:
        remove_tree(disk, layout.best)
    drop_unneeded(disk, layout, needed(done, begun, staleness))
