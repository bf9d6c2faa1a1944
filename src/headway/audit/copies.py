"""Files of one log that have the same content as an earlier one: a copy is read once."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from headway.audit.files import Found
from headway.audit.readers.place import step_in

CHUNK = 1 << 20


@dataclass
class Copies:
    """The files that were seen, by log and size; only those of equal size are compared."""

    seen: dict[tuple[Path, int], list[tuple[Path, str]]] = field(default_factory=lambda: defaultdict(list))
    hashes: dict[Path, bytes] = field(default_factory=dict)

    def earlier(self, found: Found, root: Path) -> str | None:
        """The name of an earlier file of the log at `root` with the same bytes; None where there is none."""
        alike = self.seen[root, found.path.stat().st_size]
        for path, name in alike:
            if not other_step(name, found.name) and self._hash(path) == self._hash(found.path):
                return name
        alike.append((found.path, found.name))
        return None

    def _hash(self, path: Path) -> bytes:
        if path not in self.hashes:
            self.hashes[path] = content_hash(path)
        return self.hashes[path]


def other_step(one: str, other: str) -> bool:
    """Whether the names are of two steps: an exam that went the same twice is no copy."""
    steps = step_in(one), step_in(other)
    return None not in steps and steps[0] != steps[1]


def content_hash(path: Path) -> bytes:
    """A hash of the whole file."""
    sha = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            sha.update(data)
    return sha.digest()
