"""What a round folder holds: the hash and size of every artifact, checkpoint files included.

A stage is durable when the manifest that lists its artifacts is. The manifest is replaced whole after
the artifacts were synced, so it never lists one that a power cut could take away.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from headway.journal.sealed import Mark, check_file, read_sealed, sealed

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Stored:
    """A policy on disk."""

    folder: str
    """Relative to the run folder; that of an earlier round where the weights are the same."""
    digest: str
    """What the policy calls its weights."""
    files: Mapping[str, Mark]

    def check(self, run: Path) -> Path:
        """The folder, after every file in it was compared with its hash; Damaged otherwise."""
        for name, mark in self.files.items():
            check_file(run / self.folder / name, mark)
        return run / self.folder


@dataclass(frozen=True)
class Manifest:
    """The artifacts of a round by file name, and its cast by role; `cast` is None until training is done."""

    round: int
    files: Mapping[str, Mark] = field(default_factory=dict)
    cast: Mapping[str, Stored] | None = None

    def data(self) -> bytes:
        """The content of `manifest.json`."""
        return sealed(asdict(self))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a round folder; Damaged where it is missing or not what was written."""
    fields = read_sealed(folder / MANIFEST)
    cast = fields["cast"]
    return Manifest(
        fields["round"],
        _marks(fields["files"]),
        cast if cast is None else {role: _stored(one) for role, one in cast.items()},
    )


def _stored(fields: Mapping[str, Any]) -> Stored:
    return Stored(fields["folder"], fields["digest"], _marks(fields["files"]))


def _marks(fields: Mapping[str, Any]) -> dict[str, Mark]:
    return {name: Mark(**mark) for name, mark in fields.items()}
