"""Casts on disk: saved once, shared where the weights are the same, dropped when no round can go back to them."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from headway.cast import Cast, Policy
from headway.journal.disk import Disk, remove_tree
from headway.journal.errors import Damaged
from headway.journal.layout import Layout, name_of
from headway.journal.manifest import Manifest, Stored
from headway.journal.sealed import Mark

OWN = re.compile(r"\d{4,}|\.\d{4,}\.(partial|removed)")
"""Names that the journal gives in `checkpoints`; what a person puts there beside them is left alone."""
Load = Callable[[Path], Policy]


def load_policy(folder: Path) -> Policy:
    """The policy that was saved in `folder`; the package that knows it is imported only now."""
    from headway.policy import load

    return load(folder)


def save_cast(disk: Disk, layout: Layout, index: int, cast: Cast, known: Collection[Stored]) -> dict[str, Stored]:
    """Save the cast of a round, durably; roles with the weights of a `known` policy become links to it.

    A folder of checkpoints that has its final name is whole, so that `best` can be used by hand.
    """
    final = layout.checkpoint(index)
    hidden = final.with_name(f".{final.name}.partial")
    for leftover in (hidden, final):
        remove_tree(disk, leftover)
    disk.make_folder(hidden)
    by_digest = {one.digest: one for one in known if (layout.folder / one.folder).is_dir()}
    stored: dict[str, Stored] = {}
    for role in sorted(cast):
        digest = cast[role].digest()
        if digest in by_digest:
            disk.link(hidden / role, _from_checkpoint(by_digest[digest].folder))
        else:
            files = _save(disk, hidden / role, cast[role])
            by_digest[digest] = Stored(f"{layout.checkpoints.name}/{final.name}/{role}", digest, files)
        stored[role] = by_digest[digest]
    disk.sync(hidden)
    disk.rename(hidden, final)
    disk.sync(layout.checkpoints)
    return stored


def _save(disk: Disk, folder: Path, policy: Policy) -> dict[str, Mark]:
    """Let a policy save itself, make all that it wrote durable, and take the marks of its files."""
    disk.make_folder(folder)
    disk.fill(folder, policy.save)
    entries = sorted(folder.rglob("*"))
    for entry in [*entries, folder]:
        disk.sync(entry)
    return {str(file.relative_to(folder)): Mark.of_file(file) for file in entries if file.is_file()}


def _from_checkpoint(folder: str) -> str:
    """`checkpoints/0003/solver` as seen from inside another folder of `checkpoints`."""
    return "../" + folder.partition("/")[2]


def load_cast(layout: Layout, stored: Mapping[str, Stored], load: Load, loaded: dict[str, Policy]) -> Cast:
    """The cast that was saved; Damaged where a file is not what was written. `loaded` holds policies by folder."""
    for one in stored.values():
        if one.folder not in loaded:
            loaded[one.folder] = load(one.check(layout.folder))
    return Cast(MappingProxyType({role: loaded[one.folder] for role, one in stored.items()}))


def drop_unneeded(disk: Disk, layout: Layout, needed: Collection[Manifest]) -> None:
    """Remove every checkpoint that no manifest in `needed` names, and what was left half saved or half removed.

    Nothing is synced: what a power cut brings back is removed at the next chance.
    """
    rounds = {name_of(one.round) for one in needed}
    folders = {stored.folder for one in needed if one.cast is not None for stored in one.cast.values()}
    for checkpoint in sorted(layout.checkpoints.iterdir()):
        if checkpoint.name in rounds or not OWN.fullmatch(checkpoint.name):
            continue
        roles = sorted(checkpoint.iterdir()) if checkpoint.is_dir() else []
        doomed = [role for role in roles if str(role.relative_to(layout.folder)) not in folders]
        for path in [checkpoint] if len(doomed) == len(roles) else doomed:
            _remove_at_once(disk, path)


def _remove_at_once(disk: Disk, path: Path) -> None:
    """Hide a folder before it is taken apart, so that no half of it is ever seen under its name."""
    if path.is_symlink() or path.name.startswith("."):
        remove_tree(disk, path)
        return
    hidden = path.with_name(f".{path.name}.removed")
    remove_tree(disk, hidden)
    disk.rename(path, hidden)
    remove_tree(disk, hidden)


def point_best(disk: Disk, layout: Layout, best: int) -> None:
    """Let the link `best` name the checkpoint of this round, durably; nothing is done where it does."""
    target = f"{layout.checkpoints.name}/{name_of(best)}"
    if layout.best.is_symlink() and str(layout.best.readlink()) == target:
        return
    fresh = layout.folder / "best.tmp"
    remove_tree(disk, fresh)
    disk.link(fresh, target)
    disk.rename(fresh, layout.best)
    disk.sync(layout.folder)


def cast_of(layout: Layout, manifest: Manifest) -> Mapping[str, Stored]:
    """The stored cast of a round that must have one."""
    if manifest.cast is None:
        raise Damaged(
            layout.round(manifest.round) / "manifest.json", "names no cast, but a later ruling goes back to it"
        )
    return manifest.cast
